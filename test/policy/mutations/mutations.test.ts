/** The proof of the policies, as `make policy-mutations` makes it, and proofs that the proof can fail. */
import { join } from "node:path";
import { generated, sumOf, tryAll, type Tried } from "../../../cli/commands/policy-mutations";
import { add, drop, gone, NotYetKnown, unknown, weaken } from "../../../policy/mutations/mutation";
import { harmful, harmless, prove, unexplained } from "../../../policy/mutations/run";
import { told } from "../../../policy/mutations/generated/prove";
import { verdicts } from "../../../policy/mutations/generated/verdicts";
import { recordProgram } from "../../../policy/resources/program";
import type { Resource } from "../../../policy/resources/resource";
import { ownPolicies } from "../../../extensions/policies";
import { rules } from "../../../policy/rules";
import { readPolicyConfig, withManifest } from "../../../config/policies";

const PROJECT = join(__dirname, "..", "..", "..");

jest.setTimeout(300_000);

let preview: readonly Resource[];
let up: readonly Resource[];
let tried: readonly Tried[];
beforeAll(async () => {
  [preview, up] = await Promise.all([recordProgram(PROJECT, "prod", "preview"), recordProgram(PROJECT, "prod", "up")]);
  tried = tryAll([{ name: "program at preview", resources: preview }, { name: "program at up", resources: up }]);
}, 300_000);

const wrong = ({ outcomes }: Tried): string[] =>
  outcomes.filter(({ verdict }) => verdict === "wrong").map(({ mutation, noticedBy }) => `${mutation.what}: expected ${mutation.rule ?? "nobody"}, noticed by ${noticedBy.join(", ") || "nobody"}`);

describe("the production stack", () => {
  test("there are enough changes, each of them once", () => {
    expect(harmful.length).toBeGreaterThanOrEqual(150);
    expect(harmless.length + unexplained.length).toBeGreaterThanOrEqual(50);
    expect(new Set([...harmful, ...harmless, ...unexplained].map(({ rule, what }) => `${rule} ${what}`)).size).toBe(harmful.length + harmless.length + unexplained.length);
  });

  test("as it is, has no violation of any level at preview or at up", () => {
    expect(tried.flatMap(({ before }) => before.map(({ rule, property }) => `${rule.name}: ${property}`))).toEqual([]);
  });

  test("every harmful change is caught by name, and no harmless one is noticed", () => {
    expect(tried.flatMap(wrong)).toEqual([]);
    expect(sumOf(tried)).toEqual({ caught: harmful.length + unexplained.length, missed: 0, falseAlarms: 0 });
  });

  test("a change that no config explains is noticed by the manifest's policy and by no other", () => {
    const outcomes = tried.flatMap((view) => view.outcomes.filter(({ mutation, verdict }) => unexplained.includes(mutation) && verdict !== "unknown"));
    expect(outcomes.filter(({ noticedBy }) => noticedBy.join() !== "resources-as-intended").map(({ mutation, noticedBy }) => `${mutation.what}: ${noticedBy.join()}`)).toEqual([]);
  });

  test("of the changes that are generated from its values, every harmful one is caught, and every excuse is used", () => {
    const judged = generated([{ name: "up", resources: up }]);
    expect(judged.filter(({ verdict, caught }) => verdict === undefined && !caught).map(told)).toEqual([]);
    expect(verdicts.filter((verdict) => !judged.some((one) => one.verdict === verdict))).toEqual([]);
    expect(judged.length).toBeGreaterThan(10_000);
  });

  test("every change can be made at up, and nearly every one at preview", () => {
    const [atPreview, atUp] = tried.map(({ outcomes }) => outcomes.filter(({ verdict }) => verdict === "unknown").map(({ mutation }) => mutation));
    expect(atUp).toEqual([]);
    // What is made from an ARN or a principal's id is known only at up; the rest is seen by whoever reviews the preview.
    expect([...new Set(atPreview!.map(({ what }) => what.split(" ")[0]))].sort()).toEqual(["BucketPolicy", "Role", "RolePolicy"]);
    expect(atPreview!.length).toBeLessThan(harmful.length / 4);
  });

  test("every mandatory policy about a stack without a state before is the expected one of a harmful change", () => {
    const expected = new Set([...harmful, ...unexplained].map(({ rule }) => rule));
    // It judges against a baseline, which this stack has not: its own tests prove it.
    const unexpected = rules.filter(({ level }) => level === "mandatory").filter((rule) => !ownPolicies.includes(rule)).map(({ name }) => name).filter((name) => !expected.has(name) && name !== "protection-not-weakened");
    expect(unexpected).toEqual([]);
  });
});

describe("the proof fails", () => {
  // Only the general policies: the manifest's notices every change here.
  const config = { ...withManifest(readPolicyConfig(PROJECT, "prod"), undefined), "manifest-given": { given: true } };
  const verdicts = (without: string): string[] =>
    prove(rules.filter(({ name }) => name !== without), up, config, harmful.filter(({ rule }) => rule === without)).outcomes.map(({ verdict }) => verdict);

  test.each(["required-checks-pinned", "ecr-tags-immutable", "aws-trust-exact"])("without %s", (name) => {
    expect(new Set(verdicts(name))).toEqual(new Set(["wrong"]));
  });

  test("when a policy is advisory only", () => {
    const lowered = rules.map((rule) => (rule.name === "acr-closed" ? { ...rule, level: "advisory" as const } : rule));
    const mutations = harmful.filter(({ rule }) => rule === "acr-closed");
    expect(prove(lowered, up, config, mutations).outcomes.every(({ verdict }) => verdict === "wrong")).toBe(true);
  });

  test("when a harmless change is noticed, and when the stack was broken before", () => {
    const [change] = weaken(undefined, "Registry registries-acr", "adminUserEnabled", true);
    const { before, outcomes } = prove(rules, change!.apply(up), config, []);
    expect([before.map(({ rule }) => rule.name), outcomes]).toEqual([["acr-closed"], []]);
    expect(prove(rules, up, config, [change!]).outcomes).toEqual([{ mutation: change, verdict: "wrong", noticedBy: ["acr-closed"] }]);
  });

  test("when another policy notices than the expected one, about the stack or about another type", () => {
    for (const expected of ["required-checks-present", "ecr-tags-immutable"]) {
      const [change] = weaken(expected, "Registry registries-acr", "adminUserEnabled", true);
      expect(prove(rules, up, config, [change!]).outcomes).toEqual([{ mutation: change, verdict: "wrong", noticedBy: ["acr-closed"] }]);
    }
  });

  test("when a change cannot be made at all: with its error", () => {
    expect(() => prove(rules, up, config, weaken("acr-closed", "Registry nobody", "adminUserEnabled", true))).toThrow("0 resources are Registry nobody");
  });

  test("when a change could be made nowhere, or was missed in one view alone", () => {
    const wanted = harmful.length + unexplained.length;
    const outcomes = (verdict: "right" | "wrong" | "unknown"): Tried => ({ view: "", resources: 0, before: [], outcomes: [...harmful, ...harmless, ...unexplained].map((mutation) => ({ mutation, verdict, noticedBy: [] })) });
    expect(sumOf([outcomes("unknown"), outcomes("unknown")])).toEqual({ caught: 0, missed: wanted, falseAlarms: harmless.length });
    expect(sumOf([outcomes("right"), outcomes("unknown")])).toEqual({ caught: wanted, missed: 0, falseAlarms: 0 });
    expect(sumOf([outcomes("right"), outcomes("wrong")])).toEqual({ caught: 0, missed: wanted, falseAlarms: harmless.length });
  });
});

describe("a change", () => {
  const resource = (name: string, props: Resource["props"]): Resource => ({ type: "a:b:C", name, urn: `urn:${name}`, protect: true, props, sources: {} });
  const resources = [resource("x", { list: [{ a: 1 }], json: '{"Statement":[{"Effect":"Deny"}]}', yaml: "on: push\n", packed: Buffer.from("steps: [1]\n").toString("base64") }), resource("y", {})];
  const after = (...mutations: ReturnType<typeof weaken>): unknown => mutations[0]!.apply(resources)[0]!.props;

  test("is made inside lists and texts, and leaves everything else as it is", () => {
    expect(after(...weaken("r", "C x", "list 0 a", 2))).toMatchObject({ list: [{ a: 2 }], yaml: "on: push\n" });
    expect(after(...weaken("r", "C x", "json Statement 0 Effect", "Allow"))).toMatchObject({ json: '{"Statement":[{"Effect":"Allow"}]}' });
    expect(after(...weaken("r", "C x", "yaml on", gone))).toMatchObject({ yaml: "{}\n" });
    expect(after(...weaken("r", "C x", "packed steps", (steps: readonly number[]) => [...steps, 2]))).toMatchObject({ packed: Buffer.from("steps:\n  - 1\n  - 2\n").toString("base64") });
    expect(after(...weaken("r", "C x", "fresh inner", 1))).toMatchObject({ fresh: { inner: 1 } });
    expect(resources[0]!.props["list"]).toEqual([{ a: 1 }]);
    expect(weaken("r", "C x", "list", [])[0]!.apply(resources)[1]).toBe(resources[1]);
  });

  test("drops and adds resources", () => {
    expect(drop("r", "C x")[0]!.apply(resources).map(({ name }) => name)).toEqual(["y"]);
    expect(add("r", "a:b:D", "z", { p: 1 })[0]!.apply(resources).at(-1)).toMatchObject({ type: "a:b:D", name: "z", props: { p: 1 } });
  });

  test("that changes nothing, or that nothing fits, is an error, as it would prove nothing", () => {
    expect(() => weaken("r", "C x", "yaml", "on: push\n")[0]!.apply(resources)).toThrow("yaml stays as it is");
    expect(() => weaken("r", "C z", "yaml", 1)[0]!.apply(resources)).toThrow("0 resources are C z");
    expect(() => weaken("r", "C y", "yaml on push", 1)[0]!.apply([resource("y", { yaml: 1 })])).toThrow("nothing at on");
  });

  test("of what is not known yet waits; what is not known can be replaced", () => {
    const [lost] = weaken("r", "C x", "yaml", unknown);
    const unknowns = lost!.apply(resources);
    expect(() => weaken("r", "C x", "yaml on", gone)[0]!.apply(unknowns)).toThrow(NotYetKnown);
    expect(() => weaken("r", "C x", "yaml", (text: string) => `${text}#`)[0]!.apply(unknowns)).toThrow(NotYetKnown);
    expect(weaken("r", "C x", "yaml", "on: push\n")[0]!.apply(unknowns)[0]!.props["yaml"]).toBe("on: push\n");
    expect(unknowns[0]!.sources).toEqual({ yaml: [] });
  });
});
