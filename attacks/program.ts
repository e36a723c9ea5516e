/** Runs a delivered program as a runner does: the file that the stack delivers, as a process, against a local server that stands for GitHub's API. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Stage } from "./stage";

export interface Program {
  /** Name of a file of `.github/ci`, such as `plan`. */
  readonly name: string;
  /** Variables that GitHub sets, beside those that every job has. */
  readonly environment: Readonly<Record<string, string>>;
  /** The event's payload. */
  readonly payload: object;
  /** The answer to a path of GitHub's API with its query; undefined for 404. */
  readonly answer: (url: string) => unknown;
  /** Told of what the program sends. */
  readonly sent?: (url: string, body: unknown) => void;
}

/** What the program put out, by name; nothing where it is to send something. @throws Error with what it printed where it failed */
export async function run(stage: Stage, { name, environment, payload, answer, sent }: Program): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "gpu-cicd-program-"));
  const server = createServer((request, response) => {
    const body: Buffer[] = [];
    request.on("data", (chunk: Buffer) => body.push(chunk)).on("end", () => {
      const found = answer(request.url ?? "");
      if (request.method === "POST") sent?.(request.url ?? "", JSON.parse(Buffer.concat(body).toString() || "{}"));
      response.writeHead(found === undefined ? 404 : 200, { "content-type": "application/json" }).end(JSON.stringify(found ?? {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    for (const [path, content] of stage.files) {
      if (!path.startsWith(".github/ci/")) continue;
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    const [output, summary, event] = ["output", "summary", "event.json"].map((file) => join(folder, file)) as [string, string, string];
    await writeFile(output, "");
    await writeFile(event, JSON.stringify(payload));
    const { owner, name: repository } = stage.repository;
    const log = await exitOf(folder, `.github/ci/${name}.mjs`, {
      PATH: process.env.PATH ?? "",
      HOME: folder,
      GITHUB_OUTPUT: output,
      GITHUB_STEP_SUMMARY: summary,
      GITHUB_EVENT_PATH: event,
      GITHUB_REPOSITORY: `${owner}/${repository}`,
      GITHUB_SERVER_URL: "https://github.com",
      GITHUB_API_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      GITHUB_RUN_ID: "1",
      GITHUB_RUN_ATTEMPT: "1",
      GITHUB_TOKEN: "token",
      ...environment,
    });
    const lines = (await readFile(output, "utf8")).split("\n").filter((line) => line.includes("="));
    if (lines.length === 0 && sent === undefined) throw new Error(`${name}.mjs put out nothing: ${log}`);
    return new Map(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  }
}

async function exitOf(cwd: string, file: string, env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [file], { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => log.push(chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  if (code !== 0) throw new Error(`${file} ended with ${code}: ${log.join("")}`);
  return log.join("");
}
