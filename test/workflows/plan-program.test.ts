/** `plan.mjs` as a process, in real checkouts, against a server that answers as GitHub's API does. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allImages, images } from "../../pipeline/images";
import { fixture } from "../fixture";
import { Checkout, git, LocalServer, type Answer, type Asked } from "./program-host";

const { pipeline } = fixture("large");

const SHA = "0123456789abcdef0123456789abcdef01234567";
const OTHER = "89abcdef0123456789abcdef0123456789abcdef";

interface ListedFile {
  readonly filename: string;
  readonly status: string;
  readonly previous_filename?: string;
}

function modified(...paths: string[]): ListedFile[] {
  return paths.map((filename) => ({ filename, status: "modified" }));
}

/** A pull request's answers: itself, and its files a hundred a page. */
function pullRequest(files: readonly ListedFile[], head = SHA, count = files.length, base = "trunk"): (asked: Asked) => Answer {
  return ({ url }) => {
    if (/\/pulls\/7$/.test(url)) return { json: { number: 7, changed_files: count, head: { sha: head }, base: { ref: base } } };
    const page = Number(/[?&]page=(\d+)/.exec(url)?.[1] ?? 0);
    if (url.includes("/pulls/7/files")) return { json: files.slice((page - 1) * 100, page * 100) };
    return { status: 404 };
  };
}

let checkout: Checkout;
let server: LocalServer;

beforeAll(() => {
  checkout = new Checkout();
});
afterAll(() => checkout.remove());
afterEach(() => server.stop());

const direct = { CI_SCOPE: "direct", GITHUB_EVENT_NAME: "pull_request", GITHUB_REF: "refs/pull/7/merge", GITHUB_SHA: SHA } as const;
const mirror = { CI_SCOPE: "backend", GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/pull-request/7", GITHUB_SHA: SHA } as const;
const toMain = { GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/trunk", GITHUB_SHA: SHA } as const;

async function plan(env: Readonly<Record<string, string>>, payload: object, answer: (asked: Asked) => Answer, where = checkout): Promise<{ jobs: string[]; status: number; log: string; summary: string; outputs: Readonly<Record<string, string>> }> {
  server = await LocalServer.start(answer);
  const outcome = await where.run("plan", { ...env, GITHUB_API_URL: server.url }, [], payload);
  return { ...outcome, jobs: JSON.parse(outcome.outputs.jobs ?? "[]") as string[] };
}

const onPull = { pull_request: { number: 7, head: { sha: SHA } } };

describe("a pull request", () => {
  test("that changes documentation runs nothing, and the page says so", async () => {
    const { status, jobs, summary } = await plan(direct, onPull, pullRequest(modified("docs/a.md", "README.md")));
    expect({ status, jobs }).toEqual({ status: 0, jobs: [] });
    expect(summary).toContain("2 changed files.\n\nNo job of this workflow has anything to do.\n\n### Does not run");
  });

  test("is asked about with the job's token, and nothing else is", async () => {
    await plan(direct, onPull, pullRequest(modified("docs/a.md")));
    expect(server.asked.map(({ method, url, authorization }) => `${method} ${url} ${authorization}`)).toEqual([
      "GET /repos/orbit-lab/engine/pulls/7 Bearer token-of-the-job",
      "GET /repos/orbit-lab/engine/pulls/7/files?per_page=100&page=1 Bearer token-of-the-job",
    ]);
  });

  test("with more than 300 files is read page by page", async () => {
    const files = modified(...Array.from({ length: 349 }, (_, index) => `docs/${index}.md`), "lib/llm/src/a.rs");
    const { jobs } = await plan(direct, onPull, pullRequest(files));
    expect(jobs).toEqual(["core"]);
    expect(server.asked).toHaveLength(5);
  });

  test("that renames or removes Rust code runs Rust: both names count", async () => {
    const renamed = await plan(direct, onPull, pullRequest([{ filename: "docs/old.md", status: "renamed", previous_filename: "lib/runtime/src/a.rs" }]));
    expect(JSON.parse(renamed.outputs.parts ?? "")).toEqual({ core: true, rust: true });
    await server.stop();
    const removed = await plan(direct, onPull, pullRequest([{ filename: "lib/runtime/src/a.rs", status: "removed" }]));
    expect(JSON.parse(removed.outputs.parts ?? "")).toEqual({ core: true, rust: true });
  });

  test("with a file that no filter claims runs everything and names the file", async () => {
    const { jobs, log, summary } = await plan(direct, onPull, pullRequest(modified("strange/new thing|<b>.xyz")));
    expect(jobs).toEqual(["core"]);
    expect(log).toContain("::warning title=Files that no filter claims::Everything runs, as no filter claims strange/new thing|<b>.xyz");
    expect(summary).toContain("`strange/new thing\\|&lt;b>.xyz`");
  });

  test("that has moved on since is compared by the commit of the event: a later push cannot empty the plan of an earlier one", async () => {
    const answer = (asked: Asked): Answer =>
      asked.url.includes("/compare/") ? { json: { merge_base_commit: { sha: OTHER }, files: modified("lib/runtime/src/a.rs") } } : pullRequest(modified("docs/a.md"), OTHER)(asked);
    const { jobs } = await plan(direct, onPull, answer);
    expect(jobs).toEqual(["core"]);
    expect(server.asked.at(-1)?.url).toBe(`/repos/orbit-lab/engine/compare/trunk...${SHA}?per_page=1`);
  });

  test("into another branch is compared with main all the same: its base may be changed to main, and the check stays", async () => {
    const answer = (asked: Asked): Answer =>
      asked.url.includes("/compare/") ? { json: { merge_base_commit: { sha: OTHER }, files: modified("lib/runtime/src/a.rs") } } : pullRequest([], SHA, 0, "feature")(asked);
    const { jobs } = await plan(direct, onPull, answer);
    expect(jobs).toEqual(["core"]);
    expect(server.asked.at(-1)?.url).toBe(`/repos/orbit-lab/engine/compare/trunk...${SHA}?per_page=1`);
  });

  test("into a release branch runs everything", async () => {
    const { jobs, log } = await plan(direct, onPull, pullRequest(modified("docs/a.md"), SHA, 1, "stable/1.0"));
    expect(jobs).toEqual(["core"]);
    expect(log).toContain("::warning title=Everything runs::The pull request goes into the release branch stable/1.0");
  });

  test("that the event does not name runs everything", async () => {
    const { jobs, log } = await plan(direct, {}, () => ({ status: 500 }));
    expect(jobs).toEqual(["core"]);
    expect(log).toContain("::warning title=Everything runs::The event names no pull request.");
  });

  test("of which GitHub says nothing runs everything and says why", async () => {
    const { status, jobs, log } = await plan(direct, onPull, () => ({ status: 403 }));
    expect({ status, jobs }).toEqual({ status: 0, jobs: ["core"] });
    expect(log).toContain("::warning title=Everything runs::The changed files could not be found: GitHub answered 403 to /repos/orbit-lab/engine/pulls/7.");
  });

  test("is asked about again when GitHub fails for a moment", async () => {
    let failures = 2;
    const { jobs } = await plan(direct, onPull, (asked) => (failures-- > 0 ? { status: 502 } : pullRequest(modified("docs/a.md"))(asked)));
    expect(jobs).toEqual([]);
  });
});

describe("a mirror branch", () => {
  test("builds only the framework whose own files changed, tagged with the commit", async () => {
    const { jobs, outputs } = await plan(mirror, {}, pullRequest(modified("engines/alpha/a.py")));
    expect(jobs).toEqual(["alpha-amd64", "alpha-arm64", "alpha-cuda13-amd64", "alpha-cuda13-arm64"]);
    expect(outputs).toMatchObject({ mode: "pull-request", "tag-prefix": `${SHA}-` });
    expect(JSON.parse(outputs.tests ?? "")).toEqual({ "alpha-amd64": "list-1", "alpha-arm64": "none", "alpha-cuda13-amd64": "list-1", "alpha-cuda13-arm64": "none" });
    expect((JSON.parse(outputs.suites ?? "") as Record<string, { suite: string; runner: string; markers: string }[]>)["list-1"]?.map(({ suite, runner, markers }) => `${suite} ${runner} ${markers}`)).toEqual([
      "quick bench-gpu-v3 fast and unit and {framework} and (gpu_0 or gpu_1)",
      "whole bench-gpu-v3 fast and e2e and {framework} and (gpu_0 or gpu_1)",
    ]);
  });

  test("of the operator builds the operator, after its checks", async () => {
    const { jobs, summary } = await plan(mirror, {}, pullRequest(modified("ops/manager/main.go")));
    expect(jobs).toEqual(["manager-checks", "manager-amd64", "manager-arm64"]);
    expect(summary).toContain("1 changed file.\n");
    expect(summary).toContain(`| \`${SHA}-manager-amd64\` | None. Its sources are checked before it is built, by manager-checks. |`);
  });

  test("with core code builds every image", async () => {
    const { jobs } = await plan(mirror, {}, pullRequest(modified(".github/workflows/pr.yaml")));
    expect(jobs.filter((id) => /-(amd64|arm64)$/.test(id)).sort()).toEqual(allImages(pipeline, "pull-request").map(({ id }) => id).sort());
  });

  test("whose pull request moved on is compared by its own commit", async () => {
    const answer = ({ url }: Asked): Answer =>
      url.includes("/compare/") ? { json: { merge_base_commit: { sha: OTHER }, files: modified("docs/a.md") } } : pullRequest(modified("lib/a.rs"), OTHER)({ method: "", url, authorization: "", body: "" });
    const { jobs } = await plan(mirror, {}, answer);
    expect(jobs).toEqual([]);
    expect(server.asked.at(-1)?.url).toBe(`/repos/orbit-lab/engine/compare/trunk...${SHA}?per_page=1`);
  });
});

describe("a push to main", () => {
  const compare = (): Answer => ({ json: { merge_base_commit: { sha: OTHER }, files: modified("docs/a.md") } });

  test("has the suite build and test everything, whatever changed", async () => {
    const { jobs, outputs } = await plan({ ...toMain, CI_SCOPE: "suite" }, { before: OTHER, after: SHA }, compare);
    expect(jobs.filter((id) => /^(alpha|beta|gamma)/.test(id))).toEqual(images(pipeline, "post-merge").map(({ id }) => id));
    expect(jobs).toEqual(expect.arrayContaining(["core", "manager-amd64", "deployments-alpha", "deployments-beta", "deployments-gamma"]));
    expect(outputs).toMatchObject({ mode: "post-merge", "tag-prefix": "trunk-", parts: '{"core":true,"rust":true}' });
    const graphs = JSON.parse(outputs.deployments ?? "") as Record<string, { profile: string }[]>;
    expect(Object.entries(graphs).map(([framework, legs]) => [framework, legs.map(({ profile }) => profile)])).toEqual([
      ["alpha", ["alpha-solo", "alpha-split"]],
      ["beta", ["beta-solo"]],
      ["gamma", ["gamma-solo"]],
    ]);
    expect(graphs["alpha"]?.[0]).toEqual({ profile: "alpha-solo", manifest: "samples/alpha/launch/solo.yaml" });
  });

  test("leaves to pr.yaml what the suite does not do", async () => {
    const { jobs } = await plan({ ...toMain, CI_SCOPE: "backend" }, { before: OTHER, after: SHA }, compare);
    expect(jobs).toEqual(["portal-amd64-main"]);
  });

  test.each([
    ["first", { before: "0".repeat(40) }, "This is the first push of the branch"],
    ["force", { before: OTHER, forced: true }, "The branch was force-pushed"],
  ])("that is a %s push says that the changes are not known", async (_kind, payload, why) => {
    const { status, summary } = await plan({ ...toMain, CI_SCOPE: "suite" }, payload, compare);
    expect(status).toBe(0);
    expect(summary).toContain(why);
    expect(server.asked).toEqual([]);
  });
});

test("a nightly run takes nightly tags and the long tests, a release branch tags by commit and deploys nothing", async () => {
  const nightly = await plan({ CI_SCOPE: "suite", GITHUB_EVENT_NAME: "schedule", GITHUB_REF: "refs/heads/trunk", GITHUB_SHA: SHA }, {}, () => ({ status: 500 }));
  expect(nightly.outputs).toMatchObject({ mode: "nightly", "tag-prefix": "night-" });
  expect(nightly.outputs.suites).toContain("overnight");
  await server.stop();
  const release = await plan({ CI_SCOPE: "suite", GITHUB_EVENT_NAME: "push", GITHUB_REF: "refs/heads/stable/1.2", GITHUB_SHA: SHA }, { before: "0".repeat(40) }, () => ({ status: 500 }));
  expect(release.outputs).toMatchObject({ mode: "post-merge", "tag-prefix": `stable-${SHA}-`, deployments: '{"alpha":[],"beta":[],"gamma":[]}' });
  expect(release.jobs.filter((id) => id.startsWith("deployments"))).toEqual([]);
});

test.each([
  [{ ...direct, CI_SCOPE: "everything" }, 'CI_SCOPE is "everything": allowed are direct, backend, suite'],
  [{ ...direct, GITHUB_EVENT_NAME: "fork" }, 'event "fork" on ref "refs/pull/7/merge": allowed are'],
  [{ ...direct, GITHUB_SHA: "" }, "the environment variable GITHUB_SHA is not set"],
])("what it cannot read fails the job and is named", async (env, message) => {
  const { status, log } = await plan(env, onPull, pullRequest([]));
  expect(status).toBe(1);
  expect(log).toContain(`::error title=Plan::${message}`);
});

describe("with git, where GitHub's lists end", () => {
  let origin: string;
  let base: string;
  let head: string;
  let shallow: Checkout;

  beforeAll(() => {
    origin = mkdtempSync(join(tmpdir(), "origin-"));
    const work = new Checkout();
    work.git("init", "--quiet", "--initial-branch=main");
    for (let index = 0; index < 320; index++) work.write(`docs/${index}.md`, "old\n");
    work.write("lib/a.rs", "fn a() {}\n");
    work.git("add", "--all");
    work.git("commit", "--quiet", "--message=base");
    base = work.git("rev-parse", "HEAD");
    work.git("checkout", "--quiet", "-b", "pull-request/7");
    for (let index = 0; index < 320; index++) work.write(`docs/${index}.md`, "new\n");
    work.git("mv", "lib/a.rs", "docs/ein Name\twith tab.md");
    work.git("add", "--all");
    work.git("commit", "--quiet", "--message=change");
    head = work.git("rev-parse", "HEAD");
    git(origin, "clone", "--quiet", "--bare", work.directory, join(origin, "repository.git"));
    git(join(origin, "repository.git"), "config", "uploadpack.allowAnySHA1InWant", "true");
    git(join(origin, "repository.git"), "config", "uploadpack.allowFilter", "true");
    work.remove();
    shallow = new Checkout();
    shallow.git("init", "--quiet");
    shallow.git("remote", "add", "origin", `file://${join(origin, "repository.git")}`);
    shallow.git("fetch", "--quiet", "--depth=1", "origin", head);
    shallow.git("checkout", "--quiet", "--force", "FETCH_HEAD");
  });
  afterAll(() => {
    shallow.remove();
    rmSync(origin, { recursive: true });
  });

  const beyond =
    (mergeBase: string) =>
    ({ url }: Asked): Answer => {
      if (url.includes("/compare/")) return { json: { merge_base_commit: { sha: mergeBase }, files: modified(...Array.from({ length: 300 }, (_, index) => `docs/${index}.md`)) } };
      return pullRequest([], head, 3_500)({ method: "", url, authorization: "", body: "" });
    };

  test("a shallow checkout fetches one commit without its files, and finds both names of a rename", async () => {
    const { status, jobs, summary } = await plan({ ...mirror, GITHUB_SHA: head }, {}, beyond(base), shallow);
    expect(status).toBe(0);
    expect(summary).toContain("322 changed files.");
    expect(jobs).toEqual(expect.arrayContaining(["alpha-arm64", "alpha-amd64"]));
    expect(shallow.git("rev-list", "--count", base)).toBe("1");
    // The base's documents all hold the same text, which the head does not have: one object, and it was not fetched.
    expect(shallow.git("rev-list", "--objects", "--missing=print", base).match(/^\?/gm)).toHaveLength(1);
  });

  test("a commit that cannot be fetched means that everything runs", async () => {
    const { status, jobs, log } = await plan({ ...mirror, GITHUB_SHA: head }, {}, beyond("e".repeat(40)), shallow);
    expect(status).toBe(0);
    expect(jobs.length).toBeGreaterThan(allImages(pipeline, "pull-request").length);
    expect(log).toContain("::warning title=Everything runs::The changed files could not be found: git fetch:");
    expect(log).not.toContain("token-of-the-job");
  });
});
