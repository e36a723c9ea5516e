/**
 * Groups violations by their cause, so that one wrong value reads as one violation with its places.
 *
 * Where the stack has a manifest, a cause is a difference from it, and a violation belongs to the cause that ends it: the difference
 * is undone, and the violation's rule is asked again. So no cause can swallow another one. Without a manifest only what says the
 * same of several resources, or is named alike by its rules, is one.
 */
import { placeOf, type Violation } from "./judge";
import type { Rule, Subject } from "./rule";

export interface Cause {
  /** The gravest of its violations that says why it is one. */
  readonly told: Violation;
  /** The same cause seen at other places, or by other policies. */
  readonly further: readonly Violation[];
}

/** What a rule says of a stack. */
export type Ask = (rule: Rule, subjects: readonly Subject[]) => readonly Violation[];

/** Most times that a rule is asked again; what is left is then a cause of its own. */
const MOST_QUESTIONS = 400;

/** Every violation in one cause, in the order in which the causes came up. */
export function byCause(all: readonly Violation[], subjects: readonly Subject[], ask: Ask): Cause[] {
  const roots = grouped(
    all.filter(({ mend }) => mend !== undefined),
    signature,
  );
  const rest = all.filter(({ mend }) => mend === undefined);
  const explain = explainer(all, roots, subjects, ask);
  const unexplained = rest.filter((violation) => {
    const root = explain(violation);
    root?.push(violation);
    return root === undefined;
  });
  const groups = [...roots, ...grouped(unexplained, ({ cause, ...violation }) => cause ?? signature(violation))];
  const place = (group: readonly Violation[]): number => Math.min(...group.map((violation) => all.indexOf(violation)));
  return groups.sort((one, other) => place(one) - place(other)).map(causeOf);
}

function causeOf(group: readonly Violation[]): Cause {
  const told = gravest(group);
  return { told, further: group.filter((violation) => violation !== told) };
}

const SEVERITIES: readonly string[] = ["critical", "high", "medium", "low"];

/** A mandatory violation goes before an advisory one, one of a rule that says why before the manifest's, then the gravest. */
export function gravest(group: readonly Violation[]): Violation {
  const rank = ({ rule, mend }: Violation): number =>
    (rule.level === "mandatory" ? 0 : 100) + (mend === undefined ? 0 : 10) + SEVERITIES.indexOf(rule.severity);
  return group.reduce((best, violation) => (rank(violation) < rank(best) ? violation : best));
}

/** The same value in the place of the same one is one change, wherever it stands. */
function signature({ rule, subject, property, found, wanted }: Omit<Violation, "cause">): string {
  const place = subject === undefined ? property : property.replaceAll(/(?<=[.[])\d+(?=[.\]]|$)/g, "#");
  return JSON.stringify([rule.name, place, found, wanted]);
}

function grouped(violations: readonly Violation[], keyOf: (violation: Violation) => string): Violation[][] {
  const groups = new Map<string, Violation[]>();
  for (const violation of violations) {
    const group = groups.get(keyOf(violation));
    if (group === undefined) groups.set(keyOf(violation), [violation]);
    else group.push(violation);
  }
  return [...groups.values()];
}

/** Finds the cause without which a violation ends. */
function explainer(
  all: readonly Violation[],
  roots: readonly Violation[][],
  subjects: readonly Subject[],
  ask: Ask,
): (violation: Violation) => Violation[] | undefined {
  const mends = roots.map((root) => root.map(({ mend }) => mend!));
  const stacks = roots.map((_, index) => remembered(() => mended(subjects, mends[index]!)));
  const whole = remembered(() => mended(subjects, mends.flat()));
  const said = new Map<string, readonly Violation[]>();
  let left = MOST_QUESTIONS;
  const ends = (violation: Violation, key: string, stack: () => readonly Subject[]): boolean => {
    const question = `${key} ${violation.rule.name}`;
    if (!said.has(question)) {
      if (left === 0) return false;
      left--;
      said.set(question, ask(violation.rule, stack()));
    }
    const alike = (list: readonly Violation[]): readonly Violation[] => list.filter((other) => isAbout(other, violation));
    const [before, after] = [alike(all), alike(said.get(question)!)];
    // A sum that is too large by less is too large still.
    return after.length < before.length && !after.some(({ found }) => found === violation.found);
  };
  return (violation) => {
    const here = roots.map((root, index) => ({ root, index, isHere: root.some((one) => one.subject?.urn === violation.subject?.urn) }));
    const candidates = here
      .filter(({ isHere }) => isHere || violation.rule.scope === "stack")
      .sort((a, b) => Number(b.isHere) - Number(a.isHere));
    const single = candidates.find(({ index }) => ends(violation, String(index), stacks[index]!));
    // Several together, each of which is told by itself.
    return (single ?? (ends(violation, "all", whole) ? candidates[0] : undefined))?.root;
  };
}

function mended(subjects: readonly Subject[], mends: readonly NonNullable<Violation["mend"]>[]): readonly Subject[] {
  return mends.reduce((stack, mend) => mend(stack), subjects);
}

function isAbout(one: Violation, other: Violation): boolean {
  return one.rule === other.rule && one.subject?.urn === other.subject?.urn && one.property === other.property;
}

function remembered<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** One line for each further place: where, what was found, and which policy says so. */
export function furtherLines(further: readonly Violation[]): string[] {
  return further.map(
    ({ rule, subject, property, found, wanted }) => `${placeOf(subject)}: ${property}: found ${found}; wanted ${wanted} (${rule.name})`,
  );
}
