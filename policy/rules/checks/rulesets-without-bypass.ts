import { resourceRule } from "../../kit/rule";
import { at, isProps, items, listed, show, texts } from "../../kit/values";
import { organizationRulesetType, rulesetType } from "./rulesets";

export const rulesetsWithoutBypass = resourceRule({
  name: "rulesets-without-bypass",
  title: "Nobody bypasses the rulesets unseen",
  severity: "critical",
  level: "mandatory",
  holds: "No bypass actor of a ruleset has the mode `exempt`, and only the configured actors (the applying app, a break-glass team) may bypass at all times.",
  why: "An exempt actor leaves no entry in the audit log; a person who may always bypass can merge what every check refused.",
  fix: "Remove the actor, or give it the mode pull_request; add the applying app's id to this policy's config.",
  source: { title: "GitHub REST API: repository rules, bypass_actors", url: "https://docs.github.com/rest/repos/rules" },
  types: [rulesetType, organizationRulesetType],
  config: {
    always: {
      type: "array",
      items: { type: "string" },
      default: [],
      description: "Actors that may bypass always, each as TYPE:ID, such as Integration:123456 for the applying app",
    },
    mirrorPrefix: { type: "string", default: "refs/heads/pull-request/", description: "Beginning of the refs of mirror branches" },
    mirrorWriters: { type: "array", items: { type: "string" }, default: [], description: "Actors that may always bypass a ruleset of only mirror branches, each as TYPE:ID" },
    releaseManagers: { type: "array", items: { type: "string" }, default: [], description: "Actors that may always bypass a ruleset that restricts the creation of branches and nothing else, or one of tags, each as TYPE:ID" },
  },
  *judge(ruleset, config) {
    const allowed = texts(config[listOf(ruleset.props, String(config["mirrorPrefix"]))]);
    for (const [index, actor] of items(at(ruleset.props, "bypassActors")).entries()) {
      if (!isProps(actor)) continue;
      const identity = `${String(actor["actorType"])}:${String(actor["actorId"] ?? "")}`;
      const mode = actor["bypassMode"];
      if (mode === "pull_request" || (mode === "always" && allowed.includes(identity))) continue;
      yield {
        property: `bypassActors[${index}].bypassMode`,
        found: `${show(mode)} for ${identity}`,
        wanted: mode === "always" ? `always for ${listed(allowed)} only` : '"pull_request"',
      };
    }
  },
});

/** Which of the config's lists says who may bypass a ruleset. Beside mirror branches a ruleset may cover the names that would be in their way. */
function listOf(props: unknown, mirrorPrefix: string): "mirrorWriters" | "releaseManagers" | "always" {
  const refs = texts(at(props, "conditions.refName.includes"));
  if (refs.length > 0 && refs.every((ref) => ref.startsWith(mirrorPrefix) || mirrorPrefix.startsWith(`${ref}/`))) return "mirrorWriters";
  const rules = at(props, "rules");
  const enforced = isProps(rules) ? Object.keys(rules).filter((rule) => rules[rule] !== false) : [];
  return at(props, "target") === "tag" || enforced.join() === "creation" ? "releaseManagers" : "always";
}
