/** Violations of one cause are one, and no cause hides another one. */
import { byCause, furtherLines, type Ask } from "../../policy/kit/causes";
import { violations } from "../../policy/kit/judge";
import { resourceRule, stackRule, type Rule, type RuleFacts, type Subject } from "../../policy/kit/rule";
import { mendedProps, plainProps, type Mend } from "../../policy/intent/mend";
import { DERIVED, SECRET } from "../../policy/intent/manifest";
import { unknownsThrow } from "../../policy/kit/unknowns";
import { subject, UNKNOWN } from "./support";

const TYPE = "a:b:C";
const facts = {
  title: "",
  level: "mandatory",
  holds: "",
  why: "",
  fix: "",
  source: { title: "", url: "" },
} as const satisfies Partial<RuleFacts>;
const of = (name: string, size: number, more: object = {}): Subject => subject(TYPE, { size, ...more }, { name });
const resized = (name: string, size: number) => (subjects: readonly Subject[]) =>
  subjects.map((one) => (one.name === name ? of(name, size) : one));

/** Stands for the manifest: every size is 1. */
const manifest = stackRule({
  ...facts,
  name: "manifest",
  severity: "high",
  *judge(subjects) {
    for (const found of subjects)
      if (found.props["size"] !== 1)
        yield { subject: found, property: "size", found: String(found.props["size"]), wanted: "1", mend: resized(found.name, 1) };
  },
});
const budget = (most: number): Rule =>
  stackRule({
    ...facts,
    name: "budget",
    severity: "medium",
    *judge(subjects) {
      const total = subjects.reduce((sum, { props }) => sum + Number(props["size"]), 0);
      if (total > most) yield { property: "all sizes", found: String(total), wanted: String(most) };
    },
  });
const single = resourceRule({
  ...facts,
  name: "single",
  severity: "critical",
  types: [TYPE],
  *judge({ props }) {
    if (Number(props["size"]) > 5) yield { property: "size", found: String(props["size"]), wanted: "5" };
    if (props["colour"] !== undefined) yield { property: "colour", found: "one", wanted: "none" };
  },
});

const ask: Ask = (rule, subjects) => violations(rule, subjects, {});
const told = (rules: readonly Rule[], ...subjects: Subject[]): string[] =>
  byCause(
    rules.flatMap((rule) => ask(rule, subjects)),
    subjects,
    ask,
  ).map((cause) =>
    [cause.told, ...cause.further].map(({ rule, subject: at, property }) => `${rule.name} ${at?.name ?? "stack"} ${property}`).join(", "),
  );

test("a violation that ends with a cause is a place of it, and the policy that says why leads", () => {
  expect(told([single, budget(4), manifest], of("x", 7), of("y", 1))).toEqual(["single x size, manifest x size, budget stack all sizes"]);
});

test("what two causes make together is told with one, and both stay", () => {
  expect(told([budget(4), manifest], of("x", 4), of("y", 3))).toEqual(["budget stack all sizes, manifest x size", "manifest y size"]);
});

test("what ends only once both causes are gone is told with the first of them", () => {
  expect(told([budget(4), manifest], of("x", 9), of("y", 8))).toEqual(["budget stack all sizes, manifest x size", "manifest y size"]);
});

test("what no difference ends is a cause of its own, also on the same resource", () => {
  const painted = stackRule({
    ...manifest,
    name: "painted",
    *judge([found]) {
      if (found!.props["size"] !== 1)
        yield { subject: found, property: "size", found: "7", wanted: "1", mend: (all) => all.map(() => of("x", 1, { colour: 1 })) };
    },
  });
  expect(told([single, budget(0), painted], of("x", 7, { colour: 1 }))).toEqual([
    "single x size, painted x size",
    "single x colour",
    "budget stack all sizes",
  ]);
});

test("the same value in the place of the same one is one cause, at all its places", () => {
  expect(told([manifest], of("x", 2), of("y", 2), of("z", 3))).toEqual(["manifest x size, manifest y size", "manifest z size"]);
});

test("without a manifest, what the rules name alike is one, and what one rule says alike of several resources", () => {
  const named = (name: string, cause: string | undefined): Rule =>
    stackRule({
      ...facts,
      name,
      severity: "low",
      *judge(subjects) {
        for (const found of subjects) yield { subject: found, property: "list[3].x", found: name, wanted: "", ...(cause && { cause }) };
      },
    });
  expect(told([named("a", "check X"), named("b", "check X"), named("c", "check Y")], of("x", 1))).toEqual([
    "a x list[3].x, b x list[3].x",
    "c x list[3].x",
  ]);
  expect(told([named("a", undefined), named("b", undefined)], of("x", 1), of("y", 1))).toEqual([
    "a x list[3].x, a y list[3].x",
    "b x list[3].x, b y list[3].x",
  ]);
});

test("a mandatory violation goes before an advisory one, however grave", () => {
  const advice: Rule = { ...single, name: "advice", level: "advisory" };
  expect(told([advice, manifest], of("x", 7))).toEqual(["manifest x size, advice x size"]);
});

test("rules are not asked without end: what is left is told by itself", () => {
  const many = Array.from({ length: 420 }, (_, index) => of(`x${index}`, index + 2));
  expect(told([budget(1), manifest], ...many)).toHaveLength(421);
});

test("a further place is one line", () => {
  const [cause] = byCause(ask(manifest, [of("x", 2), of("y", 2)]), [], ask);
  expect(furtherLines(cause!.further)).toEqual([`${TYPE} "y": size: found 2; wanted 1 (manifest)`]);
});

describe("undoing a difference", () => {
  const props = {
    a: { b: [1, 2], c: UNKNOWN },
    json: '{"d":[1]}',
    yaml: "on: push\n",
    packed: Buffer.from("e: 1\n").toString("base64"),
    text: "x",
    number: 7,
  };
  const undone = (path: string, mend: Mend): Record<string, unknown> =>
    mendedProps(unknownsThrow(subject(TYPE, props)).props, path.split("."), mend);

  test.each<[string, Mend, string, unknown]>([
    ["a.b.1", { kind: "set", value: 5 }, "a.b", [1, 5]],
    ["a.b.0", { kind: "remove" }, "a.b", [2]],
    ["a.b", { kind: "insert", value: 0, index: 0 }, "a.b", [0, 1, 2]],
    ["a.new", { kind: "insert", value: 0, index: 0 }, "a.new", [0]],
    ["json.d.0", { kind: "set", value: 2 }, "json", '{"d":[2]}'],
    ["yaml.on", { kind: "set", value: "pull_request" }, "yaml", "on: pull_request\n"],
    ["packed.e", { kind: "set", value: 2 }, "packed", Buffer.from("e: 2\n").toString("base64")],
    ["text.x", { kind: "set", value: 2 }, "text", "x"],
    ["text", { kind: "set", value: SECRET }, "text", ""],
    ["text", { kind: "set", value: { $sha256: "0" } }, "text", ""],
    ["text", { kind: "set", value: [DERIVED, { a: null }] }, "text", ["", { a: null }]],
  ])("%s %j", (path, mend, at, expected) => {
    const found = at.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], undone(path, mend));
    expect(JSON.parse(JSON.stringify(found))).toEqual(expected);
  });

  test("that lies below something else than an object leaves it as it is", () => {
    expect(undone("number.x", { kind: "set", value: 1 })["number"]).toBe(7);
  });

  test("takes a property away, and leaves what is not known beside it", () => {
    const without = undone("text", { kind: "remove" });
    expect(["text" in without, Object.keys(without).includes("text"), without["text"], Object.keys(without).length]).toEqual([
      false,
      false,
      undefined,
      5,
    ]);
    expect(Object.getOwnPropertyDescriptor(without, "text")).toBeUndefined();
    expect("c" in (undone("a.b.0", { kind: "remove" })["a"] as object)).toBe(true);
    expect(Object.entries(undone("new", { kind: "set", value: 1 })).length).toBe(7);
  });

  test("gives a missing resource its texts as providers take them", () => {
    expect(plainProps({ name: "n", policy: { a: 1 }, data: { "x.yaml": { b: 1 }, list: [1] }, content: { c: 1 }, spec: { d: [{ e: "f" }] } })).toEqual(
      {
        name: "n",
        policy: '{"a":1}',
        data: { "x.yaml": "b: 1\n", list: [1] },
        content: "c: 1\n",
        spec: { d: [{ e: "f" }] },
      },
    );
  });
});
