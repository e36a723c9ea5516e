/** Makes each mutation, one at a time, and asks the rules. */
import { violations, withDefaults, type Violation } from "../kit/judge";
import type { PackConfig } from "../kit/config";
import { subjectOf, type Resource } from "../resources/resource";
import { rules } from "../rules";
import { checkMutations } from "./checks";
import { harmless } from "./harmless";
import { infrastructureMutations } from "./infrastructure";
import type { Mutation } from "./mutation";
import { trustMutations } from "./trust";
import { workflowMutations } from "./workflows";

export const harmful: readonly Mutation[] = [...checkMutations, ...workflowMutations, ...trustMutations, ...infrastructureMutations];
export { harmless };

export interface Outcome {
  readonly mutation: Mutation;
  readonly violations: readonly Violation[];
  /** A harmful change was noticed by a mandatory policy of the expected name; a harmless one by none at all. */
  readonly right: boolean;
}

/** Judges resources by every rule. */
export function judgeAll(resources: readonly Resource[], config: PackConfig): readonly Violation[] {
  const subjects = resources.map(subjectOf);
  return rules.flatMap((rule) => violations(rule, subjects, withDefaults(rule, config[rule.name])));
}

export function outcomeOf(mutation: Mutation, resources: readonly Resource[], config: PackConfig): Outcome {
  const found = judgeAll(mutation.apply(resources), config);
  const right = mutation.rule === undefined ? found.length === 0 : found.some(({ rule }) => rule.name === mutation.rule && rule.level === "mandatory");
  return { mutation, violations: found, right };
}
