import { stackRule, type Finding, type Subject } from "../../kit/rule";
import { at, show } from "../../kit/values";
import { protectedConfig, protectedOf, rulesetsOf, told } from "./rulesets";

/** What one of a branch's rulesets must hold: rulesets add up, and the strictest counts. */
interface Demand {
  readonly property: string;
  readonly wanted: string;
  /** Looks at the property's value, and at the ruleset that has it. */
  readonly met: (value: unknown, ruleset: Subject) => boolean;
}

export const protectedBranchesReviewed = stackRule({
  name: "protected-branches-reviewed",
  title: "Protected branches demand review and keep their history",
  severity: "high",
  level: "mandatory",
  holds: "Main and release branches take changes only by pull request, with the configured number of approvals, a code owner's among them, none older than the last push and one by somebody else than who pushed it, on a head that holds the branch or through a merge queue that tries every entry on it; they are neither deleted nor force-pushed.",
  why: "Without a code owner's review a pull request can change the workflows that judge it; a force push replaces reviewed commits by others.",
  fix: "Set the property in the ruleset of the branch.",
  source: { title: "OpenSSF Scorecard: Branch-Protection, Code-Review", url: "https://github.com/ossf/scorecard/blob/main/docs/checks.md#branch-protection" },
  config: {
    ...protectedConfig,
    approvals: { type: "integer", minimum: 1, default: 1, description: "Approving reviews that a pull request needs at least" },
  },
  *judge(subjects, config) {
    for (const branches of protectedOf(subjects, config)) {
      const rulesets = rulesetsOf(subjects, branches);
      // Without any ruleset `required-checks-present` reports the branch.
      if (rulesets.length > 0) yield* judgeBranch(told(branches), rulesets, demands(Number(config["approvals"])));
    }
  },
});

function demands(approvals: number): readonly Demand[] {
  const isTrue = (value: unknown): boolean => value === true;
  return [
    { property: "rules.deletion", wanted: "true", met: isTrue },
    { property: "rules.nonFastForward", wanted: "true", met: isTrue },
    { property: "rules.pullRequest.requireCodeOwnerReview", wanted: "true", met: isTrue },
    { property: "rules.pullRequest.dismissStaleReviewsOnPush", wanted: "true", met: isTrue },
    { property: "rules.pullRequest.requireLastPushApproval", wanted: "true", met: isTrue },
    {
      property: "rules.requiredStatusChecks.strictRequiredStatusChecksPolicy",
      wanted: "true, or a merge queue whose every entry has to pass",
      met: (value, ruleset) => value === true || at(ruleset.props, "rules.mergeQueue.groupingStrategy") === "ALLGREEN",
    },
    {
      property: "rules.pullRequest.requiredApprovingReviewCount",
      wanted: `${approvals} or more`,
      met: (value) => typeof value === "number" && value >= approvals,
    },
  ];
}

function* judgeBranch(branch: string, rulesets: readonly Subject[], wanted: readonly Demand[]): Iterable<Finding & { subject: Subject }> {
  for (const demand of wanted) {
    if (rulesets.some((ruleset) => demand.met(at(ruleset.props, demand.property), ruleset))) continue;
    const values = rulesets.map((ruleset) => at(ruleset.props, demand.property));
    yield { subject: rulesets[0]!, property: demand.property, found: `${show(values.find((value) => value !== undefined))} for ${branch}`, wanted: demand.wanted };
  }
}
