/** What a merge queue changes in the rendered files, and what the delivered plan does on a merge group. */
import { jobFindings, type CoherenceInput } from "../../pipeline/coherence";
import { queued, pipeline as given } from "../pipeline/fixtures";
import { fill } from "../../workflows/gate/expression";
import { githubContext, type GateEvent } from "../../workflows/gate/event";
import { jobFacts, renderFiles, variables } from "../../workflows/index";
import { Checkout, LocalServer, type Answer, type Asked } from "./program-host";
import { allJobs, contentOf, files, parsedWorkflows, settings, withMergeQueue, workflows } from "./support";

jest.setTimeout(60_000);

const rendered = renderFiles(withMergeQueue, settings);
const inQueue = parsedWorkflows(rendered);
const REPORTING = ["tidy.yml", "licences.yml", "dynamo-status-check.yml", "pr.yaml"];

describe("the files", () => {
  test("merge groups start every workflow that reports a required check, unfiltered, and no other", () => {
    const started = Object.entries(inQueue).filter(([, { on }]) => "merge_group" in on);
    expect(started.map(([name]) => name).sort()).toEqual([...REPORTING].sort());
    for (const [, { on }] of started) expect(on["merge_group"]).toEqual({});
    expect(Object.values(workflows).filter(({ on }) => "merge_group" in on)).toEqual([]);
  });

  test("beside triggers, groups of runs, one permission and the documents nothing differs", () => {
    const changed = rendered.filter(({ path, content }) => content !== contentOf(path)).map(({ path }) => path.replace(".github/", ""));
    expect(changed).toEqual(["ci/pipeline.json", "workflows/README.md", "workflows/TROUBLESHOOTING.md", ...REPORTING.map((name) => `workflows/${name}`)].sort());
    const permitted = allJobs(inQueue).filter(({ job }) => job.permissions?.["checks"] !== undefined);
    expect(permitted.map(({ file, id, job }) => [file, id, job.permissions])).toEqual([["pr.yaml", "plan", { contents: "read", "pull-requests": "read", checks: "read" }]]);
  });

  test("coherence finds nothing wrong with the jobs", () => {
    const pipeline = { ...queued, repository: given.repository };
    const input = { pipeline, jobs: jobFacts(pipeline, settings), variables: variables(pipeline.environments) } as unknown as CoherenceInput;
    expect(jobFindings(input)).toEqual([]);
  });

  test("every job that a merge group can start is one that a fork could: hosted, without an environment, a secret or an identity", () => {
    const facts = jobFacts(withMergeQueue, settings).filter(({ inMergeQueue, trust, runsOn }) => inMergeQueue && trust.includes("fork") && runsOn.length > 0);
    expect([...new Set(facts.map(({ workflow, id }) => `${workflow} ${id}`))]).toEqual(expect.arrayContaining(["pr.yaml plan", "pr.yaml manager-checks", "pr.yaml images-gate", "dynamo-status-check.yml core"]));
    for (const { runsOn, environment, secrets, variables: read, idToken } of facts) {
      expect({ runsOn, environment, secrets, read, idToken }).toEqual({ runsOn: ["ubuntu-24.04"], environment: undefined, secrets: [], read: [], idToken: false });
    }
  });

  test("the documents say what the queue asks, and where nothing is configured they say nothing of it", () => {
    const readme = contentOf(".github/workflows/README.md", rendered);
    expect(readme).toContain("| Pull request enters the merge queue | The required checks again, on what trunk will be; images are not built again |");
    expect(readme).toContain("| `images-gate` | That the pull request's own commit passed it on its mirror; the checks of the Cluster manager where its files changed. No image: a merge group holds no identity |");
    expect(contentOf(".github/workflows/TROUBLESHOOTING.md", rendered)).toContain("GitHub waits 120 minutes and removes the pull request. `sign-off` and `leaks` are apps': they may not report on merge groups.");
    expect(files.filter(({ path, content }) => path.startsWith(".github/workflows/") && /merge queue|merge_group/.test(content))).toEqual([]);
  });
});

describe("runs that share a group", () => {
  const REPOSITORY = "orbit-lab/engine";
  const pull = (number: number): GateEvent => ({ name: "pull_request", action: "synchronize", number, base: "trunk", head: "topic", fork: true, draft: false, sha: "1", actor: "a", files: [] });
  const push = (branch: string, sha: string): GateEvent => ({ name: "push", ref: `refs/heads/${branch}`, sha, actor: "a", files: [] });
  const group = (number: number): GateEvent => ({ name: "merge_group", base: "trunk", ref: `refs/heads/gh-readonly-queue/trunk/pr-${number}-0a`, sha: String(number), actor: "a" });

  /** Concurrency of a workflow's run, as GitHub evaluates it. Every run has an id of its own. */
  function concurrency(file: string, event: GateEvent, run: number): { group: unknown; cancels: unknown } {
    const { name, concurrency: written } = inQueue[file]!;
    const contexts = { github: { ...githubContext(event, REPOSITORY, name), run_id: String(run) } };
    return { group: fill(written?.group, contexts), cancels: fill(written?.["cancel-in-progress"], contexts) };
  }

  function superseded(file: string, older: GateEvent, newer: GateEvent): boolean {
    const [first, second] = [concurrency(file, older, 1), concurrency(file, newer, 2)];
    return first.group === second.group && second.cancels === true;
  }

  test.each(REPORTING.slice(0, 3))("%s: a newer push to a pull request replaces the older run, another pull request does not, and no merge group another", (file) => {
    expect(superseded(file, pull(7), pull(7))).toBe(true);
    expect(superseded(file, pull(7), pull(8))).toBe(false);
    expect(superseded(file, group(7), group(8))).toBe(false);
    expect(concurrency(file, group(7), 1).group).not.toBe(concurrency(file, group(8), 2).group);
    expect(concurrency(file, pull(7), 1).group).not.toBe(concurrency(file, group(7), 2).group);
  });

  test("pr.yaml: a mirror's newer run replaces the older one; no run of main, and no merge group's, meets another", () => {
    expect(superseded("pr.yaml", push("pull-request/7", "a"), push("pull-request/7", "b"))).toBe(true);
    expect(superseded("pr.yaml", push("pull-request/7", "a"), push("pull-request/8", "b"))).toBe(false);
    const pairs: [GateEvent, GateEvent][] = [
      [push("trunk", "a"), push("trunk", "b")],
      [group(7), group(8)],
      [push("trunk", "a"), group(7)],
    ];
    for (const [one, other] of pairs) expect(concurrency("pr.yaml", one, 1).group).not.toBe(concurrency("pr.yaml", other, 2).group);
  });

  test("ci-test-suite.yml: every run has a group of its own", () => {
    for (const event of [push("trunk", "a"), push("stable/1", "a")]) expect(concurrency("ci-test-suite.yml", event, 1).group).not.toBe(concurrency("ci-test-suite.yml", event, 2).group);
  });
});

describe("plan.mjs on a merge group", () => {
  const BASE = "89abcdef0123456789abcdef0123456789abcdef";
  const HEAD = "0123456789abcdef0123456789abcdef01234567";
  const PULL_HEAD = "5555555555555555555555555555555555555555";
  const REF = `refs/heads/gh-readonly-queue/trunk/pr-7-${BASE}`;
  const payload = { merge_group: { base_sha: BASE, head_sha: HEAD, head_ref: REF, base_ref: "refs/heads/trunk" } };

  interface Run {
    readonly id: number;
    readonly status: string;
    readonly conclusion: string | null;
  }
  const passed: Run = { id: 3, status: "completed", conclusion: "success" };

  let checkout: Checkout;
  let server: LocalServer;
  beforeAll(() => void (checkout = new Checkout(withMergeQueue)));
  afterAll(() => checkout.remove());
  afterEach(() => server.stop());

  async function plan(scope: "direct" | "backend", changed: readonly string[], runs: readonly Run[], ref = REF, base = "trunk"): Promise<{ status: number; jobs: unknown; log: string; summary: string }> {
    server = await LocalServer.start(({ url }: Asked): Answer => {
      if (url.includes("/compare/")) return { json: { merge_base_commit: { sha: BASE }, files: changed.map((filename) => ({ filename, status: "modified" })) } };
      if (url.includes("/check-runs?")) return { json: { total_count: runs.length, check_runs: runs } };
      return { json: { number: 7, head: { sha: PULL_HEAD }, base: { ref: base } } };
    });
    const env = { CI_SCOPE: scope, GITHUB_EVENT_NAME: "merge_group", GITHUB_REF: ref, GITHUB_SHA: HEAD, GITHUB_API_URL: server.url };
    const { status, outputs, log, summary } = await checkout.run("plan", env, [], payload);
    return { status, jobs: JSON.parse(outputs.jobs ?? "null"), log, summary };
  }

  test("compares the group with what it was put on, and tries Rust and the core container", async () => {
    expect(await plan("direct", ["lib/llm/src/a.rs"], [])).toMatchObject({ status: 0, jobs: ["core"] });
    expect(server.asked.map(({ url }) => url)).toEqual([`/repos/orbit-lab/engine/compare/${BASE}...${HEAD}?per_page=1`]);
  });

  test("asks for the pull request's own verdict, from GitHub Actions alone, and says that it was good", async () => {
    const { status, jobs, summary } = await plan("backend", ["lib/llm/src/a.rs", "ops/manager/main.go"], [passed]);
    expect({ status, jobs }).toEqual({ status: 0, jobs: ["manager-checks"] });
    expect(server.asked.slice(0, 2).map(({ url }) => url)).toEqual([
      "/repos/orbit-lab/engine/pulls/7",
      `/repos/orbit-lab/engine/commits/${PULL_HEAD}/check-runs?check_name=images-gate&app_id=15368&filter=latest&per_page=100`,
    ]);
    expect(summary).toContain(`Images were built and tested on the mirror of pull request 7 at ${PULL_HEAD}, whose images-gate is a success.`);
  });

  test("takes no verdict of a pull request that goes elsewhere by now", async () => {
    const { status, log } = await plan("backend", ["docs/a.md"], [passed], REF, "stable/1.0");
    expect(status).toBe(1);
    expect(log).toContain('pull request 7 goes into "stable/1.0" and not into trunk');
  });

  test("of two verdicts the later one counts, in whatever order they come", async () => {
    const older: Run = { id: 2, status: "completed", conclusion: "failure" };
    expect((await plan("backend", ["docs/a.md"], [passed, older])).status).toBe(0);
    await server.stop();
    expect((await plan("backend", ["docs/a.md"], [older, passed])).status).toBe(0);
    await server.stop();
    expect((await plan("backend", ["docs/a.md"], [passed, { id: 4, status: "in_progress", conclusion: null }])).status).toBe(1);
  });

  test.each<[string, Run[], string]>([
    ["no verdict", [], "has no images-gate: a mirror has to pass before the merge queue takes it"],
    ["a failed one", [{ id: 1, status: "completed", conclusion: "failure" }], "images-gate is failure; a mirror has to pass"],
    ["a skipped one", [{ id: 1, status: "completed", conclusion: "skipped" }], "images-gate is skipped; a mirror has to pass"],
    ["one that runs", [{ id: 1, status: "queued", conclusion: null }], "images-gate is queued; a mirror has to pass"],
  ])("%s fails the plan, and with it the check", async (_, runs, message) => {
    const { status, jobs, log } = await plan("backend", ["docs/a.md"], runs);
    expect({ status, jobs }).toEqual({ status: 1, jobs: null });
    expect(log).toContain(`::error title=Plan::pull request 7 at ${PULL_HEAD}`);
    expect(log).toContain(message);
  });

  test("a branch that names no pull request fails the plan", async () => {
    const { status, log } = await plan("backend", [], [passed], "refs/heads/gh-readonly-queue/trunk/seven");
    expect(status).toBe(1);
    expect(log).toContain('the merge group\'s branch "refs/heads/gh-readonly-queue/trunk/seven" names no pull request');
  });
});
