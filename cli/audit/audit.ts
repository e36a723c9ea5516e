/** An audit: what the policies say of a deployed state. */
import { sealedFor, violations, SEALED, withDefaults, type Violation } from "../../policy/kit/judge";
import type { PackConfig } from "../../policy/kit/config";
import type { Rule, Subject } from "../../policy/kit/rule";
import { subjectOf } from "../../policy/resources/resource";
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

export interface Audit {
  /** Stack and project as the state names them. */
  readonly stack: string;
  readonly project: string;
  /** How many resources were judged. */
  readonly resources: number;
  /** By which rules. */
  readonly rules: readonly Rule[];
  /** The worst first, then in the order of the rules. */
  readonly violations: readonly Violation[];
  /** What was not judged. */
  readonly sealed: readonly Sealed[];
  /** Where the program declares a resource, by URN. */
  readonly positions: ReadonlyMap<string, Position>;
}

/**
 * Judges an exported state by every rule.
 * @throws StateError when the text is no exported state, or there is nothing in it to judge
 */
export function audit(rules: readonly Rule[], config: PackConfig, text: string): Audit {
  const { resources, positions } = readState(text);
  const [first] = resources;
  if (first === undefined) throw new StateError(["deployment.resources: found no resource that the stack manages; wanted one at least"]);
  const subjects = resources.map(subjectOf);
  const found = rules.flatMap((rule) => violations(rule, subjects, withDefaults(rule, config[rule.name]), SEALED));
  const sealed = rules.flatMap((rule) => subjects.flatMap((subject) => sealedFor(rule, subject).map((property) => ({ rule, subject, property }))));
  const [stack = "", project = ""] = first.urn.replace("urn:pulumi:", "").split("::");
  return { stack, project, resources: resources.length, rules, violations: found.sort((a, b) => rank(b) - rank(a)), sealed, positions };
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
