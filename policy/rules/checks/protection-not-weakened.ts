import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, isProps, items, listed, show, texts } from "../../kit/values";
import { requiredChecks, rulesetType } from "./rulesets";

type Ruleset = Readonly<Record<string, unknown>>;

export const protectionNotWeakened = stackRule({
  name: "protection-not-weakened",
  title: "No ruleset becomes weaker unseen",
  severity: "critical",
  level: "mandatory",
  holds:
    "Against the rulesets of the state before, none is gone, switched off or covers fewer branches, none lost a rule, a required check or an approval, and nobody may bypass more, unless the change is acknowledged by the ruleset's name. A policy sees no earlier state: the baseline comes from config, and where config demands one its absence is a violation.",
  why: "A weakening that sits among forty other changes is approved with them.",
  fix: "Undo the change, or add RULESET to `acknowledged` in the pull request that weakens it and say why there.",
  source: { title: "safe-settings: override validators; OpenSSF Scorecard: Branch-Protection", url: "https://github.com/ossf/scorecard/blob/main/docs/checks.md#branch-protection" },
  config: {
    baseline: { type: "array", items: { type: "object" }, default: [], description: "Properties of the rulesets of the state before, as policy/baseline/main.ts writes them" },
    required: { type: "boolean", default: false, description: "True where there is a state before: an empty baseline is then a violation" },
    acknowledged: { type: "array", items: { type: "string" }, default: [], description: "Names of the rulesets that this change may weaken" },
  },
  *judge(subjects, config) {
    const baseline = items(config["baseline"]).filter(isProps);
    if (config["required"] === true && baseline.length === 0) yield { property: "baseline", found: "nothing", wanted: "the rulesets of the state before, from policy/baseline/main.ts" };
    const rulesets = subjects.filter(({ type }) => type === rulesetType);
    for (const before of baseline) {
      if (texts(config["acknowledged"]).includes(String(before["name"]))) continue;
      const now = rulesets.find(({ props }) => at(props, "name") === before["name"] && at(props, "repository") === before["repository"]);
      if (now === undefined) yield { property: `ruleset ${String(before["name"])} of ${String(before["repository"])}`, found: "nothing", wanted: "the ruleset" };
      else for (const finding of weakenings(before, now)) yield { subject: now, ...finding };
    }
  },
});

function* weakenings(before: Ruleset, now: Subject): Iterable<Finding> {
  if (before["enforcement"] === "active") yield* same("enforcement", before, now.props);
  yield* same("target", before, now.props);
  // All branches are more than any.
  if (!refs(now.props, "includes").includes("~ALL")) yield* lost("conditions.refName.includes", refs(before, "includes"), refs(now.props, "includes"));
  yield* gained("conditions.refName.excludes", refs(before, "excludes"), refs(now.props, "excludes"));
  yield* gained("bypassActors", actors(before).flatMap(withWeakerModes), actors(now.props));
  yield* lostChecks(requiredChecks({ ...now, props: before }), requiredChecks(now));
  yield* weakerValues("rules", before["rules"], at(now.props, "rules"));
}

/** Flags that give something away: on is the weaker value. */
const loosening = [".doNotEnforceOnCreate", ".updateAllowsFetchAndMerge"];

/** Lists of a rule that are compared by their meaning, and a queue's sizes, which make nothing stronger or weaker. */
const elsewhere = ["rules.requiredStatusChecks.requiredChecks", "rules.pullRequest.allowedMergeMethods"];

/** What was on stays on, numbers do not fall, lists keep their items, and texts stay as they are. */
function* weakerValues(path: string, before: unknown, now: unknown): Iterable<Finding> {
  if (elsewhere.includes(path)) return;
  if (isProps(before) && isProps(now) && path !== "rules.mergeQueue") {
    for (const [key, value] of Object.entries(before)) yield* weakerValues(`${path}.${key}`, value, now[key]);
    return;
  }
  if (isWeaker(path, before, now)) yield { property: path, found: show(now), wanted: `${show(before)}, as before` };
}

function isWeaker(path: string, before: unknown, now: unknown): boolean {
  if (loosening.some((flag) => path.endsWith(flag))) return now === true && before !== true;
  if (isInert(before) && !(isProps(before) && isRule(path))) return false;
  if (isProps(before)) return !isProps(now);
  if (Array.isArray(before)) return items(before).some((item) => !items(now).some((other) => JSON.stringify(other) === JSON.stringify(item)));
  if (typeof before === "number") return !(typeof now === "number" && now >= before);
  return now !== before;
}

/**
 * A part of a rule that does nothing: off, none, or made of such parts. GitHub and its provider fill these in, such as
 * a `dismissal_restriction` that is not enabled, and a refresh records them: absence is the same.
 */
export function isInert(value: unknown): boolean {
  if (isProps(value)) return Object.values(value).every(isInert);
  return value === undefined || value === null || value === false || value === 0 || value === "" || (Array.isArray(value) && value.length === 0);
}

/** A rule restricts by being there: one that demands a pull request does so without a single review. */
function isRule(path: string): boolean {
  return path.split(".").length === 2;
}

function* same(property: string, before: Ruleset, now: unknown): Iterable<Finding> {
  if (at(now, property) !== before[property]) yield { property, found: show(at(now, property)), wanted: `${show(before[property])}, as before` };
}

function* lost(property: string, before: readonly string[], now: readonly string[]): Iterable<Finding> {
  const missing = before.filter((item) => !now.includes(item));
  if (missing.length > 0) yield { property, found: `no ${listed(missing)}`, wanted: `${listed(before)}, as before` };
}

type Checks = ReturnType<typeof requiredChecks>;

function* lostChecks(before: Checks, now: Checks): Iterable<Finding> {
  const wanted = `${listed(before.map(named))}, as before`;
  for (const check of before.filter((one) => !now.map(named).includes(named(one))))
    yield { property: "rules.requiredStatusChecks.requiredChecks", found: `no ${named(check)}`, wanted, cause: `required check ${check.context}` };
}

function* gained(property: string, before: readonly string[], now: readonly string[]): Iterable<Finding> {
  const added = now.filter((item) => !before.includes(item));
  if (added.length > 0) yield { property, found: listed(added), wanted: `${listed(before)}, as before` };
}

function refs(props: unknown, kind: "includes" | "excludes"): readonly string[] {
  return texts(at(props, `conditions.refName.${kind}`));
}

function actors(props: unknown): readonly string[] {
  return items(at(props, "bypassActors")).map((actor) => `${String(at(actor, "actorType"))}:${String(at(actor, "actorId"))} ${String(at(actor, "bypassMode"))}`);
}

/** Ways of bypassing, the furthest last: who had one may be given those before it. */
const modes = ["pull_request", "always", "exempt"];

function withWeakerModes(actor: string): readonly string[] {
  const [identity, mode] = actor.split(" ") as [string, string];
  return modes.slice(0, modes.indexOf(mode) + 1).map((lesser) => `${identity} ${lesser}`);
}

function named({ context, integrationId }: { readonly context: string; readonly integrationId: number | undefined }): string {
  return `${context} of app ${String(integrationId)}`;
}
