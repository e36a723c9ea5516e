/** Holds readings against every rule, and findings against the excuses. */
import { compilePatterns } from "../pipeline/filters";
import { config, type Excuse, type Excused, type FitReport, type Misfit } from "./model";
import { allRules, EXCUSE_RULE, rules } from "./rules";
import type { FitInput } from "./rules/rule";

/** Everything that does not fit, in the order of the rules and then of the places. */
export function judge(input: FitInput, excuses: readonly Excuse[]): FitReport {
  const found = rules.flatMap((rule) => [...rule.find(input)].sort(byPlace).map((each): Misfit => ({ rule: rule.id, ...each })));
  return { commit: input.readings.commit, files: input.readings.files.length, ...excused(found, excuses) };
}

function byPlace(a: Omit<Misfit, "rule">, b: Omit<Misfit, "rule">): number {
  return a.where.path === b.where.path ? (a.where.line ?? 0) - (b.where.line ?? 0) : a.where.path < b.where.path ? -1 : 1;
}

function excused(found: readonly Misfit[], excuses: readonly Excuse[]): { readonly misfits: readonly Misfit[]; readonly excused: readonly Excused[] } {
  const known = new Set(allRules.map(({ id }) => id));
  const compiled = excuses.map((excuse, index) => ({ excuse, index, covers: coverage(excuse), used: { count: 0 } }));
  const misfits: Misfit[] = [];
  const covered: Excused[] = [];
  for (const misfit of found) {
    const covering = compiled.filter(({ covers }) => covers(misfit));
    for (const { used } of covering) used.count++;
    const [first] = covering;
    if (first === undefined) misfits.push(misfit);
    else covered.push({ misfit, excuse: first.excuse });
  }
  const idle = compiled.filter(({ used }) => used.count === 0).map(({ excuse: { rule, where }, index }): Misfit => ({
    rule: EXCUSE_RULE.id,
    where: config(`fit.excuses[${index}]`),
    about: `${rule} ${where}`,
    found: known.has(rule) ? `an excuse for ${rule} at ${where}, where it finds nothing` : `an excuse for ${rule}, which is no rule`,
    allowed: known.has(rule) ? "an excuse that covers a finding" : `one of ${[...known].join(", ")}`,
    mend: "Take it out: it would hide what comes next.",
  }));
  return { misfits: [...misfits, ...idle], excused: covered };
}

/** Whether an excuse covers a misfit: the rule, the place and, where it says so, what it is about. */
function coverage({ rule, where, about }: Excuse): (misfit: Misfit) => boolean {
  const placed = compilePatterns([where]);
  const abouts = about === undefined ? undefined : wildcard(about);
  return (misfit) => misfit.rule === rule && (misfit.where.path === where || placed(misfit.where.path)) && (abouts === undefined || abouts.test(misfit.about));
}

/** `*` stands for any text: what a misfit is about is no path. */
function wildcard(text: string): RegExp {
  return new RegExp(`^${text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join("[^]*")}$`);
}
