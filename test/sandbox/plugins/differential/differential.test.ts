/**
 * The sandbox's own GitHub provider against the real one: the GitHub resources of the small stack through both, step by step, each in front of a GitHub
 * of its own. Compared are checked inputs, outputs and which are secret, ids, what Diff says of each change of an input, updates there and back, what
 * a read finds of changes by hand, and the order and content of all requests that write. Requests that read are not: what was read is.
 * Does not prove: anything about GitHub itself, whose server is the same on both sides.
 */
import { knownDifferences, type KnownDifference } from "../../../../sandbox/github/provider/differences";
import { differences } from "./compare";
import { changesOf } from "./changes";
import { HAND_CHANGES } from "./byHand";
import type { Found } from "./run";
import { compareProviders, type Outcome } from "./whole";

jest.setTimeout(900_000);

const last = (type: string): string => type.split(":").at(-1)!;

function fits(pattern: string, text: string): boolean {
  return new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`).test(text);
}

const explains = ({ type, step, what }: KnownDifference, found: Found): boolean => type === last(found.type) && fits(step, found.step) && fits(what, found.what);
const told = ({ type, step, what, ours, real }: Found): string => `${last(type)}: ${step}: ${what}: ours ${JSON.stringify(ours)?.slice(0, 400)}, the real one ${JSON.stringify(real)?.slice(0, 400)}`;

describe("the whole stack", () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await compareProviders();
  });

  test("shows no difference but those that are listed with their reason", () => {
    expect(outcome.found.filter((found) => !knownDifferences.some((known) => explains(known, found))).map(told)).toEqual([]);
  });

  test("shows every difference that is listed", () => {
    expect(knownDifferences.filter((known) => !outcome.found.some((found) => explains(known, found)))).toEqual([]);
  });

  test("compares every type at every step", () => {
    const steps = new Set([...outcome.steps.keys()].map((key) => `${last(key.split(" ")[0]!)} ${key.slice(key.indexOf(" ") + 1).replace(/^change of .*/, "change").replace(/ undone$/, "")}`));
    const missing = outcome.types.flatMap((type) => {
      const hand = HAND_CHANGES[last(type)];
      const wanted = ["create", "read", ...(last(type) === "RepositoryEnvironmentDeploymentPolicy" ? [] : ["change"]), ...(hand ?? []).map(({ name }) => `by hand: ${name}`), "delete"];
      return hand === undefined ? [`${type}: no change by hand`] : wanted.filter((step) => !steps.has(`${last(type)} ${step}`)).map((step) => `${type}: ${step}`);
    });
    expect(missing).toEqual([]);
  });
});

test.each<[string, unknown, unknown, string[]]>([
  ["values", { a: 1, b: { c: 2 } }, { a: 1, b: { c: 3 } }, ["b.c"]],
  ["a member less", { a: 1 }, {}, ["a"]],
  ["lists of other lengths", { a: [1] }, { a: [1, 2] }, ["a"]],
  ["an item", { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, ["a.b"]],
  ["the order of requests", [{ request: "A" }, { request: "B" }], [{ request: "B" }, { request: "A" }], ["request"]],
  ["nothing, where only a server's own values differ", { sha: "a".repeat(40), t: "2026-01-01T00:00:00Z", etag: "x" }, { sha: "b".repeat(40), t: "2026-02-02T00:00:00Z", etag: "y" }, []],
  ["nothing, in another order of rules", [{ type: "a" }, { type: "b" }], [{ type: "b" }, { type: "a" }], []],
])("a comparison finds %s", (_, ours, real, paths) => {
  expect(differences(ours, real)).toEqual(paths);
});

test("each input is changed by itself, and left out", () => {
  expect(changesOf({ a: "x", b: true, c: { d: 1 }, e: ["p", "q"] }).map(({ name, props }) => [name, props])).toEqual([
    ["a, another", { a: "xx", b: true, c: { d: 1 }, e: ["p", "q"] }],
    ["a, left out", { b: true, c: { d: 1 }, e: ["p", "q"] }],
    ["b, the other", { a: "x", b: false, c: { d: 1 }, e: ["p", "q"] }],
    ["b, left out", { a: "x", c: { d: 1 }, e: ["p", "q"] }],
    ["c.d, one more", { a: "x", b: true, c: { d: 2 }, e: ["p", "q"] }],
    ["c.d, left out", { a: "x", b: true, c: {}, e: ["p", "q"] }],
    ["c, left out", { a: "x", b: true, e: ["p", "q"] }],
    ["e, another", { a: "x", b: true, c: { d: 1 }, e: ["px", "q"] }],
    ["e, one less", { a: "x", b: true, c: { d: 1 }, e: ["q"] }],
    ["e, emptied", { a: "x", b: true, c: { d: 1 }, e: [] }],
    ["e, left out", { a: "x", b: true, c: { d: 1 } }],
  ]);
});
