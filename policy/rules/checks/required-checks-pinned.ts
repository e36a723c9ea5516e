import { resourceRule } from "../../kit/rule";
import { isProps, show } from "../../kit/values";
import { defaultActionsApp, defaultApps } from "./default-checks";
import { actionsApp, organizationRulesetType, requiredChecks, rulesetType } from "./rulesets";

export const requiredChecksPinned = resourceRule({
  name: "required-checks-pinned",
  title: "Required checks are pinned to the app that reports them",
  severity: "critical",
  level: "mandatory",
  holds: "Every required check names the GitHub App whose report counts, and it is the configured one.",
  why: "Without an app anybody with write access can post a passing status under the required name.",
  fix: `Set integrationId on the check: ${defaultActionsApp} for jobs of GitHub Actions, the app's own id for the others.`,
  source: { title: "GitHub REST API: repository rules, required_status_checks", url: "https://docs.github.com/rest/repos/rules" },
  types: [rulesetType, organizationRulesetType],
  config: {
    apps: {
      type: "object",
      additionalProperties: { type: "integer" },
      default: defaultApps,
      description: "App ids of checks that GitHub Actions does not report, by context; every other context is GitHub Actions'",
    },
    actionsApp,
  },
  *judge(ruleset, config) {
    const apps = isProps(config["apps"]) ? config["apps"] : {};
    for (const [index, check] of requiredChecks(ruleset).entries()) {
      const wanted = apps[check.context] ?? config["actionsApp"];
      if (check.integrationId === wanted) continue;
      yield {
        property: `rules.requiredStatusChecks.requiredChecks[${index}].integrationId`,
        found: `${show(check.integrationId)} for ${check.context}`,
        wanted: String(wanted),
      };
    }
  },
});
