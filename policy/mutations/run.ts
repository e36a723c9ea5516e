/** Makes each mutation, one at a time, and asks the rules. */
import { violations, withDefaults, type Violation } from "../kit/judge";
import type { PackConfig } from "../kit/config";
import type { Rule, Subject } from "../kit/rule";
import { holdsUnknown } from "../kit/unknowns";
import { subjectOf, type Resource } from "../resources/resource";
import { checkMutations } from "./checks";
import { harmless, unexplained } from "./harmless";
import { infrastructureMutations } from "./infrastructure";
import { NotYetKnown, type Mutation } from "./mutation";
import { trustMutations } from "./trust";
import { workflowMutations } from "./workflows";

export const harmful: readonly Mutation[] = [...checkMutations, ...workflowMutations, ...trustMutations, ...infrastructureMutations];
export { harmless, unexplained };

export interface Outcome {
  readonly mutation: Mutation;
  /**
   * `right`: a harmful change was noticed by a mandatory policy of the expected name, a harmless one by none at all. `unknown`: at preview, what the
   * change is made to, or what the policy needs to see it, is not known yet.
   */
  readonly verdict: "right" | "wrong" | "unknown";
  /** Names of the policies that noticed it, sorted. */
  readonly noticedBy: readonly string[];
}

/** What the rules say about one stack, and about what becomes of it. */
export interface Proof {
  /** Violations of the stack as it is: there should be none. */
  readonly before: readonly Violation[];
  readonly outcomes: readonly Outcome[];
}

/** Tries every mutation on the resources of a stack. */
export function prove(rules: readonly Rule[], resources: readonly Resource[], config: PackConfig, mutations: readonly Mutation[]): Proof {
  const judge = judgeOf(rules, config, resources);
  return { before: judge(resources), outcomes: mutations.map((mutation) => outcomeOf(mutation, resources, judge, rules)) };
}

type Judge = (resources: readonly Resource[]) => readonly Violation[];

/**
 * Judges what becomes of a stack by every rule, asking only where the answer can be another than before: a rule about one resource says the same
 * of it as long as it stays the same, and a rule about the stack as long as all resources that it read do.
 */
function judgeOf(rules: readonly Rule[], config: PackConfig, stack: readonly Resource[]): Judge {
  const ask = (rule: Rule, subjects: readonly Subject[]): readonly Violation[] => violations(rule, subjects, withDefaults(rule, config[rule.name]));
  const subjects = remembered(subjectOf);
  const alone = remembered((resource) => rules.filter(({ scope }) => scope === "resource").flatMap((rule) => ask(rule, [subjects(resource)])));
  const together = rules.filter(({ scope }) => scope === "stack").map((rule) => {
    const read = new Set<string>();
    const said = ask(rule, stack.map((resource) => noting(subjects(resource), read)));
    return (resources: readonly Resource[], touched: readonly string[] | undefined): readonly Violation[] =>
      touched?.every((urn) => !read.has(urn)) ? said : ask(rule, resources.map(subjects));
  });
  return (resources) => {
    const touched = touchedIn(stack, resources);
    return [...resources.flatMap(alone), ...together.flatMap((judge) => judge(resources, touched))];
  };
}

/** URNs of the resources whose properties differ; undefined when resources came or went, or differ in more, which any rule may notice. */
function touchedIn(stack: readonly Resource[], resources: readonly Resource[]): readonly string[] | undefined {
  if (stack.length !== resources.length) return undefined;
  const pairs = stack.map((before, index) => [before, resources[index]!] as const).filter(([before, after]) => before !== after);
  const rest = ({ type, name, urn, protect, sources }: Resource): string => JSON.stringify([type, name, urn, protect, sources]);
  return pairs.every(([before, after]) => rest(before) === rest(after)) ? pairs.map(([{ urn }]) => urn) : undefined;
}

/** The subject, which notes its URN when its properties are read. */
function noting(subject: Subject, read: Set<string>): Subject {
  return Object.defineProperty({ ...subject }, "props", {
    get: () => {
      read.add(subject.urn);
      return subject.props;
    },
  });
}

function remembered<Value>(of: (resource: Resource) => Value): (resource: Resource) => Value {
  const values = new WeakMap<Resource, Value>();
  return (resource) => {
    const value = values.get(resource) ?? of(resource);
    values.set(resource, value);
    return value;
  };
}

function outcomeOf(mutation: Mutation, resources: readonly Resource[], judge: Judge, rules: readonly Rule[]): Outcome {
  const changed = attempt(mutation, resources);
  if (changed === undefined) return { mutation, verdict: "unknown", noticedBy: [] };
  const noticed = judge(changed).map(({ rule }) => rule);
  const right = mutation.rule === undefined ? noticed.length === 0 : noticed.some(({ name, level }) => name === mutation.rule && level === "mandatory");
  const waits = (): boolean => rules.some((rule) => rule.name === mutation.rule && changed.some((resource) => !resources.includes(resource) && waitsOn(rule, resource)));
  return { mutation, verdict: right ? "right" : waits() ? "unknown" : "wrong", noticedBy: [...new Set(noticed.map(({ name }) => name))].sort() };
}

/** The rule cannot judge the resource before something in it is known; it will, before the resource is touched. */
function waitsOn(rule: Rule, resource: Resource): boolean {
  if (rule.scope === "stack" || !rule.types.includes(resource.type)) return false;
  const { props } = subjectOf(resource);
  return Object.keys(rule.unknowns?.from ?? {}).some((property) => holdsUnknown(props, property));
}

function attempt(mutation: Mutation, resources: readonly Resource[]): readonly Resource[] | undefined {
  try {
    return mutation.apply(resources);
  } catch (error) {
    if (error instanceof NotYetKnown) return undefined;
    throw error;
  }
}
