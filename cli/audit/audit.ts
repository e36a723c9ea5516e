/** An audit: what the policies say of a deployed state. */
import { sealedFor, violations, SEALED, withDefaults, type Violation } from "../../policy/kit/judge";
import { byCause, type Cause } from "../../policy/kit/causes";
import type { PackConfig } from "../../policy/kit/config";
import type { Rule, Subject } from "../../policy/kit/rule";
import { subjectOf } from "../../policy/resources/resource";
import { manifestOf } from "../../policy/intent/manifest";
import { manifestGiven } from "../../policy/rules/stack/manifest-given";
import { resourcesAsIntended } from "../../policy/rules/stack/resources-as-intended";
import { readState, StateError, type Position } from "../../policy/resources/state";

/** From bad to worse. */
export const SEVERITIES = ["low", "medium", "high", "critical"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** A secret that a rule would judge and an audit does not open. */
export interface Sealed {
  readonly rule: Rule;
  readonly subject: Subject;
  readonly property: string;
}

/** A type of which some or all properties were judged by nobody. */
export interface InPart {
  readonly type: string;
  readonly resources: number;
  /** Names of the policies about resources of the type; none where no policy looks at single ones. */
  readonly policies: readonly string[];
}

export interface Audit {
  /** Stack and project as the state names them. */
  readonly stack: string;
  readonly project: string;
  /** How many resources were judged. */
  readonly resources: number;
  /** By which rules. */
  readonly rules: readonly Rule[];
  /** One for each cause, the worst first, then in the order of the rules. */
  readonly violations: readonly Violation[];
  /** Where else the cause of a violation shows. */
  readonly further: ReadonlyMap<Violation, readonly Violation[]>;
  /** Secrets that were not opened, and so not judged. */
  readonly sealed: readonly Sealed[];
  /** Types of which only a part was judged, as the config has no manifest of this stack: the general policies read some of their properties, or none. */
  readonly judgedInPart: readonly InPart[];
  /** Where the program declares a resource, by URN. */
  readonly positions: ReadonlyMap<string, Position>;
}

/**
 * Judges an exported state by every rule.
 * @throws StateError when the text is no exported state, or there is nothing in it to judge
 */
export function audit(rules: readonly Rule[], given: PackConfig, text: string): Audit {
  const { resources, providers, positions } = readState(text);
  const [first] = resources;
  if (first === undefined) throw new StateError(["deployment.resources: found no resource that the stack manages; wanted one at least"]);
  const subjects = resources.map(subjectOf);
  const [stack = "", project = ""] = first.urn.replace("urn:pulumi:", "").split("::");
  const manifest = manifestOf(given[resourcesAsIntended.name]?.["manifest"]);
  const isOwn = manifest?.stack === stack && manifest.project === project;
  // A manifest of another stack says nothing of this one.
  const config = isOwn ? given : withoutManifest(given);
  const ask = (rule: Rule, of: readonly Subject[]): Violation[] => violations(rule, of, withDefaults(rule, config[rule.name]), SEALED);
  const all = [...subjects, ...providers.map(subjectOf)];
  const causes = byCause(rules.flatMap((rule) => ask(rule, all)), all, ask);
  const sealed = rules.flatMap((rule) => subjects.flatMap((subject) => sealedFor(rule, subject).map((property) => ({ rule, subject, property }))));
  return { stack, project, resources: resources.length, rules, ...toldOf(causes, rules), sealed, judgedInPart: isOwn ? [] : inPart(rules, subjects), positions };
}

function toldOf(causes: readonly Cause[], rules: readonly Rule[]): Pick<Audit, "violations" | "further"> {
  const violations = causes.map(({ told }) => told).sort((a, b) => rules.indexOf(a.rule) - rules.indexOf(b.rule));
  return { violations: violations.sort((a, b) => rank(b) - rank(a)), further: new Map(causes.map(({ told, further }) => [told, further])) };
}

function withoutManifest(config: PackConfig): PackConfig {
  return Object.fromEntries(Object.entries(config).filter(([name]) => name !== resourcesAsIntended.name && name !== manifestGiven.name));
}

function inPart(rules: readonly Rule[], subjects: readonly Subject[]): InPart[] {
  const types = [...new Set(subjects.map(({ type }) => type))].sort();
  return types.map((type) => ({
    type,
    resources: subjects.filter((subject) => subject.type === type).length,
    policies: rules.filter((rule) => rule.scope === "resource" && rule.types.includes(type)).map(({ name }) => name),
  }));
}

/** The severity of a violation: its rule's. */
export function severityOf({ rule }: Violation): Severity {
  return rule.severity;
}

function rank(violation: Violation): number {
  return SEVERITIES.indexOf(severityOf(violation));
}

/** How many violations there are of each severity, the worst first. */
export function countsOf({ violations: found }: Audit): Readonly<Record<Severity, number>> {
  const counts = SEVERITIES.toReversed().map((severity) => [severity, found.filter((violation) => severityOf(violation) === severity).length]);
  return Object.fromEntries(counts) as Record<Severity, number>;
}

/** Exit code of an audit that was made: 0 without a violation, else 2 (low) to 5 (critical) by the worst. */
export function exitCodeOf({ violations: [worst] }: Audit): number {
  return worst === undefined ? 0 : rank(worst) + 2;
}
