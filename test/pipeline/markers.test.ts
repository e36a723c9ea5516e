/** Whether two expressions select a test together, against every set of their markers. */
import * as fc from "fast-check";
import { compileMarkers, selectedByAll, type Possible } from "../../pipeline/markers";
import { suitesApart } from "../../pipeline/coherence/selection";
import { fixture } from "../fixture";

const NAMES = ["fast", "slow", "e2e", "unit", "gpu_0", "gpu_1"];

const { expression } = fc.letrec<{ expression: string }>((tie) => ({
  expression: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom(...NAMES),
    tie("expression").map((inner) => `not (${inner})`),
    fc.tuple(tie("expression"), fc.constantFrom("and", "or"), tie("expression")).map(([left, word, right]) => `(${left}) ${word} (${right})`),
  ),
}));

const SETS = Array.from({ length: 2 ** NAMES.length }, (_, bits) => new Set(NAMES.filter((_name, index) => (bits >> index) & 1)));
const oneKind: Possible = (markers) => ["e2e", "unit"].filter((name) => markers.has(name)).length <= 1;

test.each<[string, Possible]>([
  ["any markers", () => true],
  ["one kind", oneKind],
])("a test of two expressions is found where there is one, with %s", (_, possible) => {
  fc.assert(
    fc.property(expression, expression, (left, right) => {
      const both = [compileMarkers(left), compileMarkers(right)];
      const found = selectedByAll(both, possible);
      expect(found !== undefined).toBe(SETS.some((markers) => possible(markers) && both.every(({ matches }) => matches(markers))));
      if (found !== undefined) expect([possible(found), ...both.map(({ matches }) => matches(found))]).toEqual([true, true, true]);
    }),
    { numRuns: 300 },
  );
});

test("an empty expression selects what any other does", () => {
  expect(selectedByAll([compileMarkers(""), compileMarkers("fast and not slow")])).toEqual(new Set(["fast"]));
  expect(selectedByAll([compileMarkers(""), compileMarkers(" ")])).toEqual(new Set());
});

test("suites may select the same tests in other modes, on other architectures, or where one only collects them", () => {
  const [quick] = fixture("large").pipeline.suites;
  const pair = (change: object) => suitesApart.find({ pipeline: { ...fixture("large").pipeline, suites: [quick!, { ...quick!, id: "again", ...change }] } }).map(({ path }) => path);
  expect(pair({})).toEqual(["pull-request", "post-merge", "nightly"].map((mode) => `pipeline.suites[1].markers.${mode}`));
  expect(pair({ modes: ["nightly"] })).toEqual(["pipeline.suites[1].markers.nightly"]);
  expect(pair({ runners: { arm64: "bench-arm" } })).toEqual([]);
  expect(pair({ collectOnly: { amd64: "Elsewhere.", arm64: "Elsewhere." } })).toEqual([]);
});
