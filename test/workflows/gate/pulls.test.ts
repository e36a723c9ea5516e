/**
 * Pull requests whose base changes, that are opened again, are drafts, stand on one another, or share a head. Checks belong to commits, and the latest of a
 * name counts. The repository here answers as GitHub's documents say (three dots: from the merge base), and the delivered program asks it.
 */
import type { Changes } from "../../../pipeline/plan";
import { World, type Scenario, type WorkflowRun } from "../../../workflows/gate/proofs/world";
import { findChanges } from "../../../workflows/runtime/changes";
import type { GitHub } from "../../../workflows/runtime/github";
import { fixture } from "../../fixture";

const { pipeline, files } = fixture("large");
const { defaultBranch: MAIN, mirrorBranchPrefix } = pipeline.repository;
const RELEASE = pipeline.repository.releaseBranches.replaceAll("*", "1.0");

/** A commit: what it was made on, and its files with their content. */
interface Commit {
  readonly parents: readonly string[];
  readonly files: Readonly<Record<string, string>>;
}

const commits: Readonly<Record<string, Commit>> = {
  root: { parents: [], files: { "lib/a.rs": "1", "docs/a.md": "1" } },
  /** Work on main that the release branch does not have. */
  main: { parents: ["root"], files: { "lib/a.rs": "2", "docs/a.md": "1" } },
  release: { parents: ["root"], files: { "lib/a.rs": "fixed", "docs/a.md": "1" } },
  /** Breaks Rust. */
  broken: { parents: ["main"], files: { "lib/a.rs": "broken", "docs/a.md": "1" } },
  /** A stack: documentation on top of what breaks. */
  top: { parents: ["broken"], files: { "lib/a.rs": "broken", "docs/a.md": "2" } },
  docs: { parents: ["main"], files: { "lib/a.rs": "2", "docs/a.md": "2" } },
};

const ancestors = (sha: string): string[] => [sha, ...commits[sha]!.parents.flatMap(ancestors)];
const mergeBase = (one: string, other: string): string => ancestors(one).find((sha) => ancestors(other).includes(sha))!;

/** A repository with branches and pull requests. */
class Hub {
  constructor(
    readonly branches: Readonly<Record<string, string>>,
    readonly pulls: Readonly<Record<number, { readonly head: string; readonly base: string }>>,
  ) {}

  private listed(base: string, head: string): { filename: string; status: string }[] {
    const [before, after] = [commits[mergeBase(this.branches[base] ?? base, head)]!.files, commits[head]!.files];
    return Object.keys(after).filter((path) => before[path] !== after[path]).map((filename) => ({ filename, status: "modified" }));
  }

  get(path: string): unknown {
    const pull = /\/pulls\/(\d+)(\/files)?/.exec(path);
    if (pull !== null) {
      const { head, base } = this.pulls[Number(pull[1])]!;
      const all = this.listed(base, head);
      return pull[2] === undefined ? { changed_files: all.length, head: { sha: head }, base: { ref: base } } : all;
    }
    const [, base, head] = /\/compare\/(.+)\.\.\.(\w+)/.exec(path) ?? [];
    return { merge_base_commit: { sha: mergeBase(this.branches[decodeURIComponent(base!)]!, head!) }, files: this.listed(decodeURIComponent(base!), head!) };
  }
}

const branches = { [MAIN]: "main", [RELEASE]: "release", feat: "broken" };

/** What the plan finds out for a pull request: by the delivered program, or by one that trusts the base. */
async function changesOf(hub: Hub, number: number, event: "pull_request" | "push", trusting = false): Promise<Changes> {
  const { head, base } = hub.pulls[number]!;
  const github = { get: (path: string) => Promise.resolve(hub.get(path)) } as unknown as GitHub;
  const ref = event === "push" ? `refs/heads/${mirrorBranchPrefix}${number}` : `refs/pull/${number}/merge`;
  const known = trusting ? { ...pipeline.repository, defaultBranch: base } : pipeline.repository;
  return findChanges(github, { directory: ".", token: "", serverUrl: "" }, { repository: "o/r", eventName: event, ref, sha: head, payload: { pull_request: { number, head: { sha: head } } }, branches: known });
}

let world: World;
beforeAll(async () => {
  world = await World.of(pipeline, files);
});

interface Happening {
  readonly hub: Hub;
  readonly number: number;
  readonly action: string;
  readonly draft?: boolean;
  /** Whether a maintainer has it mirrored. */
  readonly mirrored?: boolean;
}

/** Runs one after another on one commit; of each workflow the latest run counts. */
async function after(happenings: readonly Happening[], scenario: Scenario, trusting = false): Promise<readonly WorkflowRun[]> {
  const latest = new Map<string, WorkflowRun>();
  for (const { hub, number, action, draft = false, mirrored = false } of happenings) {
    const { base } = hub.pulls[number]!;
    const pull = { ...world.pullRequestEvent({ title: "", fork: false, draft, changes: [] }), number, action, base };
    for (const run of world.react(pull, await changesOf(hub, number, "pull_request", trusting), scenario)) latest.set(run.workflow.path, run);
    if (!mirrored) continue;
    for (const run of world.react(world.push(`${mirrorBranchPrefix}${number}`, []), await changesOf(hub, number, "push", trusting), scenario)) latest.set(run.workflow.path, run);
  }
  return [...latest.values()];
}

/** Rust does not build: whoever builds fails, and so does nobody where nothing is planned. */
const rustFails: Scenario = { outcome: ({ path }) => (/^(core|.* \/ build)$/.test(path) ? "failure" : "success") };
const good: Scenario = { outcome: () => "success" };
const merges = async (happenings: readonly Happening[], scenario: Scenario, trusting = false): Promise<boolean> => world.merges(await after(happenings, scenario, trusting)).merges;

const into = (base: string, head = "broken"): Hub => new Hub(branches, { 7: { head, base } });
const first = (base: string, head = "broken"): Happening => ({ hub: into(base, head), number: 7, action: "opened", mirrored: true });
const moved = (base: string, head = "broken"): Happening => ({ hub: into(base, head), number: 7, action: "edited" });

test("a commit that is green against a branch of one's own is not green for main", async () => {
  expect(await merges([first("feat"), moved(MAIN)], rustFails)).toBe(false);
  // Nor before anything ran again.
  expect(await merges([first("feat")], rustFails)).toBe(false);
  // The program that trusts the base is the one that this is about.
  expect(await merges([first("feat")], rustFails, true)).toBe(true);
  expect(await merges([first("feat"), moved(MAIN)], good)).toBe(true);
});

test.each(["opened", "synchronize", "reopened", "edited"])("%s starts the checks of a pull request, drafts among them", async (action) => {
  for (const draft of [false, true]) {
    const happening = { hub: into(MAIN), number: 7, action, draft, mirrored: true };
    expect(await merges([happening], rustFails)).toBe(false);
    expect(await merges([happening], good)).toBe(true);
  }
});

test("closed, labelled or assigned it starts nothing", async () => {
  for (const action of ["closed", "labeled", "assigned"]) expect(await after([{ hub: into(MAIN), number: 7, action }], good)).toEqual([]);
});

test("a stacked pull request is judged with what it stands on, before and after that is merged", async () => {
  const stacked = new Hub(branches, { 7: { head: "top", base: "feat" } });
  expect(await merges([{ hub: stacked, number: 7, action: "opened", mirrored: true }], rustFails)).toBe(false);
  // The branch below is deleted, and GitHub moves the pull request to main by itself.
  expect(await merges([{ hub: stacked, number: 7, action: "opened", mirrored: true }, moved(MAIN, "top")], rustFails)).toBe(false);
  expect(await merges([{ hub: stacked, number: 7, action: "opened", mirrored: true }, moved(MAIN, "top")], good)).toBe(true);
});

test("of two pull requests with one head neither makes the other green, whichever runs last", async () => {
  const both = new Hub(branches, { 7: { head: "broken", base: MAIN }, 8: { head: "broken", base: "feat" } });
  const one: Happening = { hub: both, number: 7, action: "opened", mirrored: true };
  const other: Happening = { hub: both, number: 8, action: "opened", mirrored: true };
  for (const order of [[one, other], [other, one]]) {
    expect(await merges(order, rustFails)).toBe(false);
    expect(await merges(order, good)).toBe(true);
  }
  expect(await merges([one, other], rustFails, true)).toBe(true);
});

test("into a release branch everything runs", async () => {
  expect(await changesOf(into(RELEASE, "docs"), 7, "push")).toMatchObject({ known: false });
  expect(await merges([first(RELEASE, "docs")], rustFails)).toBe(false);
  expect(await merges([first(RELEASE, "docs")], good)).toBe(true);
});

test("a change of documentation still runs nothing", async () => {
  expect(await merges([first(MAIN, "docs")], rustFails)).toBe(true);
  expect(await changesOf(into("feat", "docs"), 7, "push")).toMatchObject({ known: true, files: [{ path: "docs/a.md" }] });
});
