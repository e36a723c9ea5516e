/**
 * Somebody with write access against the program that reports as the verdict app. He pushes branches and files of his own, opens pull requests of one head into
 * any base, changes bases, closes and opens again, runs again, cancels and removes runs, and posts whatever check as GitHub Actions. Whatever he does: what
 * merges into a protected branch works with that branch, and holds its reviewed files. Without any one of the program's looks he gets through.
 */
import { fixture, withVerdictApp } from "../../fixture";
import { resolveVerdictApp } from "../../../pipeline/resolve/verdict-app";
import { Hub, type Blind, type Commit } from "./hub";

jest.setTimeout(120_000);

const queued = withVerdictApp("large", true).pipeline;
const pipeline = resolveVerdictApp({ ...fixture("large").pipeline, verdictApp: { appId: 7777, environment: "verdicts" } });
const good = (hub: Hub): Commit => ({ gate: "reviewed", works: hub.protectedBranches });
const onMainAlone = (hub: Hub): Commit => ({ gate: "reviewed", works: [hub.main] });
const broken: Commit = { gate: "reviewed", works: [] };
const own: Commit = { gate: "own", works: [] };

/** A pull request into a protected branch of which a check is good and must not be: one is enough, as each guards something else. */
function wrong(hub: Hub): string | undefined {
  for (const pull of hub.pulls.filter(({ state, base }) => state === "open" && hub.protectedBranches.includes(base.ref))) {
    const { works, gate } = hub.commits.get(pull.head.sha)!;
    const passed = hub.passed(pull);
    if (passed.length > 0 && (gate === "own" || !works.includes(pull.base.ref))) return `#${pull.number} into ${pull.base.ref} passed ${passed.join(", ")}: code that works with ${works.join(", ") || "nothing"}, ${gate} files`;
  }
  return undefined;
}

describe("people", () => {
  test("a good pull request merges once it is mirrored, not before", async () => {
    const hub = new Hub(pipeline);
    await hub.push("topic", good(hub));
    const pull = await hub.open("topic", hub.main);
    expect(hub.merges(pull)).toBe(false);
    await hub.mirror(pull);
    expect(hub.merges(pull)).toBe(true);
  });

  test("also into a release branch, after other pull requests of the branch, and after its base was changed", async () => {
    const hub = new Hub(pipeline);
    await hub.push("feature", good(hub));
    await hub.push("topic", good(hub));
    const stacked = await hub.open("topic", "feature");
    await hub.retarget(stacked, hub.release);
    hub.wait(300);
    await hub.push("topic", good(hub));
    await hub.mirror(stacked);
    expect(hub.merges(stacked)).toBe(true);
    hub.wait(300);
    await hub.close(stacked);
    hub.wait(300);
    await hub.push("topic", good(hub));
    const pull = await hub.open("topic", hub.main);
    await hub.mirror(pull);
    expect(hub.merges(pull)).toBe(true);
  });

  test("a pull request that changes what decides is told so, and by which files", async () => {
    const hub = new Hub(pipeline);
    await hub.push("topic", { ...own, works: hub.protectedBranches });
    const pull = await hub.open("topic", hub.main);
    await hub.mirror(pull);
    const last = hub.checks.at(-1);
    expect(last).toMatchObject({ conclusion: "failure", output: { title: "Files that decide on this commit are not those of trunk" } });
    expect((last!.output as { summary?: string }).summary).toContain("`.github/workflows/pr.yaml`");
    expect(hub.merges(pull)).toBe(false);
  });

  test.each([
    ["title", { title: "Add a thing [skip ci]" }, "The title holds [skip ci]"],
    ["description", { body: "Nothing.\r\n\r\nSkip-Checks: true\r\n" }, "The description holds Skip-Checks: true"],
  ])("a pull request whose %s would keep main's suite from running passes once it does not", async (_, change, title) => {
    const hub = new Hub(pipeline);
    await hub.push("topic", good(hub));
    const pull = await hub.open("topic", hub.main);
    await hub.mirror(pull);
    await hub.edit(pull, change);
    expect(hub.passed(pull)).toEqual([]);
    expect(hub.checks.at(-1)).toMatchObject({ conclusion: "failure", output: { title } });
    await hub.edit(pull, { title: "Add a thing", body: "" });
    expect(hub.merges(pull)).toBe(true);
  });

  test.each(["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[Actions Skip]", "A change\n\nskip-checks:true"])("nor does one pass with a commit that says %s", async (message) => {
    const hub = new Hub(pipeline);
    hub.messages = ["A change", message];
    await hub.push("topic", good(hub));
    expect(hub.passed(await hub.open("topic", hub.main))).toEqual([]);
  });

  test("a merge group that works and holds main's files passes, and no other", async () => {
    const hub = new Hub(queued);
    await hub.push("topic", good(hub));
    const pull = await hub.open("topic", hub.main);
    const all = ["tidy", "licences", "core-gate", "images-gate"];
    expect(hub.passed({ head: { sha: await hub.queue(pull, good(hub)) } })).toEqual(all);
    expect(hub.passed({ head: { sha: await hub.queue(pull, broken) } })).toEqual([]);
    expect(hub.passed({ head: { sha: await hub.queue(pull, own) } })).toEqual([]);
  });

  test("while a run goes on again, what was reported before does not stand", async () => {
    const hub = new Hub(pipeline);
    await hub.push("topic", good(hub));
    const pull = await hub.open("topic", hub.main);
    await hub.mirror(pull);
    await hub.cancel(hub.runs.at(-1)!);
    expect(hub.merges(pull)).toBe(false);
  });
});

/** Ways in that are known, each as somebody would go it. */
const WAYS: Readonly<Record<string, { readonly blind: Blind; readonly go: (hub: Hub) => Promise<void> }>> = {
  "a second pull request of the head into a branch with files of one's own, after the honest runs are removed": {
    blind: "other pull requests",
    async go(hub) {
      await hub.push("evil", own);
      await hub.push("topic", broken);
      const pull = await hub.open("topic", hub.main);
      hub.runs = [];
      await hub.open("topic", "evil");
      await hub.mirror(pull);
      for (const run of hub.runs.filter(({ conclusion }) => conclusion === "failure")) await hub.remove(run);
      await hub.rerun(hub.runs.at(-1)!);
    },
  },
  "a base of one's own, changed to main once its files have run": {
    blind: "base changes",
    async go(hub) {
      await hub.push("evil", own);
      await hub.push("topic", broken);
      const pull = await hub.open("topic", "evil");
      const forged = hub.runs.map(({ id }) => id);
      hub.wait(300);
      await hub.retarget(pull, hub.main);
      for (const run of hub.runs.filter(({ id }) => !forged.includes(id))) await hub.remove(run);
      await hub.rerun(hub.runs.at(-1)!);
    },
  },
  "workflow files and programs of one's own in the pull request": {
    blind: "files",
    async go(hub) {
      await hub.push("topic", own);
      await hub.mirror(await hub.open("topic", hub.main));
    },
  },
};

describe.each(Object.entries(WAYS))("%s", (_, { blind, go }) => {
  test("gets no check", async () => {
    const hub = new Hub(pipeline);
    await go(hub);
    expect(wrong(hub)).toBeUndefined();
  });

  test(`would, if the program did not look at ${blind}`, async () => {
    const hub = new Hub(pipeline, blind);
    await go(hub);
    expect(wrong(hub)).toBeDefined();
  });
});

/** A small generator of numbers with a seed (Lehmer, as in Park and Miller, 1988), so that what fails can be run again. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => (state = (state * 48271) % 2147483647) % below;
}

async function move(hub: Hub, pick: (below: number) => number): Promise<string> {
  const one = <T>(items: readonly T[]): T | undefined => items[pick(Math.max(1, items.length))];
  const commit = one([good(hub), onMainAlone(hub), broken, own, broken])!;
  const base = one([hub.main, hub.release, "evil", hub.main])!;
  const pull = one(hub.pulls);
  const run = one(hub.runs);
  hub.wait(one([1, 20, 300])!);
  const moves: readonly (readonly [string, () => Promise<void> | undefined])[] = [
    ["push", () => hub.push(one(["topic", "other"])!, commit)],
    ["open", async () => void (await hub.open(one(["topic", "other"])!, base))],
    ["retarget", () => pull && hub.retarget(pull, base)],
    ["edit", () => pull && hub.edit(pull)],
    ["close", () => pull && hub.close(pull)],
    ["reopen", () => pull && hub.reopen(pull)],
    ["mirror", () => pull && hub.mirror(pull)],
    ["rerun", () => run && hub.rerun(run)],
    ["remove", () => run && hub.remove(run)],
    ["cancel", () => run && hub.cancel(run)],
    ["forge", async () => hub.forge(hub.branches.get("topic")!)],
  ];
  const [name, go] = one(moves)!;
  await go();
  return name;
}

/** Walks of some moves: what was wrong first, with the moves that led there, and on how many steps a check was rightly good. */
async function walks(seed: number, count: number, blind?: Blind): Promise<{ readonly found: string | undefined; readonly passing: number }> {
  const pick = random(seed * 7919);
  let passing = 0;
  for (let walk = 0; walk < count; walk++) {
    const hub = new Hub(pipeline, blind);
    await hub.push("evil", own);
    await hub.push("topic", broken);
    await hub.push("other", good(hub));
    const made: string[] = [];
    for (let step = 0; step < 14; step++) {
      made.push(await move(hub, pick));
      const found = wrong(hub);
      if (found !== undefined) return { found: `${made.join(", ")}: ${found}`, passing };
      if (hub.pulls.some((pull) => pull.state === "open" && hub.protectedBranches.includes(pull.base.ref) && hub.passed(pull).length > 0)) passing++;
    }
  }
  return { found: undefined, passing };
}

test.each([1, 2, 3, 4])("no walk of his passes what does not work (%s)", async (seed) => {
  const { found, passing } = await walks(seed, 60);
  expect(found).toBeUndefined();
  // Walks on which nothing ever passes would show nothing.
  expect(passing).toBeGreaterThan(0);
});

test.each(["base changes", "other pull requests", "files"] as const)("some walk of his does, if the program does not look at %s", async (blind) => {
  expect((await walks(1, 200, blind)).found).toBeDefined();
});
