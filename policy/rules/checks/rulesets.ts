/** What the rules of this folder ask of a repository ruleset. */
import picomatch from "picomatch";
import { workflows } from "../../files/read";
import { defaultActionsApp } from "./default-checks";
import type { RuleConfig, Subject } from "../../kit/rule";
import { at, items, texts } from "../../kit/values";

export const rulesetType = "github:index/repositoryRuleset:RepositoryRuleset";
export const organizationRulesetType = "github:index/organizationRuleset:OrganizationRuleset";

/** Config key of the rules that ask whether a job of GitHub Actions reports a check. */
export const actionsApp = { type: "integer" as const, default: defaultActionsApp, description: "Id of the app under which every job of GitHub Actions reports" };

export interface RequiredCheck {
  readonly context: string;
  readonly integrationId: number | undefined;
}

/** Branches that must be protected, in one repository; of any repository when nothing tells which. */
export interface Protected {
  readonly repository: string | undefined;
  /** A branch, or a pattern of branches such as `release/*`. */
  readonly branch: string;
  /** What `~DEFAULT_BRANCH` stands for; empty when the branches are none of its. */
  readonly defaultBranch: string;
}

/** The checks that a ruleset requires. */
export function requiredChecks(ruleset: Subject): readonly RequiredCheck[] {
  return items(at(ruleset.props, "rules.requiredStatusChecks.requiredChecks")).map((check) => ({
    context: String(at(check, "context")),
    integrationId: at(check, "integrationId") as number | undefined,
  }));
}

/** Every active ruleset of branches that applies to all of the branches. */
export function rulesetsOf(subjects: readonly Subject[], what: Protected): readonly Subject[] {
  return subjects.filter((subject) => subject.type === rulesetType && protects(subject, what));
}

function protects({ props }: Subject, { repository, branch, defaultBranch }: Protected): boolean {
  if (repository !== undefined && at(props, "repository") !== repository) return false;
  if (at(props, "target") !== "branch" || at(props, "enforcement") !== "active") return false;
  const [includes, excludes] = [texts(at(props, "conditions.refName.includes")), texts(at(props, "conditions.refName.excludes"))];
  return includes.some((include) => covers(include, branch, defaultBranch)) && !excludes.some((exclude) => touches(exclude, branch, defaultBranch));
}

/** True when every branch is among those that the ruleset's pattern names. */
function covers(include: string, branch: string, defaultBranch: string): boolean {
  if (include === "~ALL") return true;
  if (include === "~DEFAULT_BRANCH") return branch === defaultBranch;
  // A name that nobody chose stands for every name that the branches' own pattern allows.
  return picomatch.isMatch(`refs/heads/${branch.replace(/\*+/g, "any-name-of-0.7.x")}`, include, { nobrace: true, noextglob: true });
}

/** True when the ruleset's pattern may name any of the branches: two patterns may meet where one's fixed beginning goes on in the other. */
function touches(exclude: string, branch: string, defaultBranch: string): boolean {
  if (!branch.includes("*") || exclude.startsWith("~")) return covers(exclude, branch, defaultBranch);
  const [one, other] = [exclude, `refs/heads/${branch}`].map((pattern) => pattern.replace(/[*?[].*$/s, "")) as [string, string];
  return one.startsWith(other) || other.startsWith(one);
}

/** Config keys of the rules about protected branches. */
export const protectedConfig = {
  repositories: {
    type: "array" as const,
    items: { type: "string" as const },
    default: [],
    description: "Repositories whose branches must be protected; none given means those to which the stack delivers workflows",
  },
  branches: {
    type: "array" as const,
    items: { type: "string" as const },
    default: ["main", "release/*"],
    description: "Branches that must be protected, by name or pattern; the first is the default branch",
  },
};

/** Every protected branch of every repository that config, or else the delivered workflows, name. */
export function protectedOf(subjects: readonly Subject[], config: RuleConfig): readonly Protected[] {
  const branches = texts(config["branches"]);
  return repositoriesOf(subjects, config).flatMap((repository) => branches.map((branch) => ({ repository, branch, defaultBranch: branches[0]! })));
}

/** The repositories; a single undefined one when nothing names any. */
export function repositoriesOf(subjects: readonly Subject[], config: RuleConfig): readonly (string | undefined)[] {
  const named = texts(config["repositories"]);
  const found = named.length > 0 ? named : [...new Set(workflows(subjects).map(({ repository }) => repository))];
  return found.length > 0 ? found : [undefined];
}

/** Names that would keep branches of a pattern from being made: its folders, and what lies below one of its branches (git has no ref beside one of that name). */
export function inTheWay(branches: string): readonly string[] {
  const folders = branches.split("/").slice(0, -1);
  return [...folders.map((_, index) => folders.slice(0, index + 1).join("/")), `${branches}/x`, `${branches}/x/y`];
}

/** As people read it: `release/* of dynamo`. */
export function told({ repository, branch }: Protected): string {
  return repository === undefined ? branch : `${branch} of ${repository}`;
}
