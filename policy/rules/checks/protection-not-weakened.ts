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
    "Against the rulesets of the state before, none is gone, switched off or covers fewer branches, none lost a rule, a required check or an approval, and none gained a bypass actor, unless the change is acknowledged by the ruleset's name. A policy sees no earlier state: the baseline comes from config, and where config demands one its absence is a violation.",
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
  if (before["enforcement"] === "active" && at(now.props, "enforcement") !== "active") yield { property: "enforcement", found: show(at(now.props, "enforcement")), wanted: '"active", as before' };
  yield* lost("conditions.refName.includes", refs(before, "includes"), refs(now.props, "includes"));
  yield* gained("conditions.refName.excludes", refs(before, "excludes"), refs(now.props, "excludes"));
  yield* gained("bypassActors", actors(before), actors(now.props));
  yield* lost("rules.requiredStatusChecks.requiredChecks", requiredChecks({ ...now, props: before }).map(named), requiredChecks(now).map(named));
  yield* weakerValues("rules", before["rules"], at(now.props, "rules"));
}

/** A flag that was on stays on, a number does not fall; lists are compared by what they mean, above. */
function* weakerValues(path: string, before: unknown, now: unknown): Iterable<Finding> {
  if (isProps(before)) {
    for (const [key, value] of Object.entries(before)) yield* weakerValues(`${path}.${key}`, value, at(now, key));
    return;
  }
  // This flag on lets branches be made without checks: on is the weaker value.
  if (path.endsWith(".doNotEnforceOnCreate")) {
    if (before === false && now === true) yield { property: path, found: "true", wanted: "false, as before" };
    return;
  }
  const weaker = before === true ? now !== true : typeof before === "number" && !(typeof now === "number" && now >= before);
  if (weaker) yield { property: path, found: show(now), wanted: `${show(before)}, as before` };
}

function* lost(property: string, before: readonly string[], now: readonly string[]): Iterable<Finding> {
  const missing = before.filter((item) => !now.includes(item));
  if (missing.length > 0) yield { property, found: `no ${listed(missing)}`, wanted: `${listed(before)}, as before` };
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

function named({ context, integrationId }: { readonly context: string; readonly integrationId: number | undefined }): string {
  return `${context} of app ${String(integrationId)}`;
}
