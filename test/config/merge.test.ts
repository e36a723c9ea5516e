import * as fc from "fast-check";
import { merge, type Json } from "../../config/merge";

const json = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>;
const object = fc.dictionary(fc.string(), json) as fc.Arbitrary<{ [key: string]: Json }>;
/** Changes that hold no `null`: nothing is removed by them. */
const withoutNull = object.filter((value) => !JSON.stringify(value).includes("null"));

const classes = [
  { id: "a", label: "one", pod: { cpu: 1, gpus: 0 } },
  { id: "b", label: "two", pod: { cpu: 2, gpus: 1 } },
];

test.each<[string, readonly string[], Json, Json, Json]>([
  ["a text takes the default's place", ["releaseTagPrefix"], "release-", "rel-", "rel-"],
  ["a list takes the default's place as a whole", ["codeOwners"], ["@a", "@b"], ["@c"], ["@c"]],
  ["an object changes what it names", ["schedule"], { cron: "0 0 * * *", timezone: "UTC" }, { cron: "0 4 * * *" }, { cron: "0 4 * * *", timezone: "UTC" }],
  ["null removes an entry", ["suites", "*", "runners"], { amd64: "x", arm64: "y" }, { arm64: null }, { amd64: "x" }],
  ["a named thing is changed in its place", ["runnerClasses"], classes, { b: { pod: { cpu: 4 } } }, [classes[0]!, { id: "b", label: "two", pod: { cpu: 4, gpus: 1 } }]],
  ["a new name is added at the end, with its name", ["runnerClasses"], classes, { c: { label: "three" } }, [...classes, { id: "c", label: "three" }]],
  ["null removes a named thing", ["runnerClasses"], classes, { a: null }, [classes[1]!]],
  ["false removes a named thing", ["runnerClasses"], classes, { a: false }, [classes[1]!]],
  ["false is a value everywhere else", ["mirrorBot"], { syncDrafts: true }, { syncDrafts: false }, { syncDrafts: false }],
  ["a list replaces a list of named things", ["runnerClasses"], classes, [{ id: "z" }], [{ id: "z" }]],
  [
    "deployment tests are named by framework and profile",
    ["deployments"],
    { tests: [{ framework: "vllm", profile: "agg", gpus: 1 }], maxParallel: 2 },
    { tests: { "vllm/agg": { gpus: 2 }, "vllm/disagg": { gpus: 4 } } },
    { tests: [{ framework: "vllm", profile: "agg", gpus: 2 }, { framework: "vllm", profile: "disagg", gpus: 4 }], maxParallel: 2 },
  ],
  ["a shape that does not fit is handed on for the schema to refuse", ["runnerClasses"], classes, "all", "all"],
])("%s", (_, path, base, change, merged) => {
  expect(merge(base, change, path)).toEqual(merged);
});

test("changing nothing changes nothing", () => {
  fc.assert(fc.property(object, (base) => expect(merge(base, {})).toEqual(base)));
});

test("a change that is made twice is made once", () => {
  fc.assert(fc.property(object, object, (base, change) => expect(merge(merge(base, change), change)).toEqual(merge(base, change))));
});

test("entries that a change does not name stay", () => {
  fc.assert(
    fc.property(object, object, (base, change) => {
      const merged = merge(base, change) as { [key: string]: Json };
      for (const key of Object.keys(base).filter((name) => !Object.hasOwn(change, name))) expect(merged[key]).toEqual(base[key]);
    }),
  );
});

test("what a change sets is there afterwards", () => {
  fc.assert(fc.property(withoutNull, withoutNull, (base, change) => expect(merge(base, change)).toMatchObject(Object.fromEntries(Object.entries(change).filter(([, value]) => typeof value !== "object")))));
});

test("neither the default nor the change is touched", () => {
  fc.assert(
    fc.property(object, object, (base, change) => {
      const before = JSON.stringify([base, change]);
      merge(base, change);
      expect(JSON.stringify([base, change])).toBe(before);
    }),
  );
});
