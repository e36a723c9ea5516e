/** Runs one workflow file with act in host mode, with stand-ins for everything outside the repository, and reads what it did from act's log. */
import { spawn } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { stringify } from "yaml";
import type { RenderedFile } from "../../../workflows/index";
import { actions } from "../../../workflows/actions";
import { parsedWorkflows } from "../support";
import { ActLog, type ActLogResult } from "./log";

/** Programs that steps start and that are not here, or must not do what they do. */
const PROGRAMS = ["docker", "sudo", "df", "mountpoint", "python3", "pytest", "cargo", "rustup", "make", "go", "pipx", "kubectl", "helm", "curl", "az", "aws", "cosign", "gh"];

/** Folders of the programs that are real, so that the thousands of processes of a run need not search a long path for them. */
const REAL_FOLDERS = [...new Set(["bash", "git", "jq"].map(folderOf))];

function folderOf(program: string): string {
  const folder = (process.env.PATH ?? "").split(delimiter).find((each) => existsSync(join(each, program)));
  if (folder === undefined) throw new Error(`${program} is needed to run the workflows, and none is on PATH`);
  return folder;
}

/** A call of a program or an action, and in which job it was. */
export interface Call {
  readonly job: string;
  readonly image: string;
  readonly suite: string;
  /** Image of the container in which the call would run on GitHub. */
  readonly container: string;
  /** The program or the action, and its arguments. */
  readonly command: readonly string[];
}

export interface ActRun extends ActLogResult {
  readonly status: number | null;
  readonly calls: readonly Call[];
}

/** How a call ends that does not succeed: a glob over `JOB|IMAGE|SUITE|COMMAND`, and its exit code, or that the run is cancelled meanwhile. */
export interface Rule {
  readonly glob: string;
  readonly ends: number | "interrupts";
}

export interface ActOptions {
  /** Files that act reads. */
  readonly files: readonly RenderedFile[];
  /** Path of the workflow. */
  readonly workflow: string;
  /** Labels of runners; each is this machine. */
  readonly labels: readonly string[];
  /** Name of the event, with its payload. */
  readonly event: string;
  readonly payload?: object;
  readonly ref: string;
  readonly rules?: readonly Rule[];
  /** What jobs check out, and where they ask; absent for workflows that do neither. */
  readonly world?: {
    /** Directory of the repository. */
    readonly origin: string;
    /** `OWNER/NAME`. */
    readonly repository: string;
    readonly sha: string;
    /** Base address of a server on this machine that answers for GitHub, the clouds and Slack. */
    readonly server: string;
  };
}

/** A directory with the stand-ins, in which act runs. It serves several runs, one after another. */
export class ActHost {
  readonly directory = mkdtempSync(join(tmpdir(), "act-host-"));

  /** @param files the workflows, for the inputs that they give to actions */
  constructor(
    private readonly act: string,
    files: readonly RenderedFile[],
  ) {
    for (const folder of ["bin", "actions", "home"]) mkdirSync(this.at(folder));
    copyFileSync(join(__dirname, "stand-in.sh"), this.at("stand-in"));
    chmodSync(this.at("stand-in"), 0o755);
    for (const program of [...PROGRAMS, "action"]) symlinkSync("../stand-in", this.at("bin", program));
    this.writeNode();
    for (const { repository } of Object.values(actions)) this.writeAction(repository, files);
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** Runs a workflow to its end. */
  async run(options: ActOptions): Promise<ActRun> {
    this.prepare(options);
    const child = spawn(this.act, this.arguments(options), { cwd: this.at("work"), env: this.environment(options), stdio: ["ignore", "pipe", "pipe"] });
    writeFileSync(this.at("pid"), String(child.pid));
    const log = new ActLog();
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", (line) => log.read(line));
    const status = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
    return { status, ...log.result(), calls: this.calls() };
  }

  private at(...parts: string[]): string {
    return join(this.directory, ...parts);
  }

  private calls(): Call[] {
    const read = (name: string): string[] => readFileSync(this.at("calls", name), "utf8").split("\0").slice(0, -1);
    return readdirSync(this.at("calls")).sort().map((name) => {
      const [job = "", image = "", suite = "", container = "", ...command] = read(name);
      return { job, image, suite, container, command };
    });
  }

  /** act asks every job's Node where it is, which takes longer than most jobs here: that one question is answered at once. */
  private writeNode(): void {
    const node = process.execPath;
    const script = `#!/bin/sh\nif [ "$3" = "console.log(process.execPath)" ]; then echo "${node}"; else exec "${node}" "$@"; fi\n`;
    writeFileSync(this.at("bin", "node"), script, { mode: 0o755 });
  }

  private writeAction(repository: string, files: readonly RenderedFile[]): void {
    const builds = repository === actions.buildPush.repository;
    const inputs = inputsOf(repository, files);
    // Names of inputs have dashes, which a shell cannot read.
    const env = Object.fromEntries(inputs.map((name) => [`WITH_${name.toUpperCase().replaceAll("-", "_")}`, `\${{ inputs.${name} }}`]));
    const action = {
      name: repository,
      description: `Stand-in for ${repository}`,
      inputs: Object.fromEntries(inputs.map((name) => [name, { description: name, required: false }])),
      ...(builds ? { outputs: { digest: { description: "digest", value: "${{ steps.stand-in.outputs.digest }}" } } } : {}),
      runs: { using: "composite", steps: [{ id: "stand-in", shell: "bash", env, run: `action ${repository}` }] },
    };
    mkdirSync(this.actionFolder(repository));
    writeFileSync(join(this.actionFolder(repository), "action.yml"), stringify(action));
  }

  private actionFolder(repository: string): string {
    return this.at("actions", repository.replace("/", "-"));
  }

  /** Writes what a run reads, and removes what the one before it left. */
  private prepare({ files, rules = [], payload = {}, ref, world }: ActOptions): void {
    for (const folder of ["calls", "work", "checkouts"]) {
      rmSync(this.at(folder), { recursive: true, force: true });
      mkdirSync(this.at(folder));
    }
    for (const { path, content } of files) this.write(`work/${path}`, content);
    this.write("rules", rules.map(({ glob, ends }) => `${glob}\t${ends}\n`).join(""));
    this.write("event.json", JSON.stringify(payload));
    const { server = "http://127.0.0.1:9", repository = "o/r", sha = "0".repeat(40) } = world ?? {};
    this.write("env", lines({ GITHUB_API_URL: server, GITHUB_REPOSITORY: repository, GITHUB_REF: ref, SHA_REF: sha, GITHUB_RUN_ID: "77", GITHUB_RUN_ATTEMPT: "2" }));
    this.write("secrets", lines({ GITHUB_TOKEN: "token-of-the-job", HF_TOKEN: "token-of-the-hub", SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL: `${server}/slack` }));
    this.write("vars", lines({ ...VARIABLES, ACR_REGISTRY: new URL(server).host }));
  }

  private write(name: string, content: string): void {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), content);
  }

  private arguments({ workflow, event, labels }: ActOptions): string[] {
    return [
      event,
      ...["--workflows", workflow, "--eventpath", this.at("event.json"), "--env-file", this.at("env"), "--secret-file", this.at("secrets"), "--var-file", this.at("vars")],
      ...["--json", "--verbose", "--rm", "--no-skip-checkout", "--no-cache-server", "--action-cache-path", this.at("cache"), "--concurrent-jobs", "4"],
      ...[...new Set(labels)].flatMap((label) => ["--platform", `${label}=-self-hosted`]),
      ...Object.values(actions).flatMap(({ repository, commit }) => ["--local-repository", `${repository}@${commit}=${this.actionFolder(repository)}`]),
    ];
  }

  /** act hands its own environment on to the jobs: nothing of the machine's is in it but the path. */
  private environment({ world }: ActOptions): NodeJS.ProcessEnv {
    return {
      PATH: [this.at("bin"), ...REAL_FOLDERS, process.env.PATH].join(delimiter),
      HOME: this.at("home"),
      STAND_INS: this.directory,
      ORIGIN: world?.origin,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${world?.server ?? ""}/oidc`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
      AZURE_AUTHORITY_HOST: world?.server,
      // Jobs write to the cache of --local-repository, a map, without a lock. On one processor no two write at once.
      GOMAXPROCS: "1",
      // What would leave the machine fails at once.
      HTTPS_PROXY: "http://127.0.0.1:9",
      DOCKER_HOST: "unix:///nowhere/docker.sock",
      GIT_ALLOW_PROTOCOL: "file",
      GIT_CONFIG_NOSYSTEM: "1",
    };
  }
}

/** Values of every variable that the workflows read, but the Azure registry's. */
const VARIABLES = {
  AWS_REGION: "us-west-2",
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci",
  AWS_CACHE_ROLE_ARN: "arn:aws:iam::123456789012:role/ci-cache",
  ECR_REGISTRY: "123456789012.dkr.ecr.us-west-2.amazonaws.com",
  ECR_REPOSITORY: "ai-dynamo/dynamo",
  ECR_CACHE_REPOSITORY: "ai-dynamo/dynamo-cache",
  SCCACHE_BUCKET: "compiler-cache",
  ACR_REPOSITORY: "ai-dynamo/dynamo",
  AZURE_CLIENT_ID: "client",
  AZURE_TENANT_ID: "tenant",
  AKS_API_SERVER: "https://cluster.invalid",
  AKS_CERTIFICATE_AUTHORITY: "Y2E=",
};

function lines(values: Readonly<Record<string, string>>): string {
  return Object.entries(values).map(([name, value]) => `${name}=${value}\n`).join("");
}

/** Inputs that the workflows give to an action. */
function inputsOf(repository: string, files: readonly RenderedFile[]): string[] {
  const steps = Object.values(parsedWorkflows(files)).flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps ?? []));
  return [...new Set(steps.filter(({ uses }) => uses?.startsWith(`${repository}@`)).flatMap((step) => Object.keys(step.with ?? {})))];
}
