/** Changes that are generated from values, whatever resource has them. */
import { changesOf, withChange } from "../../../policy/mutations/generated/changes";
import { judgeAll, told } from "../../../policy/mutations/generated/prove";
import { resourceRule, stackRule, type Rule } from "../../../policy/kit/rule";
import type { Resource } from "../../../policy/resources/resource";

const resource = (props: Resource["props"]): Resource => ({
  type: "a:b:C",
  name: "x",
  urn: "urn:pulumi:t::p::a:b:C::x",
  protect: false,
  sources: {},
  props,
});
const kinds = (value: unknown): string[] => changesOf(resource({ at: value })).map(({ kind, path }) => `${path.join(".")} ${kind}`);

test("every form of a value is changed in every way", () => {
  expect(kinds(true)).toEqual(["at flip", "at gone", "stranger further"]);
  expect(kinds(0)).toEqual(["at more", "at more", "at gone", "stranger further"]);
  expect(kinds(1)).toEqual(["at zero", "at more", "at gone", "stranger further"]);
  expect(kinds(8)).toEqual(["at zero", "at more", "at less", "at gone", "stranger further"]);
  expect(kinds("")).toEqual(["at other", "at gone", "stranger further"]);
  expect(kinds("a")).toEqual(["at other", "at other", "at empty", "at gone", "stranger further"]);
  expect(kinds("1")).toEqual(["at other", "at empty", "at gone", "stranger further"]);
  expect(kinds(null)).toEqual(["at gone", "stranger further"]);
  expect(kinds([])).toEqual(["at longer", "at gone", "stranger further"]);
  expect(kinds([{ a: true }])).toEqual([
    "at empty",
    "at longer",
    "at shorter",
    "at gone",
    "at.0 gone",
    "at.0.stranger further",
    "at.0.a flip",
    "at.0.a gone",
    "stranger further",
  ]);
  const like = (text: string): unknown[] =>
    changesOf(resource({ at: text }))
      .filter(({ kind }) => kind === "other")
      .map(({ value }) => value);
  expect(like("0.0.0.0/0")).toEqual(["203.0.113.128/25"]);
  expect(like("https://a.example/x")).toEqual(["https://evil.example/x"]);
  expect(like("5c8d2e17-6b3a-4f90-a1d4-9e8f7c6b5a03")).toEqual(["00000000-1111-4222-8333-444444444444"]);
  expect(like(`r/i@sha256:${"a".repeat(64)}`)).toHaveLength(2);
});

test("a change is made at its place, also in a list, and nowhere else", () => {
  const props = { a: [{ b: 1 }, 2], c: 3 };
  expect(withChange(props, { kind: "other", path: ["a", "0", "b"], value: 5 })).toEqual({ a: [{ b: 5 }, 2], c: 3 });
  expect(withChange(props, { kind: "gone", path: ["a", "1"], value: undefined })).toEqual({ a: [{ b: 1 }], c: 3 });
  expect(withChange(props, { kind: "gone", path: ["c"], value: undefined })).toEqual({ a: [{ b: 1 }, 2] });
});

test("is told in one line, of a length that can be read", () => {
  const one = (value: unknown): string =>
    told({ resource: resource({}), change: { kind: "other", path: ["a", "b"], value }, verdict: undefined, caught: false, byManifest: false });
  expect(one(1)).toBe("C x: a b other 1");
  expect(one(undefined)).toBe("C x: a b other gone");
  expect(one("y".repeat(200))).toMatch(/^C x: a b other "y{76}\.\.\.$/);
});

test("a stack without a manifest proves nothing; a resource that the manifest lacks is refused", () => {
  expect(() => judgeAll([resource({})], [], {})).toThrow("the policy config has no manifest: run make generate");
  const judged = judgeAll([resource({ a: 1 })], [], {
    "resources-as-intended": { manifest: { project: "p", stack: "t", config: "", resources: {} } },
  });
  expect(judged.length).toBeGreaterThan(1);
  expect(judged.every(({ caught }) => caught)).toBe(true);
});

describe("a change that the manifest lets pass, and that nobody excused", () => {
  const described = resource({ metadata: { annotations: { description: "words" } } });
  const manifest = { project: "p", stack: "t", config: "", resources: { "a:b:C x": { protect: false, props: described.props, from: {} } } };
  const facts = {
    name: "r",
    title: "",
    severity: "low",
    level: "mandatory",
    holds: "",
    why: "",
    fix: "",
    source: { title: "", url: "" },
  } as const;
  const finds = (level: "mandatory" | "advisory", scope: "resource" | "stack"): Rule =>
    scope === "stack"
      ? stackRule({
          ...facts,
          level,
          *judge(subjects) {
            if (subjects.length === 1) yield { property: "p", found: "f", wanted: "w" };
          },
        })
      : resourceRule({
          ...facts,
          level,
          types: ["a:b:C"],
          *judge() {
            yield { property: "p", found: "f", wanted: "w" };
          },
        });
  const caught = (...rules: readonly Rule[]): boolean[] =>
    judgeAll([described], rules, { "resources-as-intended": { manifest } })
      .filter(({ change }) => change.path.length === 3)
      .map((one) => one.caught);

  test("is caught by any mandatory policy, about the resource or the stack, and by no advice", () => {
    expect(new Set(caught(finds("mandatory", "resource")))).toEqual(new Set([true]));
    expect(new Set(caught(finds("advisory", "resource"), finds("mandatory", "stack")))).toEqual(new Set([true]));
    expect(caught(finds("advisory", "stack"))).toContain(false);
  });
});

test("what a file or a document holds is changed too", () => {
  const paths = changesOf(resource({ file: "a.yml", content: "a:\n  b: 1\n", policy: '{"c":[true]}', list: ['{"d":1}'] })).map(({ path }) =>
    path.join("."),
  );
  expect(paths).toEqual(expect.arrayContaining(["content.a", "policy.c.0", "list.0.d"]));
});
