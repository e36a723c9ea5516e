/** What GitHub fills in and does nothing is the same as nothing: in the baseline and in drift, wherever it stands in a ruleset. */
import fc from "fast-check";
import { isInert, protectionNotWeakened } from "../../policy/rules/checks/protection-not-weakened";
import { isInert as isInertInDrift, withoutInertRules } from "../../report/preview/read/inert";
import type { Fields, Step } from "../../report/preview/read";
import { changed, subject } from "./support";

const TYPE = "github:index/repositoryRuleset:RepositoryRuleset";
const ruleset = {
  name: "main",
  repository: "r",
  target: "branch",
  enforcement: "active",
  conditions: { refName: { includes: ["~DEFAULT_BRANCH"], excludes: [] as string[] } },
  bypassActors: [] as object[],
  rules: {
    deletion: true,
    nonFastForward: true,
    pullRequest: { requireCodeOwnerReview: true, requiredApprovingReviewCount: 1, inner: { enabled: true } },
    requiredStatusChecks: { strictRequiredStatusChecksPolicy: true, requiredChecks: [{ context: "a", integrationId: 1 }] },
  },
};

const inert = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, fc.constantFrom(false, null, 0, ""), fc.constant([]), fc.dictionary(fc.constantFrom("enabled", "allowedActors", "more"), tie("value"), { maxKeys: 2 })),
})).value;
/** Objects within rules, to each of which GitHub may add. */
const inside = fc.constantFrom("rules.pullRequest", "rules.pullRequest.inner", "rules.requiredStatusChecks");
const weakened = (before: object, now: object): number => [...protectionNotWeakened.judge([subject(TYPE, { ...now })], { baseline: [before], required: true, acknowledged: [] })].length;

test("an inert value in the state before is no protection that could be lost", () => {
  fc.assert(fc.property(inside, fc.constantFrom("dismissalRestriction", "reviewers", "other"), inert, (path, key, value) => weakened(changed(ruleset, `${path}.${key}`, value), ruleset) === 0));
});

test("whatever does something is missed, wherever it was", () => {
  const doing = fc.oneof(fc.constant(true), fc.integer({ min: 1 }), fc.string({ minLength: 1 }), fc.constant([1]), fc.constant({ enabled: true }));
  fc.assert(fc.property(inside, doing, (path, value) => weakened(changed(ruleset, `${path}.dismissalRestriction`, value), ruleset) === 1));
});

test.each(["pullRequest", "requiredStatusChecks", "mergeQueue"])("a rule that only is there is missed: %s", (rule) => {
  expect(weakened({ ...ruleset, rules: { [rule]: {} } }, { ...ruleset, rules: {} })).toBeGreaterThan(0);
});

test("a rule that was off may be switched on", () => {
  expect(weakened({ ...ruleset, rules: { deletion: false } }, ruleset)).toBe(0);
});

const step = (before: object, now: object): Step =>
  ({
    urn: "u", type: TYPE, name: "main", custom: true, operation: "update", replacedFor: [], secrecy: new Map(), differing: ["rules"], differs: new Map([["rules.pullRequest", { kind: "update" }]]),
    old: { urn: "u", id: "1", inputs: before as Fields, outputs: before as Fields }, new: { urn: "u", id: "1", inputs: now as Fields, outputs: now as Fields },
  }) as unknown as Step;

test("drift does not show what is inert, and shows what is not", () => {
  fc.assert(fc.property(inside, inert, (path, value) => withoutInertRules([step(ruleset, changed(ruleset, `${path}.dismissalRestriction`, value))])[0]!.differing.length === 0));
  const [told] = withoutInertRules([step(ruleset, changed(ruleset, "rules.pullRequest.dismissalRestriction", { enabled: true }))]);
  expect(told!.differing).toEqual(["rules"]);
});

test("both read the same values as inert", () => {
  fc.assert(fc.property(fc.jsonValue(), (value) => isInert(value) === isInertInDrift(value as never)));
});
