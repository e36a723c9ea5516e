import { stackRule, type Subject } from "../../kit/rule";
import { at, isProps, items, listed, texts } from "../../kit/values";
import { inTheWay, protectedConfig, repositoriesOf, rulesetsOf, rulesetType, told } from "./rulesets";

export const refsBornRestricted = stackRule({
  name: "refs-born-restricted",
  title: "Only named people create release branches and write tags",
  severity: "critical",
  level: "mandatory",
  holds:
    "Creating a release branch, or a branch whose name would be in its way, is restricted by an active ruleset that only the configured actors bypass, and so is creating, updating and deleting any tag.",
  why: "A branch runs its own workflow files from its first push on: whoever may create one of a name that an environment admits holds the environment's secrets and identity before anybody could review it. A ruleset that asks for pull requests says nothing of a branch that is new.",
  fix: "Add a ruleset for release branches with the rule creation, and one for all tags with creation, update and deletion; put teams on their bypass lists.",
  source: { title: "GitHub: available rules for rulesets", url: "https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets" },
  config: {
    repositories: protectedConfig.repositories,
    branches: { type: "array", items: { type: "string" }, default: ["release/*"], description: "Patterns of the release branches" },
    creators: { type: "array", items: { type: "string" }, default: [], description: "Actors that may do it, each as TYPE:ID" },
  },
  *judge(subjects, config) {
    const creators = texts(config["creators"]);
    for (const repository of repositoriesOf(subjects, config)) {
      for (const pattern of texts(config["branches"])) {
        for (const branch of [pattern, ...inTheWay(pattern)]) {
          const branches = { repository, branch, defaultBranch: "" };
          const restricting = rulesetsOf(subjects, branches).filter(({ props }) => at(props, "rules.creation") === true);
          yield* judgeRestriction(`creation of ${told(branches)}`, restricting, creators);
        }
      }
      yield* judgeRestriction(`tags${repository === undefined ? "" : ` of ${repository}`}`, tagRulesets(subjects, repository), creators);
    }
  },
});

/** Rulesets add up: one that only the creators bypass is enough. */
function* judgeRestriction(what: string, rulesets: readonly Subject[], creators: readonly string[]): Iterable<{ subject?: Subject; property: string; found: string; wanted: string }> {
  const strangers = rulesets.map(({ props }) => bypassing(props).filter((actor) => !creators.includes(actor)));
  if (strangers.some((some) => some.length === 0)) return;
  const wanted = creators.length === 0 ? "nobody" : listed(creators);
  if (rulesets[0] === undefined) yield { property: `protection of ${what}`, found: "no active ruleset that restricts it", wanted: `one that ${creators.length === 0 ? "nobody bypasses" : `only ${wanted} bypass`}` };
  else yield { subject: rulesets[0], property: "bypassActors", found: `${listed(strangers[0]!)} for ${what}`, wanted };
}

function bypassing(props: unknown): readonly string[] {
  return items(at(props, "bypassActors")).filter(isProps).map((actor) => `${String(actor["actorType"])}:${String(actor["actorId"])}`);
}

/** Active rulesets that restrict every change of every tag. */
function tagRulesets(subjects: readonly Subject[], repository: string | undefined): readonly Subject[] {
  return subjects.filter(({ type, props }) => {
    if (type !== rulesetType || (repository !== undefined && at(props, "repository") !== repository)) return false;
    const whole = texts(at(props, "conditions.refName.includes")).includes("~ALL") && texts(at(props, "conditions.refName.excludes")).length === 0;
    return at(props, "target") === "tag" && at(props, "enforcement") === "active" && whole && ["creation", "update", "deletion"].every((rule) => at(props, `rules.${rule}`) === true);
  });
}
