/** `RunPlugin` of the language runtime: policy packs, and plugins written for Node. */
import type { ServerWritableStream } from "@grpc/grpc-js";
import { RunPluginResponse, type RunPluginRequest } from "@pulumi/pulumi/proto/language_pb";
import type { AnalyzerStackConfigureRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import { ended, interrupt, startNode } from "./child";
import { runtimeOptions } from "./options";
import { startPolicyProxy, type PolicyProxy } from "./policyProxy";

type Stream = ServerWritableStream<RunPluginRequest, RunPluginResponse>;

export async function runPlugin(stream: Stream): Promise<void> {
  const isPolicyPack = stream.request.getKind() === "analyzer";
  const code = await (isPolicyPack ? runPolicyPack(stream) : runOther(stream));
  if (stream.cancelled) return;
  const last = new RunPluginResponse();
  last.setExitcode(code);
  stream.write(last);
  stream.end();
}

/** A pack reads project, stack and configuration from its environment, so it starts when the engine has told them. */
async function runPolicyPack(stream: Stream): Promise<number> {
  const proxy = await startPolicyProxy();
  stream.on("cancelled", () => proxy.stop());
  say(stream, "stdout", `${proxy.port}\n`);
  try {
    const configuration = await proxy.configuration;
    if (stream.cancelled) return 0;
    return await start(stream, "@pulumi/pulumi/cmd/run-policy-pack", packEnvironment(configuration), proxy);
  } finally {
    proxy.stop();
  }
}

function runOther(stream: Stream): Promise<number> {
  return start(stream, "@pulumi/pulumi/cmd/run-plugin", {}, undefined);
}

async function start(stream: Stream, module: string, environment: Record<string, string>, proxy: PolicyProxy | undefined): Promise<number> {
  const { request } = stream;
  const info = request.getInfo();
  if (!info) throw new Error("the engine sent no program information");
  const options = runtimeOptions(info);
  const directory = info.getProgramDirectory();
  const child = startNode({
    module,
    programDirectory: directory,
    cwd: proxy ? directory : request.getPwd(),
    nodeArguments: options.nodeArguments,
    // Packs take their directory last, other plugins first.
    arguments: proxy ? [...request.getArgsList(), directory] : [directory, ...request.getArgsList()],
    environment: { ...parseEnvironment(request.getEnvList()), ...options.environment, ...environment },
  });
  stream.on("cancelled", () => interrupt(child));
  child.stderr.on("data", (text: Buffer) => say(stream, "stderr", text));
  const passOn = (text: Buffer | string): void => say(stream, "stdout", text);
  if (proxy) proxy.attach(child.stdout, passOn);
  else child.stdout.on("data", passOn);
  const ending = await ended(child);
  proxy?.packEnded();
  if ("error" in ending) throw ending.error;
  return "code" in ending ? ending.code : 1;
}

function say(stream: Stream, where: "stdout" | "stderr", text: Buffer | string): void {
  if (stream.cancelled) return;
  const message = new RunPluginResponse();
  const bytes = Buffer.from(text);
  if (where === "stdout") message.setStdout(bytes);
  else message.setStderr(bytes);
  stream.write(message);
}

function parseEnvironment(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

function packEnvironment(configuration: AnalyzerStackConfigureRequest | undefined): Record<string, string> {
  if (!configuration) return {};
  const named = {
    PULUMI_NODEJS_ORGANIZATION: configuration.getOrganization(),
    PULUMI_NODEJS_PROJECT: configuration.getProject(),
    PULUMI_NODEJS_STACK: configuration.getStack(),
    PULUMI_NODEJS_DRY_RUN: String(configuration.getDryRun()),
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(configuration.getConfigMap().toArray())),
  };
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== ""));
}
