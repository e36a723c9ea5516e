/** What the rules of this folder ask of a repository ruleset. */
import picomatch from "picomatch";
import { at, items, texts } from "../../kit/values";
import type { Subject } from "../../kit/rule";

export const rulesetType = "github:index/repositoryRuleset:RepositoryRuleset";

export interface RequiredCheck {
  readonly context: string;
  readonly integrationId: number | undefined;
}

/** True for an active ruleset of branches that applies to the branch. `defaultBranch` is what `~DEFAULT_BRANCH` stands for. */
export function protects(ruleset: Subject, branch: string, defaultBranch: string): boolean {
  if (at(ruleset.props, "target") !== "branch" || at(ruleset.props, "enforcement") !== "active") return false;
  const matches = (pattern: string): boolean => {
    if (pattern === "~ALL") return true;
    if (pattern === "~DEFAULT_BRANCH") return branch === defaultBranch;
    return picomatch.isMatch(`refs/heads/${branch}`, pattern) || pattern === `refs/heads/${branch}`;
  };
  return texts(at(ruleset.props, "conditions.refName.includes")).some(matches) && !texts(at(ruleset.props, "conditions.refName.excludes")).some(matches);
}

/** The checks that a ruleset requires. */
export function requiredChecks(ruleset: Subject): readonly RequiredCheck[] {
  return items(at(ruleset.props, "rules.requiredStatusChecks.requiredChecks")).map((check) => ({
    context: String(at(check, "context")),
    integrationId: at(check, "integrationId") as number | undefined,
  }));
}

/** Every active ruleset of the stack that applies to the branch. */
export function rulesetsOf(subjects: readonly Subject[], branch: string, defaultBranch: string): readonly Subject[] {
  return subjects.filter((subject) => subject.type === rulesetType && protects(subject, branch, defaultBranch));
}

/** Branches that must be protected; the first is the default branch. A release branch stands for its pattern: `release/*` is tried as `release/1.0`. */
export const protectedBranches = {
  type: "array" as const,
  items: { type: "string" as const },
  default: ["main", "release/1.0"],
  description: "Branches that must be protected; the first is the default branch, and for a pattern any branch that it matches stands",
};
