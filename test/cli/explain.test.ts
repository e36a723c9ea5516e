/** `make explain` as a process: what reaches it, what it prints, and what it refuses. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { answer, questionOf } from "../../cli/explain";
import type { ExplanationJson } from "../../report/explain";
import { git } from "../workflows/program-host";

jest.setTimeout(120_000);

const PROJECT = join(__dirname, "..", "..");

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The target as `make` alone runs it. `-o`: what is installed counts as new enough, whatever the clock of a checkout says. */
function make(variables: Readonly<Record<string, string>>, target = "explain"): Outcome {
  const { PATH, HOME } = process.env;
  const args = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  return spawnSync("make", ["--no-print-directory", "-o", "node_modules/.stamp", target, ...args], {
    cwd: PROJECT,
    encoding: "utf8",
    env: { PATH, HOME },
  });
}

function json(...args: string[]): ExplanationJson {
  return JSON.parse(answer(questionOf(["--format=json", ...args]))) as ExplanationJson;
}

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "explain-"));
  folders.push(made);
  return made;
}
afterAll(() => folders.forEach((made) => rmSync(made, { recursive: true })));

function write(directory: string, path: string, content: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), content);
}

describe("make explain", () => {
  test("prints one object: what runs for a change, where, and why", () => {
    const { status, stdout, stderr } = make({
      FILES: "lib/llm/src/a.rs docs/x.md",
      EVENT: "pull_request",
      FORMAT: "json",
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const printed = JSON.parse(stdout) as ExplanationJson;
    expect(Object.keys(printed)).toEqual(["checks", "jobs", "images", "tests", "deployments"]);
    expect(printed.checks.map(({ context, reports }) => [context, reports])).toEqual([
      ["pre-commit", "now"],
      ["copyright-checks", "now"],
      ["DCO", "now"],
      ["dynamo-status-check", "now"],
      ["backend-status-check", "after-mirror"],
    ]);
    expect(printed.jobs).toContainEqual({
      id: "core",
      workflow: "dynamo-status-check.yml",
      runner: "ubuntu-24.04",
      why: "lib/llm/src/a.rs is more than documentation, so the core container is built. lib/llm/src/a.rs concerns Rust.",
      when: "now",
    });
    expect(printed.jobs).toContainEqual({
      id: "vllm-amd64 / test (unit)",
      workflow: "pr.yaml",
      runner: "prod-tester-amd-gpu-v1",
      image: "vllm-amd64",
      why: "lib/llm/src/a.rs concerns every framework.",
      when: "after-mirror",
    });
    expect(printed.images.map(({ tag }) => tag)).toEqual([
      ...[
        "vllm-amd64",
        "vllm-arm64",
        "vllm-cuda13-amd64",
        "vllm-cuda13-arm64",
        "sglang-amd64",
        "sglang-arm64",
        "sglang-cuda13-amd64",
        "sglang-cuda13-arm64",
      ].map((id) => `{sha}-${id}`),
      ...["trtllm-cuda13-amd64", "trtllm-cuda13-arm64", "frontend-amd64", "frontend-arm64"].map((id) => `{sha}-${id}`),
    ]);
    expect(printed.tests).toHaveLength(15);
    expect(printed.deployments).toEqual([]);
  });

  test("takes names as they are: no shell and no make reads them", () => {
    const trap = join(folder(), "trap");
    const names = [
      "docs/a b.md",
      "docs/it's.md",
      'docs/"x".md',
      "docs/$HOME.md",
      "docs/;x.md",
      `docs/$(touch ${trap}).md`,
      `docs/\`touch ${trap}\`.md`,
      "docs/$(shell touch " + trap + ").md",
      "docs/a#b*.md",
      "strange\\n.bin",
    ];
    const files = names.map((name) => `'${name.replaceAll("'", `'\\''`)}'`).join(" ");
    const { status, stdout } = make({ FILES: files, STACK: "dev" });
    expect(status).toBe(0);
    expect(stdout).toContain("Files that no filter claims, so everything runs:\n  strange\\n.bin\n\n");
    expect(readdirSync(dirname(trap))).toEqual([]);
  });

  test("refuses everything that is wrong at once, and prints nothing else", () => {
    const { status, stdout, stderr } = make({
      FILES: "a",
      BASE: "main",
      EVENT: "fork",
      REF: "main",
      FORMAT: "yaml",
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.split("\n").slice(0, 4)).toEqual([
      'EVENT is "fork": allowed are pull_request, push, merge_group, schedule, workflow_dispatch',
      'REF is "main": allowed is a full ref, such as refs/heads/main',
      "FILES and BASE are both given: one of them names the changed files",
      'FORMAT is "yaml": allowed are text, json',
    ]);
  });
});

describe("make render", () => {
  test("writes below a folder whatever its name is, and nothing of a stack that there is not", () => {
    const out = join(folder(), "a b;$x");
    const { status, stdout } = make({ OUT: out, STACK: "dev" }, "render");
    expect(status).toBe(0);
    expect(stdout).toContain(`${out}/.github/workflows/pr.yaml\n`);
    expect(readdirSync(join(out, ".github", "workflows"))).toContain("mirror-bot.yml");
    const other = join(folder(), "none");
    const refused = make({ OUT: other, STACK: "staging" }, "render");
    expect({
      status: refused.status,
      said: refused.stderr.split("\n")[0],
    }).toEqual({
      status: 2,
      said: 'STACK is "staging": allowed are dev, prod',
    });
    expect(readdirSync(dirname(other))).toEqual([]);
  });
});

describe("what is asked", () => {
  test("documentation alone runs the direct checks and no image", () => {
    const { jobs, images, tests } = json("docs/x.md");
    expect(jobs.filter(({ when }) => when === "now").map(({ id }) => id)).toEqual([
      "pre-commit",
      "copyright-checks",
      "plan",
      "dynamo-status-check",
    ]);
    expect([images, tests]).toEqual([[], []]);
  });

  test("a push to main names main's tags, the deployments, and no pull request's jobs", () => {
    const { jobs, images, deployments } = json("--event=push", "--ref=refs/heads/main");
    expect(new Set(jobs.map(({ workflow }) => workflow))).toEqual(new Set(["pr.yaml", "ci-test-suite.yml"]));
    expect(images).toHaveLength(14);
    expect(images.every(({ tag, when }) => tag.startsWith("main-") && when === "now")).toBe(true);
    expect(deployments).toHaveLength(10);
  });

  test("a release branch's tags hold the commit, which is not known", () => {
    expect(json("--event=push", "--ref=refs/heads/release/1.2").images[0]?.tag).toBe("release-{sha}-vllm-amd64");
  });

  test("nothing but jobs that take a runner is listed, each with its reason", () => {
    for (const { id, workflow, runner, why } of json("--event=schedule").jobs) {
      expect({
        id,
        workflow,
        named: runner !== "" && why.endsWith("."),
      }).toEqual({ id, workflow, named: true });
    }
  });

  test("an option without a value is one that was not given, and files may come either way", () => {
    expect(questionOf(["--event=", "--base=", "--format=", "--files='a b'", "c"])).toEqual({ files: ["c", "a b"] });
  });

  test.each([
    [["--event=push"], "EVENT=push needs REF, the full ref that is pushed, such as refs/heads/main or refs/heads/pull-request/7"],
    [["--event=push", "--ref=refs/heads/feature"], 'event "push" on ref "refs/heads/feature": allowed are '],
    [[], 'runs what the changed files concern: FILES="lib/llm/src/a.rs docs/x.md" names them, or BASE=origin/main takes them from git'],
    [["../a.rs"], 'FILES has "../a.rs": allowed are paths from the target repository\'s root, such as lib/llm/src/a.rs'],
    [["/etc/passwd"], 'FILES has "/etc/passwd": allowed are paths'],
    [["--files='a"], "FILES: the quote ' at character 1 has no end"],
    [["--stack=staging", "a"], 'STACK is "staging": allowed are dev, prod'],
    [["--base=main", "--directory=/nowhere/at/all"], "DIR=/nowhere/at/all: no checkout of a git repository"],
    [["--colour=red", "a"], "Unknown option '--colour'"],
  ])("%j is refused in words", (args, message) => expect(() => answer(questionOf(args))).toThrow(message));
});

describe("files from git", () => {
  let checkout: string;

  beforeAll(() => {
    checkout = folder();
    git(checkout, "init", "--quiet", "--initial-branch=main");
    write(checkout, "lib/runtime/src/a.rs", 'fn a() { println!("a line that is long enough to be known again"); }\n');
    write(checkout, "docs/a.md", "a\n");
    git(checkout, "add", "--all");
    git(checkout, "commit", "--quiet", "--message=one");
    git(checkout, "checkout", "--quiet", "-b", "topic");
    git(checkout, "mv", "lib/runtime/src/a.rs", "docs/ein Name\twith tab.txt");
    git(checkout, "commit", "--quiet", "--message=rename");
    git(checkout, "checkout", "--quiet", "main");
    write(checkout, "deploy/operator/b.go", "package b\n");
    git(checkout, "add", "--all");
    git(checkout, "commit", "--quiet", "--message=main moves on");
    git(checkout, "checkout", "--quiet", "topic");
  });

  const since = (base: string): ExplanationJson => json(`--base=${base}`, `--directory=${checkout}`);

  test("are those since the merge base, a rename under both names; what main gained meanwhile is not the branch's", () => {
    const { jobs } = since("main");
    expect(jobs.find(({ id, when }) => id === "core" && when === "after-mirror")?.why).toBe("lib/runtime/src/a.rs concerns Rust.");
    expect(jobs.some(({ id }) => id.startsWith("operator"))).toBe(false);
  });

  test("a removed file counts", () => {
    git(checkout, "checkout", "--quiet", "-b", "removal", "main");
    git(checkout, "rm", "--quiet", "deploy/operator/b.go");
    git(checkout, "commit", "--quiet", "--message=removal");
    expect(since("main").images.map(({ id }) => id)).toEqual(["operator-amd64", "operator-arm64"]);
    git(checkout, "checkout", "--quiet", "topic");
  });

  test.each([
    ["nowhere", "BASE=nowhere: git knows no such commit"],
    ["--help", "BASE=--help: git knows no such commit"],
    ["topic", "BASE=topic: the checked-out commit changes nothing since then; what is not committed does not count"],
  ])("BASE=%s is refused in words", (base, message) => expect(() => since(base)).toThrow(message));

  test("a shallow clone without the base's history is refused, not guessed at", () => {
    const shallow = join(folder(), "shallow");
    git(checkout, "clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=topic", `file://${checkout}`, shallow);
    expect(() => json("--base=origin/main", `--directory=${shallow}`)).toThrow(
      "it has no commit in common with HEAD; a shallow clone needs its history first (git fetch --unshallow)",
    );
  });
});

test("the text tells everything once, in columns, and ends with what does not run", () => {
  expect(answer(questionOf(["--stack=dev", "components/src/dynamo/vllm/a.py"]))).toMatchInlineSnapshot(`
   "5 jobs, no images, no test suite runs.
   Once a maintainer has it mirrored: 6 jobs, 1 image, 3 test suite runs.

   Required checks
     pre-commit            reports        pre-commit.yml           Python formatting (black, isort), YAML validation.
     copyright-checks      reports        copyright-checks.yml     Validates SPDX headers.
     DCO                   reports        dco                      Checks Developer Certificate of Origin signature.
     dynamo-status-check   reports        dynamo-status-check.yml  Builds core container, runs Rust + pytest.
     backend-status-check  reports later  pr.yaml                  Reports once a maintainer has had the pull request copied to pull-request/N.

   pull_request on refs/pull/N/merge (pull-request)
   ================================================

   Jobs
     pre-commit.yml           pre-commit           ubuntu-24.04  Is the required check pre-commit: Python formatting (black, isort), YAML validation.
     copyright-checks.yml     copyright-checks     ubuntu-24.04  Is the required check copyright-checks: Validates SPDX headers.
     dynamo-status-check.yml  plan                 ubuntu-24.04  Decides what of dynamo-status-check.yml runs.
     dynamo-status-check.yml  core                 ubuntu-24.04  components/src/dynamo/vllm/a.py is more than documentation, so the core container is built.
     dynamo-status-check.yml  dynamo-status-check  ubuntu-24.04  Is the required check dynamo-status-check: Builds core container, runs Rust + pytest.

   Once a maintainer has it mirrored: push to refs/heads/pull-request/N (pull-request)
   ===================================================================================

   Jobs
     pr.yaml  plan                  ubuntu-24.04  Decides what of pr.yaml runs.
     pr.yaml  backend-status-check  ubuntu-24.04  Is the required check backend-status-check: Builds framework containers (vLLM, SGLang, TRT-LLM) + tests.

   Images
     components/src/dynamo/vllm/a.py concerns vLLM.
       {sha}-vllm-cuda13-amd64  built on dev-builder-amd-v1

   Tests
     unit         dev-tester-amd-gpu-v1  1 GPU  in  vllm-cuda13-amd64
     integration  dev-tester-amd-gpu-v1  1 GPU  in  vllm-cuda13-amd64
     e2e          dev-tester-amd-gpu-v1  1 GPU  in  vllm-cuda13-amd64

   Not run
     pr.yaml  The direct checks of the same commit build the core container, not its mirror branch:  core
     pr.yaml  No changed file concerns the Kubernetes operator:                                      operator-checks, operator-amd64, operator-arm64
     pr.yaml  No changed file concerns the Frontend:                                                 frontend-amd64
     pr.yaml  Built on main and release branches only:                                               frontend-amd64-main
   "
  `);
});
