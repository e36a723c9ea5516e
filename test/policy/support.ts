/** What the policy tests share: resources from plain properties, and the proof that every rule of a family gives. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { describe as message, violations, withDefaults } from "../../policy/kit/judge";
import type { Props, ResourceRule, Rule, RuleConfig, Subject } from "../../policy/kit/rule";
import { UNKNOWN, unknownsThrow } from "../../policy/kit/unknowns";
import { unknownsExplained } from "../../policy/rules/stack/unknowns-explained";
import { pathsRead, withUnknown, type Path } from "./unknowns";

export { UNKNOWN };

export const RULES = join(__dirname, "../../policy/rules");

/** What one rule is proved by. */
export interface Proof {
  readonly rule: Rule;
  /** Config of every set that brings none of its own. */
  readonly config?: RuleConfig;
  /** Resources that the rule has nothing against, by what they show. */
  readonly sound: Readonly<Record<string, Resources>>;
  /** Resources that it refuses: with every message, without the fix at its end. At least two differ. */
  readonly wrong: Readonly<Record<string, readonly [Resources, ...string[]]>>;
}

/** Resources, or resources and a config of their own. */
export type Resources = readonly Subject[] | { readonly subjects: readonly Subject[]; readonly config: RuleConfig };

/** A resource with plain properties; it is called `it` unless something else is said. */
export function subject(type: string, props: Props, more: Partial<Subject> = {}): Subject {
  const name = more.name ?? "it";
  return { type, name, urn: urnOf(type, name), protect: false, sources: {}, ...more, props };
}

export function urnOf(type: string, name: string): string {
  return `urn:pulumi:t::gpu-cicd::${type}::${name}`;
}

export const FILE = "github:index/repositoryFile:RepositoryFile";

/** A file that the stack delivers to repository `r`, named by its path: a text, or what it says as YAML. */
export function file(content: unknown, path = ".github/workflows/w.yml"): Subject {
  return subject(FILE, { file: path, repository: "r", content: typeof content === "string" ? content : stringify(content) }, { name: path });
}

/** The messages of one rule, without the fix at their end. */
export function judged(rule: Rule, subjects: readonly Subject[], config: RuleConfig = {}): string[] {
  const found = violations(rule, subjects.map(unknownsThrow), withDefaults(rule, config)).map(message);
  for (const text of found) expect(text).toContain(`. ${rule.fix}`);
  return found.map((text) => text.slice(0, -rule.fix.length - 1));
}

/** A deep copy with one value set at a dotted path; `undefined` removes it. */
export function changed<T>(value: T, path: string, to: unknown): T {
  // Not structuredClone: its objects come from outside the test's realm, and the engine's proxy would not take them for objects.
  const copy = JSON.parse(JSON.stringify(value)) as T;
  const keys = path.split(".");
  const last = keys.pop()!;
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, copy as Record<string, unknown>);
  if (to === undefined) delete parent[last];
  else parent[last] = to;
  return copy;
}

/** Tests of all rules of a folder of policy/rules: none may be without a proof. */
export function prove(family: string, proofs: readonly Proof[]): void {
  test(`every rule of ${family} is proved once`, () => {
    expect(proofs.map(({ rule }) => rule.name).sort()).toEqual(ruleFiles(family));
  });
  describe.each(proofs.map((proof) => [proof.rule.name, proof] as const))("%s", (_, proof) => {
    const { rule, sound, wrong } = proof;
    const own = (resources: Resources): [readonly Subject[], RuleConfig | undefined] =>
      "subjects" in resources ? [resources.subjects, resources.config] : [resources, proof.config];

    test.each(Object.keys(sound))("passes %s", (what) => {
      expect(judged(rule, ...own(sound[what]!))).toEqual([]);
    });

    test.each(Object.keys(wrong))("refuses %s", (what) => {
      const [resources, ...messages] = wrong[what]!;
      expect(messages.length).toBeGreaterThan(0);
      expect(judged(rule, ...own(resources))).toEqual(messages);
    });

    test("passes something, and tells at least two mistakes apart", () => {
      expect(Object.keys(sound).length).toBeGreaterThan(0);
      expect(new Set(Object.values(wrong).flatMap(([, ...messages]) => messages)).size).toBeGreaterThan(1);
    });

    test("passes no unknown value in silence", () => {
      const found = Object.entries(sound).flatMap(([what, resources]) => silences(rule, ...own(resources)).map((path) => `${what}: ${path}`));
      expect(found).toEqual([]);
    });
  });
}

/** Names of the files of a family that hold a rule: helpers hold none. */
export function ruleFiles(family: string): string[] {
  const files = readdirSync(join(RULES, family)).filter((name) => readFileSync(join(RULES, family, name), "utf8").includes("  severity: "));
  return files.map((name) => name.replace(/\.ts$/, "")).sort();
}

/** Properties that the rule reads and whose unknown value it neither reports nor may wait for. */
function silences(rule: Rule, subjects: readonly Subject[], config: RuleConfig = {}): string[] {
  const read = pathsRead(subjects, (watched) => violations(rule, watched, withDefaults(rule, config)));
  return read.filter((path) => !isReported(rule, withUnknown(subjects, path), config) && !mayWait(rule, subjects, path)).map((path) => `${subjects[path.index]!.name}: ${path.keys.join(".")}`);
}

function isReported(rule: Rule, subjects: readonly Subject[], config: RuleConfig): boolean {
  return violations(rule, subjects.map(unknownsThrow), withDefaults(rule, config)).length > 0;
}

/** The rule says that it waits for the property, and the value's origin is held to what it names. */
function mayWait(rule: Rule, subjects: readonly Subject[], path: Path): boolean {
  const property = path.keys[0]!;
  if (rule.scope !== "resource" || rule.unknowns?.from[property] === undefined) return false;
  const [unknown] = withUnknown([subjects[path.index]!], { ...path, index: 0 });
  const from = (types: readonly string[]): boolean => originsRefused(rule, unknown!, property, types);
  return rule.unknowns.why.length > 0 && from([]) && from(["kubernetes:core/v1:Secret"]) && !from(rule.unknowns.from[property]);
}

function originsRefused(rule: ResourceRule, unknown: Subject, property: string, types: readonly string[]): boolean {
  const sources = { [property]: types.map((type) => urnOf(`parent$${type}`, "source")) };
  return isReported(unknownsExplained([rule]), [{ ...unknown, sources }], {});
}
