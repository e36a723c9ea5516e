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
    mirrorWriters: { type: "array", items: { type: "string" }, default: [], description: "Actors that may always bypass a ruleset of mirror branches alone, each as TYPE:ID" },
  },
  *judge(ruleset, config) {
    const refs = texts(at(ruleset.props, "conditions.refName.includes"));
    const ofMirrors = refs.length > 0 && refs.every((ref) => ref.startsWith(String(config["mirrorPrefix"])));
    const allowed = texts(config[ofMirrors ? "mirrorWriters" : "always"]);
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
