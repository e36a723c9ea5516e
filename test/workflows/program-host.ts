/** Runs the delivered programs as a runner does: as processes of their own, in a checkout, with GitHub's environment and a local server for its API. */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Pipeline } from "../../pipeline/model";
import { renderFiles } from "../../workflows/index";
import { fixture } from "../fixture";
import { settings } from "./support";

/** A request that a program made. */
export interface Asked {
  readonly method: string;
  /** Path with its query. */
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
}

/** A server on the loopback interface that answers by a function and remembers what it was asked. */
export class LocalServer {
  readonly asked: Asked[] = [];
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(answer: (asked: Asked) => Answer): Promise<LocalServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const local = new LocalServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on("request", (request, response) => {
      void read(request).then((asked) => {
        local.asked.push(asked);
        const { status = 200, json } = answer(asked);
        response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(json ?? {}));
      });
    });
    return local;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function read(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return { method: request.method ?? "", url: request.url ?? "", authorization: request.headers.authorization, body: Buffer.concat(chunks).toString() };
}

/** What a program did. */
export interface Outcome {
  readonly status: number;
  readonly log: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

/** A checkout with the rendered files in it, removed by `remove`. */
export class Checkout {
  readonly directory = mkdtempSync(join(tmpdir(), "checkout-"));
  readonly scratch = mkdtempSync(join(tmpdir(), "runner-"));

  constructor(pipeline: Pipeline = fixture("large").pipeline) {
    for (const { path, content } of renderFiles(pipeline, settings)) this.write(path, content);
  }

  write(path: string, content: string): void {
    mkdirSync(dirname(join(this.directory, path)), { recursive: true });
    writeFileSync(join(this.directory, path), content);
  }

  git(...args: string[]): string {
    return git(this.directory, ...args);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
    rmSync(this.scratch, { recursive: true, force: true });
  }

  /** Runs a program with the variables that every job has, and those given. */
  async run(program: string, env: Readonly<Record<string, string>>, args: readonly string[] = [], payload: object = {}): Promise<Outcome> {
    const [output, summary, event] = ["output", "summary", "event"].map((name) => join(this.scratch, name)) as [string, string, string];
    writeFileSync(output, "");
    writeFileSync(summary, "");
    writeFileSync(event, JSON.stringify(payload));
    const child = spawn(process.execPath, [`.github/ci/${program}.mjs`, ...args], {
      cwd: this.directory,
      env: {
        PATH: process.env.PATH,
        HOME: this.scratch,
        GITHUB_OUTPUT: output,
        GITHUB_STEP_SUMMARY: summary,
        GITHUB_EVENT_PATH: event,
        GITHUB_REPOSITORY: "orbit-lab/engine",
        GITHUB_SERVER_URL: "https://github.com",
        GITHUB_RUN_ID: "77",
        GITHUB_RUN_ATTEMPT: "2",
        GITHUB_REF_NAME: "trunk",
        GITHUB_TOKEN: "token-of-the-job",
        ...env,
      },
    });
    const log: string[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => log.push(chunk.toString()));
    const status = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
    return { status, log: log.join(""), outputs: readOutputs(readFileSync(output, "utf8")), summary: readFileSync(summary, "utf8") };
  }
}

function readOutputs(text: string): Record<string, string> {
  return Object.fromEntries(
    text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** Runs git, with an identity and no settings of the machine. */
export function git(directory: string, ...args: string[]): string {
  const result = spawnSync("git", args, {
    cwd: directory,
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_CONFIG_SYSTEM: "/dev/null",
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.org",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.org",
    },
  });
  if (result.status !== 0) throw new Error(`git ${args.join(" ")}: ${result.stderr}`);
  return result.stdout.trim();
}
