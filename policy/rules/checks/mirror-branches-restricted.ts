import { stackRule } from "../../kit/rule";
import { at, isProps, items, listed, texts } from "../../kit/values";
import { inTheWay, protectedConfig, repositoriesOf, rulesetsOf, told } from "./rulesets";

export const mirrorBranchesRestricted = stackRule({
  name: "mirror-branches-restricted",
  title: "Only the copy bot writes mirror branches",
  severity: "critical",
  level: "mandatory",
  holds: "Creating, updating and deleting a mirror branch, or a branch whose name would be in its way, is restricted by an active ruleset whose only bypass actor is the configured bot.",
  why: "A push to a mirror branch starts the backend jobs with their identity: whoever may push there needs no maintainer's word. Git has no `pull-request/9` beside a branch `pull-request` or `pull-request/9/x`: who makes one of these keeps the pull request from being tested.",
  fix: "Add a ruleset for the mirror branches with the rules creation, update and deletion, and the bot's app as its only bypass actor.",
  source: { title: "NVIDIA GHA runners: copy-pr-bot; GitHub: rulesets", url: "https://docs.gha-runners.nvidia.com/platform/apps/copy-pr-bot/" },
  config: {
    repositories: protectedConfig.repositories,
    branches: { type: "string", default: "pull-request/*", description: "Pattern of the mirror branches" },
    writers: { type: "array", items: { type: "string" }, default: [], description: "Actors that may write mirror branches, each as TYPE:ID; none given means any app" },
  },
  *judge(subjects, config) {
    const writers = texts(config["writers"]);
    for (const repository of repositoriesOf(subjects, config)) {
      const mirrors = { repository, branch: String(config["branches"]), defaultBranch: "" };
      const rulesets = rulesetsOf(subjects, mirrors).filter((ruleset) => restricts(ruleset.props));
      if (rulesets.length === 0) {
        yield { property: `protection of ${told(mirrors)}`, found: "no active ruleset that restricts creation, update and deletion", wanted: "one that only the copy bot bypasses" };
      }
      const bare = inTheWay(mirrors.branch).filter((branch) => !rulesetsOf(subjects, { ...mirrors, branch }).some((ruleset) => at(ruleset.props, "rules.creation") === true));
      if (rulesets.length > 0 && bare.length > 0) yield { subject: rulesets[0]!, property: "conditions.refName.includes", found: `nothing that covers ${listed(bare)}`, wanted: "the names around mirror branches, too" };
      for (const ruleset of rulesets) {
        const actors = items(at(ruleset.props, "bypassActors")).filter(isProps).map((actor) => `${String(actor["actorType"])}:${String(actor["actorId"])}`);
        const strangers = actors.filter((actor) => (writers.length === 0 ? !actor.startsWith("Integration:") : !writers.includes(actor)));
        if (strangers.length > 0) yield { subject: ruleset, property: "bypassActors", found: listed(strangers), wanted: writers.length === 0 ? "apps only" : listed(writers) };
      }
    }
  },
});

function restricts(props: unknown): boolean {
  return ["creation", "update", "deletion"].every((rule) => at(props, `rules.${rule}`) === true);
}
