/** The workflows of the repository that holds this project: fresh, clean by the real linters, and nobody gets an identity or a right by them who should not. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parse } from "yaml";
import { concerned } from "../../cli/concerned";
import { ownWorkflows } from "../../cli/own-workflows";
import { committedStacks, readCommittedStack } from "../../cli/stack";
import { infrastructureEnvironments } from "../../components/trust/purposes";
import { toolPath } from "../../sandbox/tools";
import { pinnedVersion } from "../../sandbox/tools/catalog";
import { concernedStacks, PULUMI_VERSION } from "../../workflows/infrastructure";
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
const workflow = (name: string): WorkflowFile => parse(files.find(({ path }) => path.endsWith(`/infrastructure-${name}.yml`))!.content) as WorkflowFile;
const jobs = ["preview", "apply", "drift"].flatMap((name) => Object.entries(workflow(name).jobs).map(([id, job]) => ({ where: `${name}.${id}`, job })));

test("the committed files are what the stacks' config renders", () => {
  for (const { path, content } of files) expect([path, readFileSync(join(PROJECT, path), "utf8")]).toEqual([path, content]);
});

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
    expect(["preview", "apply", "drift"].map((name) => Object.keys(workflow(name).on))).toEqual([["pull_request"], ["push", "workflow_dispatch"], ["schedule", "workflow_dispatch"]]);
    for (const { job } of jobs) expect(job["timeout-minutes"]).toBeGreaterThan(0);
    for (const { job } of jobs) for (const step of job.steps) expect(step.run ?? "").not.toContain("${{");
    for (const { job } of jobs) for (const { uses } of job.steps) expect(uses ?? "a/b@".padEnd(44, "0")).toMatch(/@[0-9a-f]{40}$/);
  });

  test("a stack is applied once at a time and never cancelled; a newer preview takes an older one's place", () => {
    expect(workflow("apply").jobs["apply"]!.concurrency).toEqual({ group: "infrastructure-apply-${{ matrix.stack }}", "cancel-in-progress": false });
    expect((workflow("preview") as unknown as { concurrency: object }).concurrency).toEqual({ group: "infrastructure-preview-${{ github.event.pull_request.number }}", "cancel-in-progress": true });
  });
});

test("the engine is the one that rehearsals run", () => {
  expect(PULUMI_VERSION).toBe(pinnedVersion("pulumi"));
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
      const stacks = (variables: Record<string, string>): string[] => concerned(variables, folder, (line) => log.push(line)).map(({ stack }) => stack);
      expect(stacks({ BASE: "HEAD^1" })).toEqual(["dev"]);
      expect(stacks({ BASE: "HEAD^1", ONLY: "prod" })).toEqual(["prod"]);
      expect(stacks({ EVERY: "true" })).toEqual(["dev", "prod"]);
      expect(log).toEqual([]);
      expect(stacks({ BASE: "0".repeat(40) })).toEqual(["dev", "prod"]);
      expect(log.join()).toContain("git knows no such commit");
      expect(() => stacks({ ONLY: "stage" })).toThrow('ONLY is "stage": allowed are dev, prod');
      expect(() => stacks({})).toThrow("has to say which stacks are meant");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("each comes with the runner of its config", () => {
    expect(concerned({ EVERY: "true" }, PROJECT, () => undefined)).toEqual(committedStacks().map((stack) => ({ stack, runner: readCommittedStack(stack).infrastructure.github.infrastructureRepository.runner })));
  });
});
