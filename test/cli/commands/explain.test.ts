/** `make explain` as a process: what reaches it, what it prints, and what it refuses. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readCommittedStack } from "../../../cli/stack";
import { awaitsMirror } from "../../../pipeline/checks";
import { allImages } from "../../../pipeline/images";
import { plannedTests } from "../../../pipeline/tests";
import type { ExplanationJson } from "../../../report/explain";
import { git } from "../../workflows/program-host";
import { call, callByMake } from "../kit/call";

jest.setTimeout(120_000);

/** What the command tells of, where it is asked of no other stack. */
const { pipeline } = readCommittedStack("prod");

const PROJECT = join(__dirname, "..", "..", "..");

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

async function json(...args: string[]): Promise<ExplanationJson> {
  const { code, out, err } = await call(["explain", "--format=json", ...args]);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  return JSON.parse(out) as ExplanationJson;
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
    expect(printed.checks.map(({ context, reports }) => [context, reports])).toEqual(pipeline.requiredChecks.map((check) => [check.context, awaitsMirror(check) ? "after-mirror" : "now"]));
    expect(printed.checks).toContainEqual(expect.objectContaining({ context: "backend-status-check", reports: "after-mirror" }));
    expect(printed.jobs).toContainEqual({
      id: "core",
      workflow: "dynamo-status-check.yml",
      runner: "ubuntu-24.04",
      why: "lib/llm/src/a.rs is more than documentation, so the core container is built. lib/llm/src/a.rs concerns Rust.",
      when: "now",
    });
    const [suite] = plannedTests(pipeline, "pull-request", allImages(pipeline, "pull-request"));
    expect(printed.jobs).toContainEqual({
      id: `vllm-amd64 / test (${suite!.suite})`,
      workflow: "pr.yaml",
      runner: pipeline.runnerClasses.find(({ id }) => id === suite!.runner)!.label,
      image: "vllm-amd64",
      why: "lib/llm/src/a.rs concerns every framework.",
      when: "after-mirror",
    });
    // The change concerns every image but the operator's.
    const built = allImages(pipeline, "pull-request").filter(({ subject }) => subject.id !== "operator");
    expect(printed.images.map(({ tag }) => tag).sort()).toEqual(built.map(({ tag }) => tag).sort());
    expect(printed.images.map(({ tag }) => tag)).toEqual(expect.arrayContaining(["{sha}-vllm-amd64", "{sha}-vllm-cuda13-arm64", "{sha}-frontend-amd64"]));
    expect(printed.tests).toHaveLength(plannedTests(pipeline, "pull-request", built).length);
    expect(printed.tests.length).toBeGreaterThan(5);
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
      'FORMAT is "yaml": allowed are text, json',
      "FILES and BASE are both given: one of them names the changed files",
    ]);
  });
});

describe("make render", () => {
  test("writes below a folder whatever its name is, and nothing for a stack that does not exist", () => {
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
  test("documentation alone runs the direct checks and no image", async () => {
    const { jobs, images, tests } = await json("docs/x.md");
    const direct = pipeline.requiredChecks.flatMap((check) => (check.kind === "run" ? [check.context] : []));
    expect(direct).toEqual(expect.arrayContaining(["pre-commit", "copyright-checks"]));
    expect(jobs.filter(({ when }) => when === "now").map(({ id }) => id)).toEqual([...direct, "plan", "dynamo-status-check"]);
    expect([images, tests]).toEqual([[], []]);
  });

  test("a push to main names main's tags, the deployments, and no pull request's jobs", async () => {
    const { jobs, images, deployments } = await json("--event=push", "--ref=refs/heads/main");
    expect(new Set(jobs.map(({ workflow }) => workflow))).toEqual(new Set(["pr.yaml", "ci-test-suite.yml"]));
    expect(images.map(({ tag }) => tag).sort()).toEqual(allImages(pipeline, "post-merge").map(({ tag }) => tag).sort());
    expect(images.every(({ tag, when }) => tag.startsWith("main-") && when === "now")).toBe(true);
    expect(deployments.map(({ framework, profile }) => [framework, profile])).toEqual(pipeline.deployments.tests.map(({ framework, profile }) => [framework, profile]));
    expect(deployments.length).toBeGreaterThan(0);
  });

  test("a release branch's tags hold the commit, which is not known", async () => {
    expect((await json("--event=push", "--ref=refs/heads/release/1.2")).images[0]?.tag).toBe("release-{sha}-vllm-amd64");
  });

  test("nothing but jobs that take a runner is listed, each with its reason", async () => {
    for (const { id, workflow, runner, why } of (await json("--event=schedule")).jobs) {
      expect({
        id,
        workflow,
        named: runner !== "" && why.endsWith("."),
      }).toEqual({ id, workflow, named: true });
    }
  });

  test("an option with an empty value is one that was not given", async () => {
    expect(await json("--event=", "--base=", "--stack", "", "docs/x.md")).toEqual(await json("docs/x.md"));
  });

  test.each([
    [["--event=push"], '--event is "push" and needs --ref, the full ref that is pushed, such as refs/heads/main or refs/heads/pull-request/7'],
    [["--event=push", "--ref=refs/heads/feature"], 'event "push" on ref "refs/heads/feature": allowed are '],
    [[], "runs what the changed files concern: name them, as in gpu-cicd explain lib/llm/src/a.rs docs/x.md, or take them from git with --base"],
    [["../a.rs", "b", "/etc/passwd"], 'files: found "../a.rs", "/etc/passwd"; allowed are paths from the target repository\'s root, such as lib/llm/src/a.rs'],
    [["--stack=staging", "a"], '--stack is "staging": allowed are dev, prod'],
    [["--base=main", "--dir=/nowhere/at/all"], '--dir is "/nowhere/at/all": no checkout of a git repository'],
    [["--base=main", "--files-from=list", "a"], "files and --base are both given: one of them names the changed files\n--files-from and --base are both given"],
    [["--colour=red", "a"], "unknown option --colour: allowed are --event, "],
  ])("%j is refused in words", async (args, message) => {
    const { code, out, err } = await call(["explain", ...args]);
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain(message);
  });
});

describe("a list of files", () => {
  const many = Array.from({ length: 10_000 }, (_, at) => `lib/llm/src/some/longer/folder/file-${at}.rs`);

  test("from standard input has no limit of the environment's size, by the command line and by make", async () => {
    const input = `${many.join("\n")}\n`;
    expect(input.length).toBeGreaterThan(400_000);
    const expected = await json("lib/llm/src/a.rs");
    for (const called of [await call(["explain", "--files-from", "-", "--format=json"], { input }), await call(["explain", "-", "--format=json"], { input }), await callByMake("explain", { FILES_FROM: "-", FORMAT: "json" }, { input })]) {
      expect({ code: called.code, err: called.err }).toEqual({ code: 0, err: "" });
      const { images } = JSON.parse(called.out) as ExplanationJson;
      expect(images.map(({ tag }) => tag)).toEqual(expected.images.map(({ tag }) => tag));
      expect(images[0]!.why).toContain("(and 9999 more)");
    }
    const { status, stdout } = spawnSync("make", ["--no-print-directory", "-o", "node_modules/.stamp", "explain", "FILES_FROM=-"], { cwd: PROJECT, encoding: "utf8", input });
    expect([status, stdout]).toEqual([0, expect.stringContaining("14 images")]);
  });

  test("may be arguments, as many as the system takes", async () => {
    expect((await json(...many)).images).toHaveLength(14);
  });

  test("may be a file, with zero bytes for names that hold line breaks", async () => {
    const list = join(folder(), "list");
    writeFileSync(list, "docs/a.md\0odd\nname.bin\0");
    expect((await call(["explain", "--files-from", list])).out).toContain("Files that no filter claims, so everything runs:\n  odd\nname.bin\n");
  });

  test.each([
    [{ input: "" }, '--files-from is "-": it names no file'],
    [{ terminal: true }, '--files-from is "-", and standard input is a terminal: pipe something into the command'],
  ])("that is none is refused: %j", async (surroundings, message) => {
    const { code, err } = await call(["explain", "--files-from=-"], surroundings);
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
  });
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

  const since = (base: string): Promise<ExplanationJson> => json(`--base=${base}`, `--dir=${checkout}`);
  const refusal = async (base: string, dir = checkout): Promise<string> => (await call(["explain", `--base=${base}`, `--dir=${dir}`])).err;

  test("are those since the merge base, a rename under both names; what main gained meanwhile is not the branch's", async () => {
    const { jobs } = await since("main");
    expect(jobs.find(({ id, when }) => id === "core" && when === "now")?.why).toContain("lib/runtime/src/a.rs concerns Rust.");
    expect(jobs.some(({ id, when }) => id === "core" && when === "after-mirror")).toBe(false);
    expect(jobs.some(({ id }) => id.startsWith("operator"))).toBe(false);
  });

  test("a removed file counts", async () => {
    git(checkout, "checkout", "--quiet", "-b", "removal", "main");
    git(checkout, "rm", "--quiet", "deploy/operator/b.go");
    git(checkout, "commit", "--quiet", "--message=removal");
    expect((await since("main")).images.map(({ id }) => id)).toEqual(["operator-amd64", "operator-arm64"]);
    git(checkout, "checkout", "--quiet", "topic");
  });

  test.each([
    ["nowhere", '--base is "nowhere": git knows no such commit'],
    ["--help", '--base is "--help": git knows no such commit'],
    ["topic", '--base is "topic": the checked-out commit changes nothing since then; what is not committed does not count'],
  ])("base %s is refused in words", async (base, message) => expect(await refusal(base)).toContain(message));

  test("a shallow clone without the base's history is refused, not guessed at", async () => {
    const shallow = join(folder(), "shallow");
    git(checkout, "clone", "--quiet", "--depth=1", "--no-single-branch", "--branch=topic", `file://${checkout}`, shallow);
    expect(await refusal("origin/main", shallow)).toContain(
      "it has no commit in common with HEAD; a shallow clone needs its history first (git fetch --unshallow)",
    );
  });
});

test("the text tells everything once, in columns, and ends with what does not run", async () => {
  expect((await call(["explain", "--stack=dev", "components/src/dynamo/vllm/a.py"])).out).toMatchInlineSnapshot(`
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
     pr.yaml  backend-status-check  ubuntu-24.04  Is the required check backend-status-check: Builds framework containers (vLLM) + tests.

   Images
     components/src/dynamo/vllm/a.py concerns vLLM.
       {sha}-vllm-cuda13-amd64  built on dev-builder-amd-v1

   Tests
     unit         dev-tester-amd-gpu-v1  1 GPU  in  vllm-cuda13-amd64
     integration  dev-tester-amd-gpu-v1  1 GPU  in  vllm-cuda13-amd64
     e2e          dev-tester-amd-gpu-v1  1 GPU  in  vllm-cuda13-amd64

   Not run
     pr.yaml  No changed file concerns the Kubernetes operator:  operator-checks, operator-amd64, operator-arm64
     pr.yaml  No changed file concerns the Frontend:             frontend-amd64
     pr.yaml  No image that is built is made of it:              dynamo-amd64
     pr.yaml  Built on main and release branches only:           frontend-amd64-main, dynamo-amd64-main
   "
  `);
});
