/** `Run` of the language runtime: one run of the stack's program. */
import { once } from "node:events";
import type { ServerUnaryCall } from "@grpc/grpc-js";
import { RunResponse, type RunRequest } from "@pulumi/pulumi/proto/language_pb";
import { ended, interrupt, startNode, type Ending } from "./child";
import { runtimeOptions } from "./options";

/** The program's runner ends with this code after it has told the user what is wrong (cmd/run/index.ts of the SDK). */
const ALREADY_REPORTED = 32;

export async function run(call: ServerUnaryCall<RunRequest, RunResponse>, engineAddress: string): Promise<RunResponse> {
  const { request } = call;
  const info = request.getInfo();
  if (!info) throw new Error("the engine sent no program information");
  const options = runtimeOptions(info);
  const child = startNode({
    module: process.env["PULUMI_LANGUAGE_NODEJS_RUN_PATH"] ?? "@pulumi/pulumi/cmd/run",
    programDirectory: info.getProgramDirectory(),
    cwd: request.getPwd(),
    nodeArguments: options.nodeArguments,
    arguments: programArguments(request, engineAddress),
    environment: {
      ...process.env,
      ...options.environment,
      PULUMI_CONFIG: JSON.stringify(legacyConfig(request)),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    },
  });
  call.on("cancelled", () => interrupt(child));
  child.stdout.pipe(process.stdout, { end: false });
  child.stderr.pipe(process.stderr, { end: false });
  const ending = await ended(child);
  await flushed();
  return response(ending);
}

/** Keys as `namespace:config:name`, the form that every version of the SDK reads. */
export function legacyConfig(request: RunRequest): Record<string, string> {
  return Object.fromEntries(request.getConfigMap().toArray().map(([key, value]) => [key.replace(/^([^:]*):(?:config:)?/, "$1:config:"), value]));
}

function programArguments(request: RunRequest, engineAddress: string): readonly string[] {
  const info = request.getInfo();
  const named = {
    monitor: request.getMonitorAddress(),
    engine: engineAddress,
    organization: request.getOrganization(),
    project: request.getProject(),
    "root-directory": info?.getRootDirectory() ?? "",
    stack: request.getStack(),
    pwd: info?.getProgramDirectory() ?? "",
    parallel: String(request.getParallel()),
  };
  return [
    ...Object.entries(named).flatMap(([name, value]) => (value === "" ? [] : [`--${name}`, value])),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() ?? ".",
    ...request.getArgsList(),
  ];
}

function response(ending: Ending): RunResponse {
  const answer = new RunResponse();
  if ("error" in ending) answer.setError(`Problem executing program (could not run language executor): ${ending.error.message}`);
  else if ("signal" in ending) answer.setError(`Program was ended by ${ending.signal}`);
  else if (ending.code === ALREADY_REPORTED) answer.setBail(true);
  else if (ending.code !== 0) answer.setError(`Program exited with non-zero exit code: ${ending.code}`);
  return answer;
}

/** The engine reads the program's words from this process's output; they must be there before the answer is. */
async function flushed(): Promise<void> {
  const full = [process.stdout, process.stderr].filter((stream) => stream.writableNeedDrain);
  await Promise.all(full.map((stream) => once(stream, "drain")));
}
