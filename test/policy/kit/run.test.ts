/** What is told of one run of the engine: each cause once, at a preview at its end, at an update before a resource is touched. */
import { resourceRule, stackRule, type Finding, type Rule, type RuleFacts, type Subject } from "../../../policy/kit/rule";
import { Run, type GivenConfig, type Told } from "../../../policy/kit/run";
import { unknownsThrow } from "../../../policy/kit/unknowns";
import { subject, UNKNOWN } from "../support";

const TYPE = "a:b:C";
const facts = {
  title: "",
  level: "mandatory",
  severity: "low",
  holds: "",
  why: "",
  fix: "Make it small.",
  source: { title: "", url: "" },
} as const satisfies Omit<RuleFacts, "name">;
const of = (name: string, size: unknown, more: object = {}): Subject => unknownsThrow(subject(TYPE, { size, ...more }, { name }));
const small = (name: string, more: Partial<RuleFacts> = {}): Rule =>
  resourceRule({
    ...facts,
    ...more,
    name,
    types: [TYPE],
    config: { most: { type: "integer", default: 3, description: "" } },
    *judge({ props }, config) {
      if (Number(props["size"]) > Number(config["most"])) yield { property: "size", found: String(props["size"]), wanted: "less" };
    },
  });
/** Stands for the manifest: every size is 1, and every colour grey. */
const manifest = stackRule({
  ...facts,
  name: "manifest",
  *judge(subjects) {
    for (const one of subjects) for (const finding of differences(one)) yield { subject: one, ...finding };
  },
  differences,
});
function* differences(one: Subject): Iterable<Finding> {
  const set = (key: string, value: unknown): Finding["mend"] => (all) =>
    all.map((other) => (other.urn === one.urn ? of(one.name, key === "size" ? value : other.props["size"], { colour: key === "colour" ? value : other.props["colour"] }) : other));
  if (one.props["size"] !== 1) yield { property: "size", found: String(one.props["size"]), wanted: "1", mend: set("size", 1) };
  if ((one.props["colour"] ?? "grey") !== "grey") yield { property: "colour", found: String(one.props["colour"]), wanted: "grey", mend: set("colour", "grey") };
}
const painted = resourceRule({
  ...facts,
  name: "painted",
  types: [TYPE],
  *judge({ props }) {
    if (props["colour"] !== undefined && props["colour"] !== "grey") yield { property: "colour", found: String(props["colour"]), wanted: "none" };
  },
});
const total = stackRule({
  ...facts,
  name: "total",
  *judge(subjects) {
    const sum = subjects.reduce((all, { props }) => all + Number(props["size"]), 0);
    if (sum > 3) yield { property: "all sizes", found: String(sum), wanted: "3" };
  },
});

const runOf = (rules: readonly Rule[], isPreview: boolean, given: GivenConfig = new Map()): Run => new Run(rules, given, isPreview);
const shown = (told: readonly Told[]): string[] => told.map(({ rule, urn, text }) => `${rule.name} ${urn?.split("::").at(-1) ?? "stack"}: ${text.split("\n").slice(2).length} further`);

describe("a preview", () => {
  test("tells nothing before its end, and there each cause once", () => {
    const run = runOf([small("one"), small("other", { severity: "high" }), manifest, total], true);
    expect([of("x", 7), of("y", 1)].map((subject) => run.register(subject))).toEqual([[], []]);
    run.askAhead();
    const { told, silent } = run.judge([of("x", 7), of("y", 1)]);
    expect(told).toEqual([
      {
        rule: expect.objectContaining({ name: "other" }) as Rule,
        urn: of("x", 7).urn,
        text: [
          `${TYPE} "x": size: found 7; wanted less. Make it small.`,
          "The same cause:",
          `  ${TYPE} "x": size: found 7; wanted 1 (manifest)`,
          `  ${TYPE} "x": size: found 7; wanted less (one)`,
          "  the stack: all sizes: found 8; wanted 3 (total)",
        ].join("\n"),
      },
    ]);
    expect([...silent].map(([rule, by]) => [rule.name, by])).toEqual([["manifest", "other"], ["one", "other"], ["total", "other"]]);
  });

  test("judges a resource that is registered again by what it says last, and by the config that was given", () => {
    const run = runOf([small("one")], true, new Map([["one", { most: 5 }]]));
    run.register(of("x", 9));
    run.askAhead();
    run.register(of("x", 5));
    expect(run.judge([of("x", 9)]).told).toEqual([]);
  });

  test("judges the stack by its inputs, and by what clouds answered where nothing was registered", () => {
    const run = runOf([total], true);
    run.register(of("x", 3));
    expect(shown(run.judge([of("x", 1), of("y", 1)]).told)).toEqual(["total stack: 0 further"]);
    expect(runOf([total], true).judge([of("x", 1), of("y", 1)]).told).toEqual([]);
  });

  test("shows rules about the stack the options, the sources and the answers of a registered resource", () => {
    const seen: unknown[] = [];
    const looking = stackRule({
      ...facts,
      name: "looking",
      *judge([one]): Iterable<Finding> {
        seen.push(one!.inputs, one!.outputs, one!.sources, one!.options, one!.protect);
        yield* [];
      },
    });
    const run = runOf([looking], true);
    run.register(subject(TYPE, { size: 1 }));
    run.judge([subject(TYPE, { size: 2 }, { outputs: { size: 2 }, sources: { size: ["urn"] }, options: { parent: "p" }, protect: true })]);
    expect(seen).toEqual([{ size: 1 }, { size: 2 }, { size: ["urn"] }, { parent: "p" }, true]);
  });
});

describe("an update", () => {
  test("tells of a resource before it is touched, and not again at the end", () => {
    const run = runOf([small("one"), manifest], false);
    run.askAhead();
    expect(shown(run.register(of("x", 1)))).toEqual([]);
    expect(shown(run.register(of("x", 7)))).toEqual(["one x: 1 further"]);
    const { told, silent } = run.judge([of("x", 7)]);
    expect(told).toEqual([]);
    expect([...silent].map(([rule, by]) => [rule.name, by])).toEqual([["one", "one"], ["manifest", "one"]]);
  });

  test("two policies about a resource that one difference ends are one violation, and two differences are two", () => {
    const run = runOf([small("one"), small("other", { severity: "high" }), painted, manifest], false);
    expect(shown(run.register(of("x", 7)))).toEqual(["other x: 2 further"]);
    expect(shown(run.register(of("x", 7, { colour: "red" })))).toEqual(["other x: 2 further", "painted x: 1 further"]);
    expect(shown(runOf([small("one"), small("other")], false).register(of("x", 7)))).toEqual(["one x: 0 further", "other x: 0 further"]);
  });

  test("a difference beside it is not told with it", () => {
    expect(shown(runOf([small("one"), manifest], false).register(of("x", 7, { colour: "red" })))).toEqual(["one x: 1 further"]);
  });

  test("a difference that no policy about resources minds is told at the end", () => {
    const run = runOf([small("one"), painted, manifest], false);
    expect(run.register(of("x", 2))).toEqual([]);
    expect(shown(run.judge([of("x", 2)]).told)).toEqual(["manifest x: 0 further"]);
  });

  test("an unknown value is told with its resource", () => {
    expect(runOf([small("one"), manifest], true).register(of("x", UNKNOWN))).toEqual([]);
    expect(runOf([small("one")], false).register(of("x", UNKNOWN))[0]!.text).toContain("a value that is not known before the apply");
  });
});
