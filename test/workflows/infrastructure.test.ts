/** The workflows of the repository that holds this project: fresh, clean by the real linters, and nobody gets an identity or a right by them who should not. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { concerned, type Question } from "../../cli/commands/concerned";
import { ownWorkflows } from "../../cli/own-workflows";
import { committedStacks, readCommittedStack } from "../../cli/stack";
import { infrastructureEnvironments } from "../../components/trust/purposes";
import { toolPath } from "../../sandbox/tools";
import { pinnedVersion } from "../../sandbox/tools/catalog";
import { concernedStacks, GO_VERSION, PULUMI_VERSION } from "../../workflows/infrastructure";
import { call } from "../cli/kit/call";
import { git } from "./program-host";

const PROJECT = join(__dirname, "..", "..");

interface Job {
  readonly if?: string;
  readonly needs?: readonly string[];
  readonly environment?: string;
  readonly concurrency?: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly permissions: Readonly<Record<string, string>>;
  readonly "timeout-minutes": number;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly env?: Readonly<Record<string, string>>; readonly with?: Readonly<Record<string, unknown>> }[];
}

interface WorkflowFile {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const files = ownWorkflows();
const named = (name: string): string => (name === "tests" ? name : `infrastructure-${name}`);
const workflow = (name: string): WorkflowFile => parse(files.find(({ path }) => path.endsWith(`/${named(name)}.yml`))!.content) as WorkflowFile;
const jobs = ["preview", "apply", "drift", "fit", "tests"].flatMap((name) => Object.entries(workflow(name).jobs).map(([id, job]) => ({ where: `${name}.${id}`, job })));

test("actionlint and zizmor find nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "own-workflows-"));
  try {
    for (const { path, content } of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    git(folder, "init", "--quiet");
    const run = (tool: string, ...args: string[]): string => {
      const { stdout, stderr, status } = spawnSync(tool, args, { cwd: folder, encoding: "utf8", env: { PATH: process.env["PATH"], HOME: folder, NO_COLOR: "1" } });
      return status === 0 ? stdout : `${status}: ${stdout}${stderr}`;
    };
    expect(run(await toolPath("actionlint"), "-no-color")).toBe("");
    expect(JSON.parse(run(await toolPath("zizmor"), "--offline", "--persona=regular", "--format=json", "--no-exit-codes", "--quiet", "."))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 600_000);

describe("trust", () => {
  test("an identity never comes with a token that can write, and a pull request gets one for a branch of the repository alone", () => {
    const trusted = jobs.filter(({ job }) => job.permissions["id-token"] === "write");
    expect(trusted.map(({ where }) => where)).toEqual(["preview.preview", "apply.apply", "drift.look"]);
    for (const { where, job } of trusted) {
      expect([where, Object.entries(job.permissions).filter(([scope, level]) => level === "write" && scope !== "id-token")]).toEqual([where, []]);
      expect(job.environment).toBe(`\${{ matrix.stack }}-${where === "apply.apply" ? "apply" : "preview"}`);
    }
    for (const id of ["preview", "show"]) expect(workflow("preview").jobs[id]!.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  });

  test("their environments are those that each stack makes for that purpose", () => {
    for (const stack of committedStacks()) {
      const { pipeline, infrastructure } = readCommittedStack(stack);
      const made = infrastructureEnvironments(stack, infrastructure.github.applyReviewers, pipeline.repository.defaultBranch);
      expect(made.map(({ name, identity }) => [name, identity])).toEqual([
        [`${stack}-preview`, "preview"],
        [`${stack}-apply`, "apply"],
      ]);
    }
  });

  test("no secret is named, no event of a fork's choosing starts them, and each job is limited", () => {
    for (const { content } of files) expect(content).not.toMatch(/secrets\.|pull_request_target|workflow_run/);
    expect(["preview", "apply", "drift", "fit"].map((name) => Object.keys(workflow(name).on))).toEqual([["pull_request"], ["push", "workflow_dispatch"], ["schedule", "workflow_dispatch"], ["schedule", "workflow_dispatch"]]);
    for (const { job } of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    for (const { job } of jobs) for (const step of job.steps) expect(step.run ?? "").not.toContain("${{");
    for (const { job } of jobs) for (const { uses } of job.steps) expect(uses ?? "a/b@".padEnd(44, "0")).toMatch(/@[0-9a-f]{40}$/);
  });

  test("a stack is applied once at a time and never cancelled; a newer preview takes an older one's place", () => {
    // A group's name is anybody's who pushes a branch: what is in one can be cancelled by it.
    expect([workflow("apply").jobs["apply"]!.concurrency, (workflow("apply") as unknown as { concurrency?: object }).concurrency]).toEqual([undefined, undefined]);
    expect((workflow("preview") as unknown as { concurrency: object }).concurrency).toEqual({ group: "infrastructure-preview-${{ github.event.pull_request.number }}", "cancel-in-progress": true });
  });
});

/** Words of the commands that the steps run, as a shell would split them. */
const commandsRun = jobs.flatMap(({ where, job }) => job.steps.flatMap(({ run = "" }) => (run.startsWith("node_modules/.bin/gpu-cicd ") ? [[where, run.trim().split(" ").slice(1)] as const] : [])));

test("every step names a command of this project, with options that it has", async () => {
  expect(commandsRun.map(([where, [name]]) => `${where}: ${name}`).sort()).toEqual(["apply.apply: apply", "apply.stacks: concerned", "drift.look: report", "drift.stacks: concerned", "drift.tell: tell-drift", "fit.stacks: concerned", "fit.tell: tell-fit", "preview.preview: report", "preview.show: show", "preview.stacks: concerned"]);
  for (const [where, words] of commandsRun) {
    const { err } = await call([...words, "--no-such-option"]);
    expect([where, err.split("\n").filter((line) => line.startsWith("unknown"))]).toEqual([where, [expect.stringMatching(/^unknown option --no-such-option: /)]]);
  }
});

describe("whether the pipeline fits", () => {
  const looks = [workflow("preview").jobs["fit"]!, workflow("fit").jobs["look"]!];

  test("is looked at with all of the product repository, by jobs without an identity or a right to write", () => {
    for (const job of looks) {
      expect([job.environment, job.permissions]).toEqual([undefined, { contents: "read" }]);
      expect(job.steps.find(({ with: given }) => given?.["path"] === "product")!.with).toEqual({ repository: "${{ matrix.repository }}", ref: "${{ matrix.branch }}", path: "product", "persist-credentials": false, "fetch-depth": 0 });
    }
    expect(workflow("fit").jobs["tell"]!.permissions).toEqual({ contents: "read", issues: "write" });
  });

  test("ends as the command ends, and tells what was found in files alone", () => {
    const { run } = looks[0]!.steps.find(({ run: text }) => text?.includes("gpu-cicd fit"))!;
    const folder = mkdtempSync(join(tmpdir(), "fit-step-"));
    try {
      for (const code of [0, 1, 2]) {
        mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
        writeFileSync(join(folder, "node_modules/.bin/gpu-cicd"), `#!/bin/sh\necho "$*" >>calls\nexit ${code}\n`, { mode: 0o755 });
        const { status, stdout } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", run!], { cwd: folder, encoding: "utf8", env: { PATH: process.env["PATH"], STACK: "prod", GITHUB_STEP_SUMMARY: "summary" } });
        expect([status, stdout]).toEqual([code, ""]);
      }
      const calls = readFileSync(join(folder, "calls"), "utf8").trim().split("\n");
      expect(new Set(calls)).toEqual(new Set(["fit --dir product --stack prod --format json --out .sandbox/fit/prod.json", "fit --dir product --stack prod --format markdown --out summary"]));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test("the engine is the one that rehearsals run", () => {
  expect(PULUMI_VERSION).toBe(pinnedVersion("pulumi"));
});

describe("the project's own tests", () => {
  const { test: job } = workflow("tests").jobs;

  test("run for every pull request and every week, with no identity, secret or right to write", () => {
    expect(Object.keys(workflow("tests").on)).toEqual(["pull_request", "schedule", "workflow_dispatch"]);
    expect([job!.environment, job!.if, job!.permissions]).toEqual([undefined, undefined, { contents: "read" }]);
    expect(job!.steps.at(-1)!.run).toBe("make test\n");
  });

  test("take nothing from another run, whose pull request could have left it in a cache", () => {
    expect(job!.steps.filter(({ uses, with: given }) => uses?.startsWith("actions/cache") || given?.["cache"] !== undefined).map(({ with: given }) => given?.["cache"])).toEqual([false]);
  });

  test("have the Go that the sandbox's tools ask for", () => {
    const folder = join(PROJECT, "sandbox/tools");
    const asked = readdirSync(folder).flatMap((name) => (existsSync(join(folder, name, "go.mod")) ? [/^go 1\.(\d+)/m.exec(readFileSync(join(folder, name, "go.mod"), "utf8"))![1]!] : []));
    expect(asked.length).toBeGreaterThan(3);
    expect(GO_VERSION).toBe(`1.${Math.max(...asked.map(Number))}`);
  });
});

describe("which stacks a change concerns", () => {
  const all = ["dev", "prod"];
  test.each<[readonly string[], readonly string[]]>([
    [["Pulumi.prod.yaml"], ["prod"]],
    [["policy/config/dev.json", "README.md"], ["dev"]],
    [["Pulumi.prod.yaml", "Pulumi.dev.yaml"], all],
    [["pipeline/seed.ts"], all],
    [["package-lock.json"], all],
    [["policy/rules/cluster/aks.ts"], all],
    [["README.md", "docs/operations.md", "test/a.test.ts", "sandbox/x.ts", ".ci/run"], []],
    [[".github/workflows/infrastructure-apply.yml"], all],
    // A stack that goes: what it shares with others is theirs to see.
    [["Pulumi.old.yaml"], all],
    [["components/a.ts", "Pulumi.prod.yaml"], all],
  ])("%j", (changed, expected) => {
    expect(concernedStacks(all, changed)).toEqual(expected);
  });

  test("by git, by name, all of them, and all where the base is not known", () => {
    const folder = mkdtempSync(join(tmpdir(), "concerned-"));
    try {
      git(folder, "init", "--quiet");
      const commit = (file: string): void => {
        writeFileSync(join(folder, file), "a");
        git(folder, "add", file);
        git(folder, "commit", "--quiet", "--message", file);
      };
      commit("README.md");
      commit("Pulumi.dev.yaml");
      const log: string[] = [];
      const stacks = (question: Question): string[] => concerned(question, folder, (line) => log.push(line)).map(({ stack }) => stack);
      expect(stacks({ base: "HEAD^1" })).toEqual(["dev"]);
      expect(stacks({ base: "HEAD^1", only: "prod" })).toEqual(["prod"]);
      expect(stacks({ every: true })).toEqual(["dev", "prod"]);
      expect(log).toEqual([]);
      expect(stacks({ base: "0".repeat(40) })).toEqual(["dev", "prod"]);
      expect(log.join()).toContain("git knows no such commit");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("where nothing that is known says which, it is refused", async () => {
    expect((await call(["concerned", "--only=stage"])).err).toContain('--only is "stage": allowed are dev, prod');
    expect((await call(["concerned"])).err).toContain("--base, --only or --every has to say which stacks are meant");
  });

  test("each comes with the runner of its config", () => {
    const expected = committedStacks().map((stack) => {
      const { pipeline, infrastructure } = readCommittedStack(stack);
      const { owner, name, defaultBranch } = pipeline.repository;
      return { stack, runner: infrastructure.github.infrastructureRepository.runner, repository: `${owner}/${name}`, branch: defaultBranch };
    });
    expect(concerned({ every: true }, PROJECT, () => undefined)).toEqual(expected);
  });
});
