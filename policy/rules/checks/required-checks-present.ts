import { stackRule } from "../../kit/rule";
import { listed, texts } from "../../kit/values";
import { defaultContexts } from "./default-checks";
import { protectedConfig, protectedOf, requiredChecks, rulesetsOf, told } from "./rulesets";

export const requiredChecksPresent = stackRule({
  name: "required-checks-present",
  title: "Protected branches require every check",
  severity: "critical",
  level: "mandatory",
  holds: "Main and all release branches are protected by active rulesets that require at least the configured checks.",
  why: "A check that is not required reports and changes nothing: a pull request merges although it failed.",
  fix: "Add the missing contexts to the ruleset's required status checks, and keep its enforcement active.",
  source: { title: "GitHub: available rules for rulesets; OpenSSF Scorecard: Branch-Protection, CI-Tests", url: "https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets" },
  config: {
    ...protectedConfig,
    contexts: {
      type: "array",
      items: { type: "string" },
      default: defaultContexts,
      description: "Contexts that must be required at least: those of the stack's config; by default those of the default pipeline",
    },
  },
  *judge(subjects, config) {
    const wanted = texts(config["contexts"]);
    for (const branches of protectedOf(subjects, config)) {
      const rulesets = rulesetsOf(subjects, branches);
      if (rulesets.length === 0) {
        yield { property: `protection of ${told(branches)}`, found: "no active ruleset", wanted: `an active ruleset that requires ${listed(wanted)}` };
        continue;
      }
      const required = new Set(rulesets.flatMap(requiredChecks).map((check) => check.context));
      for (const context of wanted.filter((one) => !required.has(one))) {
        yield {
          subject: rulesets[0],
          property: "rules.requiredStatusChecks.requiredChecks",
          found: `no ${context} on ${told(branches)}`,
          wanted: `every one of ${listed(wanted)}`,
          cause: `required check ${context}`,
        };
      }
    }
  },
});
