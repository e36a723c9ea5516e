import { stackRule } from "../../kit/rule";
import { listed, texts } from "../../kit/values";
import { defaultContexts } from "./default-checks";
import { requiredChecks, rulesetType } from "./rulesets";

export const requiredChecksConfigured = stackRule({
  name: "required-checks-configured",
  title: "The policies know every check that is required",
  severity: "medium",
  level: "advisory",
  holds:
    "Config names the required checks of the stack, all that its rulesets require among them. Advisory, as a stack without config is held to the default list all the same, and a check more makes nothing weaker; but nothing would notice when a check that no list has is dropped.",
  why: "A check that the policies do not know can leave a ruleset unseen.",
  fix: "Give the policies the stack's own checks: `make generate` derives them from its config, as `contexts` of required-checks-present and of this policy.",
  source: { title: "OpenSSF Scorecard: Branch-Protection, CI-Tests", url: "https://github.com/ossf/scorecard/blob/main/docs/checks.md#branch-protection" },
  config: {
    contexts: { type: "array", items: { type: "string" }, default: [], description: "Contexts of the stack's required checks; none given means that the stack has no config of its own" },
  },
  *judge(subjects, config) {
    const contexts = texts(config["contexts"]);
    if (contexts.length === 0) {
      yield { property: "required checks", found: `no config that names them, so the default list stands in: ${listed(defaultContexts)}`, wanted: "the stack's own" };
      return;
    }
    for (const ruleset of subjects.filter(({ type }) => type === rulesetType)) {
      const unknown = requiredChecks(ruleset).map(({ context }) => context).filter((context) => !contexts.includes(context));
      if (unknown.length > 0) yield { subject: ruleset, property: "rules.requiredStatusChecks.requiredChecks", found: `${listed(unknown)}, which config does not name`, wanted: `checks among ${listed(contexts)}` };
    }
  },
});
