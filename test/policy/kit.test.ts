import type { StackValidationArgs } from "@pulumi/policy";
import { PackConfigError, packConfigFindings, readPackConfig } from "../../policy/kit/config";
import { SEALED, describe as message, sealedFor, violations, withDefaults } from "../../policy/kit/judge";
import { policiesOf } from "../../policy/kit/policies";
import { resourceRule, stackRule, type Finding, type Props, type Rule, type RuleFacts, type Subject } from "../../policy/kit/rule";
import { UNKNOWN, holdsUnknown, originTypes, orUnknown, unknownsThrow } from "../../policy/kit/unknowns";
import { at, isProps, items, listed, oneOrMore, show, texts } from "../../policy/kit/values";
import { parseYaml } from "../../policy/kit/yaml";
import { subject } from "./support";

const facts: RuleFacts = {
  name: "small",
  title: "Small",
  severity: "low",
  level: "mandatory",
  holds: "Sizes are small.",
  why: "Large ones cost.",
  fix: "Make it small.",
  source: { title: "A book", url: "https://example.org" },
  config: { most: { type: "integer", minimum: 1, maximum: 9, default: 3, description: "The largest size" }, why: { type: "string", default: "cost", description: "A word" } },
};
const TYPE = "a:b:C";
const small = resourceRule({
  ...facts,
  types: [TYPE],
  *judge({ props }, config) {
    for (const key of ["first", "size"]) if (Number(props[key] ?? 0) > Number(config["most"])) yield { property: key, found: String(props[key]), wanted: `${String(config["most"])} or less` };
  },
});
const waiting: Rule = { ...small, name: "waiting", unknowns: { why: "assigned", from: { size: ["a:b:D"] } }, secrets: ["first"] };
const sum = stackRule({
  ...facts,
  config: undefined,
  name: "sum",
  *judge(subjects) {
    const total = subjects.reduce((all, { props }) => all + Number(props["size"]), 0);
    if (total > 3) yield { subject: subjects[0], property: "size", found: `${total} in all`, wanted: "3 or less" };
    if (subjects.length === 0) yield { property: "resources", found: "none", wanted: "one" };
  },
});
const of = (props: Props, name = "it"): Subject => unknownsThrow(subject(TYPE, props, { name }));
const said = (rule: Rule, ...subjects: Subject[]): string[] => violations(rule, subjects, withDefaults(rule)).map(message);

describe("judging", () => {
  test("says which resource, which property, what was found, what is wanted, and the fix", () => {
    expect(said(small, of({ size: 5 }), subject("a:b:Other", { size: 9 }))).toEqual([`${TYPE} "it": size: found 5; wanted 3 or less. Make it small.`]);
    expect(said(sum, of({ size: 2 }, "one"), of({ size: 2 }, "two"))).toEqual([`${TYPE} "one": size: found 4 in all; wanted 3 or less. Make it small.`]);
    expect(said(sum)).toEqual(["the stack: resources: found none; wanted one. Make it small."]);
  });

  test("takes a config over the defaults", () => {
    expect(withDefaults(small, { most: 5 })).toEqual({ most: 5, why: "cost" });
    expect(withDefaults(sum)).toEqual({});
    expect(violations(small, [of({ size: 5 })], withDefaults(small, { most: 5 }))).toEqual([]);
  });

  test("an unknown value is a violation, after what was found before it, and names the resource", () => {
    const unknown = `found a value that is not known before the apply; wanted a value that can be judged at preview. Make it small.`;
    expect(said(small, of({ first: 4, size: UNKNOWN }))).toEqual([`${TYPE} "it": first: found 4; wanted 3 or less. Make it small.`, `${TYPE} "it": size: ${unknown}`]);
    expect(said(sum, of({ size: 1 }), of({ size: UNKNOWN }, "unknown"), of({ size: 1 }, "last"))).toEqual([`${TYPE} "unknown": size: ${unknown}`]);
    expect(said(waiting, of({ size: UNKNOWN }))).toEqual([]);
    expect(said(waiting, of({ first: UNKNOWN }))).toHaveLength(1);
  });

  test("a value that stays sealed is one even where the rule would wait, but for the rule's own secrets", () => {
    const sealed = (props: Props): string[] => violations(waiting, [of(props)], withDefaults(waiting), SEALED).map(message);
    expect(sealed({ size: UNKNOWN })).toEqual([`${TYPE} "it": size: found a secret, which is not opened to be judged; wanted a value that is no secret where a policy reads it. Make it small.`]);
    expect(sealed({ first: UNKNOWN, size: 4 })).toEqual([`${TYPE} "it": size: found 4; wanted 3 or less. Make it small.`]);
    expect(sealed({ first: { inner: UNKNOWN } })).toEqual([]);
    expect([sealedFor(waiting, of({ first: UNKNOWN })), sealedFor(waiting, of({ first: 1 })), sealedFor(small, of({ first: UNKNOWN })), sealedFor(waiting, subject("a:b:Other", {})), sealedFor(sum, of({}))]).toEqual([["first"], [], [], [], []]);
  });

  test("a mistake of a rule is no violation: it ends everything", () => {
    const broken: Props = new Proxy({}, { get: () => { throw new TypeError("broken"); } });
    expect(() => said(small, subject(TYPE, broken))).toThrow("broken");
    expect(() => sealedFor(waiting, subject(TYPE, broken))).toThrow("broken");
    expect(() => holdsUnknown(broken, "size")).toThrow("broken");
  });
});

test("what the engine is told of each policy", () => {
  const [single, whole] = policiesOf([small, sum]);
  const { name, title, holds, level, severity, fix, source, config } = small;
  expect(single).toMatchObject({ name, displayName: title, description: holds, enforcementLevel: level, severity, remediationSteps: fix, url: source.url, configSchema: { properties: config } });
  expect(whole).not.toHaveProperty("configSchema");
  expect(() => void single!.validateStack({} as StackValidationArgs, () => undefined)).toThrow("install it before the pack is made");
});

test("a look that fails for another reason than an unknown value fails", () => {
  expect(() => orUnknown(() => { throw new Error("broken"); })).toThrow("broken");
  expect(orUnknown(() => 1)).toBe(1);
});

describe("config", () => {
  const shaped: Rule = {
    ...small,
    name: "shaped",
    config: {
      list: { type: "array", items: { type: "object", properties: { name: { type: "string", enum: ["a", "b"] }, count: { type: "number" } }, required: ["name"] }, default: [], description: "" },
      any: { type: "array", default: [], description: "" },
      map: { type: "object", additionalProperties: { type: "boolean" }, default: {}, description: "" },
    },
  };
  const rules = [small, shaped, sum];
  const findings = (config: unknown): readonly string[] => packConfigFindings(rules, config);

  test("that fits has no finding", () => {
    expect(findings({ small: { most: 9 }, shaped: { list: [{ name: "a", count: 1.5, more: 1 }], any: [1, "a"], map: { x: true } }, sum: {} })).toEqual([]);
    expect(readPackConfig(rules, '{"small":{"most":2}}')).toEqual({ small: { most: 2 } });
  });

  test.each<[unknown, string[]]>([
    [[], ["found []; wanted an object with the names of rules"]],
    [{ large: {} }, ["large: found an unknown rule; wanted one of small, shaped, sum"]],
    [{ small: 5 }, ["small: found 5; wanted an object"]],
    [{ small: { least: 1 } }, ["small.least: found an unknown key; wanted one of most, why"]],
    [{ sum: { least: 1 } }, ["sum.least: found an unknown key; wanted none"]],
    [{ small: { most: 0 } }, ["small.most: found 0; wanted 1 or more"]],
    [{ small: { most: 10 } }, ["small.most: found 10; wanted 9 or less"]],
    [{ small: { most: 1.5, why: 1 } }, ["small.most: found 1.5; wanted a whole number", "small.why: found 1; wanted a text"]],
    [{ shaped: { list: {}, map: [] } }, ["shaped.list: found {}; wanted a list", "shaped.map: found []; wanted an object"]],
    [{ shaped: { list: [{ count: "x" }, { name: "c" }] } }, ["shaped.list[0].name: found nothing; wanted a value", 'shaped.list[0].count: found "x"; wanted a number', 'shaped.list[1].name: found "c"; wanted one of "a", "b"']],
    [{ shaped: { map: { x: 1 } } }, ["shaped.map.x: found 1; wanted true or false"]],
  ])("%j", (config, expected) => {
    expect(findings(config)).toEqual(expected);
  });

  test("that is wrong is one error with every finding", () => {
    expect(() => readPackConfig(rules, '{"small":{"most":0},"large":{}}')).toThrow(
      new PackConfigError(["small.most: found 0; wanted 1 or more", "large: found an unknown rule; wanted one of small, shaped, sum"]),
    );
    expect(() => readPackConfig(rules, "{")).toThrow(/^The policy config is wrong; nothing was judged\.\n {2}the file is no JSON: /);
  });
});

describe("values", () => {
  test("are read through whatever they are", () => {
    expect([at({ a: { b: 1 } }, "a.b"), at({ a: [1] }, "a.0"), at(null, "a"), isProps([]), isProps({})]).toEqual([1, undefined, undefined, false, true]);
    expect([items("ab"), texts(["a", 1]), oneOrMore(["a"]), oneOrMore(5), oneOrMore(undefined)]).toEqual([[], ["a"], ["a"], ["5"], []]);
  });

  test("are shown in few characters", () => {
    expect([show(undefined), show(null), show("a"), show("x".repeat(200))]).toEqual(["nothing", "nothing", '"a"', `"${"x".repeat(116)}...`]);
    expect([listed([]), listed(["a"]), listed(["a", "b", "c"])]).toEqual(["none", "a", "a, b and c"]);
  });

  test("are known to hold unknown ones, and where these come from", () => {
    const { props } = of({ a: { b: [UNKNOWN] }, c: 1, d: UNKNOWN });
    expect(["a", "c", "d", "e"].map((property) => holdsUnknown(props, property))).toEqual([true, false, true, false]);
    expect(originTypes(subject(TYPE, {}, { sources: { a: ["urn:pulumi:s::p::x:y:Z$a:b:C::it"] } }), "a")).toEqual([TYPE]);
    expect(originTypes(subject(TYPE, {}), "a")).toEqual([]);
  });

  test("in YAML are read once, and nothing where it is none", () => {
    expect(parseYaml("a: [1]")).toEqual({ a: [1] });
    expect(parseYaml("a: [1]")).toBe(parseYaml("a: [1]"));
    expect(parseYaml("a: [")).toBeUndefined();
  });
});

/** A finding needs all three: the type says so, and no rule may yield less. */
test("a finding is what a message is made of", () => {
  const finding: Finding = { property: "p", found: "f", wanted: "w" };
  expect(message({ rule: small, ...finding })).toBe("the stack: p: found f; wanted w. Make it small.");
});
