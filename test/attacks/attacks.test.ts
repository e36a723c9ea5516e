/**
 * Every attack on the production stack: refused where it has to be, with its protection taken away successful, and what is listed as not held really
 * is not. The judges share nothing with the components; the API server is the real one.
 */
import { ACTORS, got, refused, type Attack } from "../../attacks/attack";
import { clusterOf, NO_CLUSTER } from "../../attacks/cluster";
import { ATTACKS } from "../../attacks/list";
import { runnerPod } from "../../attacks/list/runners";
import { fnmatch, inTheWay, mayMove } from "../../attacks/judges/refs";
import { attempt, failed, type Verdict } from "../../attacks/run";
import { Stage } from "../../attacks/stage";
import { readCommittedStack } from "../../cli/stack";
import { PROJECT } from "../../cli/kit/project";
import { recordProgram } from "../../policy/resources/program";

jest.setTimeout(300_000);

let stage: Stage;

beforeAll(async () => {
  const resources = await recordProgram(PROJECT, "prod", "up");
  stage = new Stage(resources, readCommittedStack("prod").pipeline.repository, clusterOf(resources));
});

afterAll(() => stage.cluster.stop());

test.each(ATTACKS.map((attack) => [attack.id, attack] as const))("%s", async (_, attack) => {
  const { verdict, told } = await attempt(attack, stage);
  expect({ verdict, told }).toEqual({ verdict: attack.notHeld === undefined ? "refused" : "not held", told });
});

test("there are at least forty, each of its own name, and each attacker has some", () => {
  expect(ATTACKS.length).toBeGreaterThanOrEqual(40);
  expect(new Set(ATTACKS.map(({ id }) => id)).size).toBe(ATTACKS.length);
  expect([...new Set(ATTACKS.map(({ who }) => who))].sort()).toEqual(Object.keys(ACTORS).sort());
});

test.each(["builder", "plain"] as const)("the stack's own %s pod is let in", async (kind) => {
  const { namespace, spec } = runnerPod(stage, kind);
  expect(await stage.cluster.createPod(namespace, spec, true)).toMatchObject({ succeeded: true });
});

test("the people and the bot that are meant to can do their work", () => {
  const manager = { kind: "team", id: 9120044 } as const;
  expect(mayMove(stage, manager, "create", "refs/heads/release/1.0")).toMatchObject({ allowed: true });
  expect(mayMove(stage, manager, "create", "refs/tags/v1.0.0")).toMatchObject({ allowed: true });
  // Creating is not changing: what comes after needs its review from them, too.
  expect(mayMove(stage, manager, "update", "refs/heads/release/1.0")).toMatchObject({ allowed: false });
  expect(mayMove(stage, { kind: "app", id: 329410 }, "create", "refs/heads/pull-request/7")).toMatchObject({ allowed: true });
  expect(mayMove(stage, { kind: "app", id: 740001 }, "update", "refs/heads/main")).toMatchObject({ allowed: true });
  expect(mayMove(stage, { kind: "writer" }, "create", "refs/heads/topic")).toMatchObject({ allowed: true });
});

describe("an attack counts only", () => {
  const base = { id: "a", who: "writer", does: "", stops: "", proof: "", remains: "" } as const;
  const open = new WeakSet<Stage>();
  const opened = (): Stage => {
    const other = new Stage([], stage.repository, NO_CLUSTER);
    open.add(other);
    return other;
  };
  const cases: readonly (readonly [string, Attack, Verdict])[] = [
    ["when it is refused, and succeeds against an open door", { ...base, attempt: (on) => (open.has(on) ? got("in") : refused("no")), opened }, "refused"],
    ["as succeeded when it does", { ...base, attempt: () => got("in"), opened }, "succeeded"],
    ["as no proof when an open door refuses it, too", { ...base, attempt: () => refused("no"), opened }, "no proof"],
    ["as not run when it throws", { ...base, attempt: () => Promise.reject(new Error("broken")), opened }, "did not run"],
    ["as not run when its door cannot be opened", { ...base, attempt: () => refused("no"), opened: (on) => on.without(/nothing/) }, "did not run"],
    ["as not held when that is known", { ...base, attempt: () => got("in"), notHeld: { consequence: "in", why: "" } }, "not held"],
    ["as refused where config holds what elsewhere is not", { ...base, attempt: () => refused("no"), notHeld: { consequence: "in", why: "", heldBy: () => true } }, "refused"],
    ["as succeeded where config should hold it", { ...base, attempt: () => got("in"), notHeld: { consequence: "in", why: "", heldBy: () => true } }, "succeeded"],
    ["as now refused when what was known is no longer so", { ...base, attempt: () => refused("no"), notHeld: { consequence: "in", why: "" } }, "now refused"],
  ];
  test.each(cases)("%s", async (_, attack, verdict) => {
    const made = await attempt(attack, stage);
    expect(made.verdict).toBe(verdict);
    expect(failed(made)).toBe(verdict !== "refused" && verdict !== "not held");
  });
});

test("patterns are Ruby's fnmatch, and a ref is a file or a folder", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["refs/heads/release/*", "refs/heads/release/1.0", true],
    ["refs/heads/release/*", "refs/heads/release/1.0/x", false],
    ["refs/heads/release/*/**/*", "refs/heads/release/1.0/x", true],
    ["refs/heads/release/*/**/*", "refs/heads/release/1.0/x/y", true],
    ["refs/heads/release/*/**/*", "refs/heads/release/1.0", false],
    ["refs/heads/release", "refs/heads/release/1.0", false],
    ["main", "Main", false],
    ["refs/heads/{a,b}", "refs/heads/a", false],
  ];
  expect(cases.map(([pattern, text]) => [pattern, text, fnmatch(pattern, text)])).toEqual(cases);
  expect(inTheWay(["refs/heads/a"], "refs/heads/a/b")).toBe("refs/heads/a");
  expect(inTheWay(["refs/heads/a/b"], "refs/heads/a")).toBe("refs/heads/a/b");
  expect(inTheWay(["refs/heads/ab"], "refs/heads/a")).toBeUndefined();
});
