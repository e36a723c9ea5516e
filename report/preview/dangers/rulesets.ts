/** Dangers to branches: rulesets that protect less than they did. */
import type { Danger } from "../model";
import type { Fields } from "../read";
import type { Change } from "../resources/change";
import { flagAt, listAt, numberAt, textAt, textsAt, valueAt } from "../resources/values";
import { say, words } from "../statement";
import { isFields, markOf, type Value } from "../value";
import { danger } from "./danger";
import { isChanged, isGone, isReplaced } from "./ends";

export const RULESET = "github:index/repositoryRuleset:RepositoryRuleset";

export function rulesetDangers(change: Change): Danger[] {
  const ruleset = nameOf(change);
  if (isGone(change)) {
    const branches = textsAt(change.before, "conditions", "refName", "includes");
    return [danger("ruleset-deleted", change, { ruleset, branches }, say`The ruleset ${ruleset} is deleted: nothing protects ${branches} any more.`)];
  }
  if (!isChanged(change)) return [];
  return [
    ...replaced(change, ruleset),
    ...notKnown(change, ruleset),
    ...disabled(change, ruleset),
    ...uncovered(change, ruleset),
    ...removedRules(change, ruleset),
    ...checks(change, ruleset),
    ...reviews(change, ruleset),
    ...bypasses(change, ruleset),
  ];
}

function nameOf({ before, after, resource }: Change): string {
  return textAt(before, "name") ?? textAt(after, "name") ?? resource.name;
}

function replaced(change: Change, ruleset: string): Danger[] {
  if (!isReplaced(change)) return [];
  return [danger("ruleset-replaced", change, { ruleset, causes: [...change.causes] }, say`The ruleset ${ruleset} is replaced: its branches are unprotected between the deletion of the old one and the creation of the new one.`)];
}

/** A rule that only the apply will know cannot be judged. */
function notKnown(change: Change, ruleset: string): Danger[] {
  return ["rules", "bypassActors", "conditions", "enforcement"].filter((property) => holdsUnknown(change.after?.[property])).map((property) =>
    danger("protection-not-known", change, { ruleset, property }, say`${property} of the ruleset ${ruleset} will only be known at the apply: whether it protects less cannot be told.`, { property }),
  );
}

function holdsUnknown(value: Value | undefined): boolean {
  if (markOf(value) === "unknown") return true;
  if (Array.isArray(value)) return (value as readonly Value[]).some(holdsUnknown);
  return isFields(value) && Object.values(value).some(holdsUnknown);
}

function disabled(change: Change, ruleset: string): Danger[] {
  const [was, becomes] = both(change, (fields) => textAt(fields, "enforcement"));
  if (was !== "active" || becomes === "active" || becomes === undefined) return [];
  return [danger("ruleset-disabled", change, { ruleset, before: was, after: becomes }, say`The ruleset ${ruleset} is no longer in force: its enforcement becomes ${becomes}.`, { property: "enforcement" })];
}

function uncovered(change: Change, ruleset: string): Danger[] {
  const [was, becomes] = both(change, (fields) => valueAt(fields, "conditions", "refName"));
  const gone = minus(textsAt(was, "includes"), textsAt(becomes, "includes"));
  const left = minus(textsAt(becomes, "excludes"), textsAt(was, "excludes"));
  return [
    ...gone.map((branches) => danger("branches-uncovered", change, { ruleset, branches }, say`The ruleset ${ruleset} no longer covers ${branches}.`, { property: "conditions.refName.includes", about: branches })),
    ...left.map((branches) => danger("branches-uncovered", change, { ruleset, branches }, say`The ruleset ${ruleset} leaves out ${branches}.`, { property: "conditions.refName.excludes", about: branches })),
  ];
}

/** What each switch forbids while it is on. */
const SWITCHES: Readonly<Record<string, string>> = {
  creation: "creating branches",
  update: "updating branches",
  deletion: "deleting branches",
  nonFastForward: "force pushes",
  requiredLinearHistory: "merge commits",
  requiredSignatures: "commits without a signature",
};

/** Rules that are objects, but for reviews and checks, and what each demands. */
const DEMANDS: Readonly<Record<string, string>> = {
  mergeQueue: "the merge queue",
  requiredDeployments: "deployments before a merge",
  requiredCodeScanning: "code scanning before a merge",
  requiredStatusChecks: "any check before a merge",
};

function removedRules(change: Change, ruleset: string): Danger[] {
  const [was, becomes] = both(change, (fields) => valueAt(fields, "rules"));
  const switches = Object.entries(SWITCHES)
    .filter(([rule]) => flagAt(was, false, rule) && !flagAt(becomes, false, rule))
    .map(([rule, forbids]) => danger("rule-removed", change, { ruleset, rule, forbids }, say`The ruleset ${ruleset} no longer forbids ${words(forbids)}.`, { property: `rules.${rule}` }));
  const demands = Object.entries(DEMANDS)
    .filter(([rule]) => isFields(valueAt(was, rule)) && valueAt(becomes, rule) === undefined)
    .map(([rule, demand]) => danger("rule-removed", change, { ruleset, rule, demand }, say`The ruleset ${ruleset} no longer demands ${words(demand)}.`, { property: `rules.${rule}` }));
  return [...switches, ...demands];
}

function checks(change: Change, ruleset: string): Danger[] {
  const [was, becomes] = both(change, (fields) => valueAt(fields, "rules", "requiredStatusChecks"));
  const [before, after] = [checksOf(was), checksOf(becomes)];
  const property = "rules.requiredStatusChecks.requiredChecks";
  const at = (context: string) => ({ property: `${property}[${context}]`, about: context });
  const dangers = [...before].flatMap(([context, app]): Danger[] => {
    if (!after.has(context)) return [danger("required-check-removed", change, { ruleset, check: context }, say`The check ${context} is no longer required by the ruleset ${ruleset}.`, at(context))];
    const now = after.get(context);
    if (now === app || app === undefined) return [];
    if (now === undefined) return [danger("required-check-unpinned", change, { ruleset, check: context, before: app }, say`Anybody with write access can report the required check ${context} of the ruleset ${ruleset}: it is no longer tied to the app ${app}.`, at(context))];
    return [danger("required-check-app-changed", change, { ruleset, check: context, before: app, after: now }, say`The required check ${context} of the ruleset ${ruleset} counts when the app ${now} reports it, instead of ${app}.`, at(context))];
  });
  const added = [...after.keys()]
    .filter((context) => !before.has(context))
    .map((context) => danger("required-check-added", change, { ruleset, check: context }, say`The ruleset ${ruleset} requires ${context} as well: open pull requests wait until it reports.`, at(context)));
  return [...dangers, ...added, ...strictness(change, ruleset, was, becomes)];
}

/** App id by context; a check that any app may report has none. */
function checksOf(rule: Value | undefined): ReadonlyMap<string, number | undefined> {
  return new Map(listAt(rule, "requiredChecks").flatMap((check) => {
    const context = textAt(check, "context");
    const app = numberAt(check, "integrationId");
    return context === undefined ? [] : [[context, app === 0 ? undefined : app] as const];
  }));
}

function strictness(change: Change, ruleset: string, was: Value | undefined, becomes: Value | undefined): Danger[] {
  const rule = "strictRequiredStatusChecksPolicy";
  if (!flagAt(was, false, rule) || becomes === undefined || flagAt(becomes, false, rule)) return [];
  const sentence = say`The ruleset ${ruleset} no longer demands that a pull request holds the newest state of its target: checks may have passed on an older one.`;
  return [danger("rule-removed", change, { ruleset, rule }, sentence, { property: `rules.requiredStatusChecks.${rule}` })];
}

/** What each switch of the rule about reviews demands. */
const REVIEW_RULES: Readonly<Record<string, string>> = {
  requireCodeOwnerReview: "an approval of the code's owners",
  dismissStaleReviewsOnPush: "a new approval after a push",
  requireLastPushApproval: "that somebody else approves the last push",
  requiredReviewThreadResolution: "that all conversations are resolved",
};

function reviews(change: Change, ruleset: string): Danger[] {
  const [was, becomes] = both(change, (fields) => valueAt(fields, "rules", "pullRequest"));
  if (!isFields(was)) return [];
  if (!isFields(becomes)) {
    if (markOf(becomes) === "unknown") return [];
    return [danger("reviews-removed", change, { ruleset }, say`The ruleset ${ruleset} no longer demands a pull request: whoever may push can push directly.`, { property: "rules.pullRequest" })];
  }
  const [count, now] = [numberAt(was, "requiredApprovingReviewCount") ?? 0, numberAt(becomes, "requiredApprovingReviewCount") ?? 0];
  const lowered = now < count ? [danger("reviews-lowered", change, { ruleset, before: count, after: now }, say`The ruleset ${ruleset} demands ${now} approving reviews instead of ${count}.`, { property: "rules.pullRequest.requiredApprovingReviewCount" })] : [];
  const loosened = Object.entries(REVIEW_RULES)
    .filter(([rule]) => flagAt(was, false, rule) && !flagAt(becomes, false, rule))
    .map(([rule, demand]) => danger("review-rule-removed", change, { ruleset, rule, demand }, say`The ruleset ${ruleset} no longer demands ${words(demand)}.`, { property: `rules.pullRequest.${rule}` }));
  return [...lowered, ...loosened];
}

/** From the narrowest to the widest. */
const BYPASS_MODES: readonly string[] = ["pull_request", "always", "exempt"];

function bypasses(change: Change, ruleset: string): Danger[] {
  const [before, after] = both(change, (fields) => new Map(listAt(fields, "bypassActors").map((actor) => [actorOf(actor), textAt(actor, "bypassMode") ?? "always"])));
  return [...after].flatMap(([actor, mode]): Danger[] => {
    const was = before.get(actor);
    const at = { property: `bypassActors[${actor}]`, about: actor };
    if (was === undefined) return [danger("bypass-added", change, { ruleset, actor, mode }, say`${actor} can bypass the ruleset ${ruleset}, in mode ${mode}.`, at)];
    if (BYPASS_MODES.indexOf(mode) <= BYPASS_MODES.indexOf(was)) return [];
    return [danger("bypass-widened", change, { ruleset, actor, before: was, after: mode }, say`${actor} can bypass the ruleset ${ruleset} in mode ${mode} instead of ${was}.`, at)];
  });
}

/** Such as `Integration/740001`, as elements of the set are known. */
function actorOf(actor: Value): string {
  return [textAt(actor, "actorType") ?? "?", numberAt(actor, "actorId")].filter((part) => part !== undefined).join("/");
}

function both<Result>({ before, after }: Change, read: (fields: Fields | undefined) => Result): [Result, Result] {
  return [read(before), read(after)];
}

function minus(one: readonly string[], other: readonly string[]): string[] {
  return one.filter((each) => !other.includes(each));
}
