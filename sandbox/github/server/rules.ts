/** What rulesets say to a direct change of a ref: docs.github.com, "Available rules for rulesets". */
import picomatch from "picomatch";
import { type Caller, OPERATOR } from "./auth";
import { changedPaths, type Commit, readBlob } from "./git";
import { contextFindings, type Reported } from "../merge";
import type { Repository } from "./state";
import type { BypassActor, Rule, Ruleset } from "./state-rulesets";

/** RepositoryRole 5 is the administrator: GitHub's REST description of bypass actors names it so in its examples. */
const ADMIN_ROLE = 5;

export type RefChange =
  | { readonly kind: "create"; readonly ref: string; readonly after: Commit }
  | { readonly kind: "update"; readonly ref: string; readonly before: Commit; readonly after: Commit; readonly forced: boolean }
  | { readonly kind: "delete"; readonly ref: string };

/** Everything that holds a direct change back, in GitHub's sentences; empty when it may be made. */
export function violations(repository: Repository, caller: Caller, change: RefChange): readonly string[] {
  return rulesetsFor(repository, change.ref)
    .filter((ruleset) => !bypasses(ruleset, caller, "push"))
    .flatMap((ruleset) => ruleset.rules.flatMap((rule) => violation(rule, repository, change) ?? []));
}

/** Active rulesets whose conditions name the ref; push rulesets apply to every ref. */
export function rulesetsFor(repository: Repository, ref: string): readonly Ruleset[] {
  return repository.rulesets.filter(
    (ruleset) => ruleset.enforcement === "active" && (ruleset.target === "push" || names(ruleset, repository, ref)),
  );
}

/** How the caller bypasses the ruleset, if at all; `pull_request` bypasses hold for merges only. */
export function bypassMode(ruleset: Ruleset, caller: Caller): "always" | "pull_request" | "exempt" | undefined {
  const modes = ruleset.bypass_actors.filter((actor) => isActor(actor, caller)).map((actor) => actor.bypass_mode);
  return (["exempt", "always", "pull_request"] as const).find((mode) => modes.includes(mode));
}

export function bypasses(ruleset: Ruleset, caller: Caller, through: "push" | "pull_request"): boolean {
  const mode = bypassMode(ruleset, caller);
  return mode === "always" || mode === "exempt" || (mode === "pull_request" && through === "pull_request");
}

function isActor(actor: BypassActor, caller: Caller): boolean {
  if (caller.kind !== "user") return actor.actor_type === "Integration" && actor.actor_id === caller.app.id;
  if (actor.actor_type === "User") return actor.actor_id === OPERATOR.id;
  return actor.actor_type === "OrganizationAdmin" || (actor.actor_type === "RepositoryRole" && actor.actor_id === ADMIN_ROLE);
}

/** Patterns are fnmatch with FNM_PATHNAME: `*` stops at a slash, `**` does not. */
function names(ruleset: Ruleset, repository: Repository, ref: string): boolean {
  const kind = ruleset.target === "tag" ? "refs/tags/" : "refs/heads/";
  if (!ref.startsWith(kind)) return false;
  const { include = [], exclude = [] } = ruleset.conditions.ref_name ?? {};
  const fits = (pattern: string): boolean => {
    if (pattern === "~ALL") return true;
    if (pattern === "~DEFAULT_BRANCH") return ref === `refs/heads/${repository.defaultBranch}`;
    return picomatch.isMatch(ref, pattern, { dot: true, nobrace: true, noextglob: true, nonegate: true });
  };
  return include.some(fits) && !exclude.some(fits);
}

/** What was reported on a commit. */
export function reportedOn(repository: Repository, sha: string): Reported {
  return {
    checkRuns: repository.checkRuns.filter((run) => run.headSha === sha),
    statuses: repository.statuses.filter((status) => status.sha === sha),
  };
}

const text = (rule: Rule, name: string): string => String(rule.parameters?.[name] ?? "");
const list = (rule: Rule, name: string): readonly string[] => (rule.parameters?.[name] as readonly string[] | undefined) ?? [];

function violation(rule: Rule, repository: Repository, change: RefChange): string | undefined {
  if (change.kind === "delete") return rule.type === "deletion" ? "Cannot delete this branch" : undefined;
  switch (rule.type) {
    case "creation":
      return change.kind === "create" ? "Cannot create ref due to creations being restricted." : undefined;
    case "update":
      return change.kind === "update" ? "Cannot update this protected ref." : undefined;
    case "non_fast_forward":
      return change.kind === "update" && change.forced ? "Cannot force-push to this branch" : undefined;
    case "pull_request":
      return change.kind === "update" ? "Changes must be made through a pull request." : undefined;
    case "merge_queue":
      return change.kind === "update" ? "Changes must be made through the merge queue" : undefined;
    case "required_status_checks":
      return requiredChecks(rule, repository, change);
    case "required_linear_history":
      return change.after.parents.length > 1 ? "This branch must not contain merge commits." : undefined;
    case "required_signatures":
      return change.after.verified ? undefined : "Commits must have verified signatures.";
    case "commit_message_pattern":
      return pattern(rule, change.after.message, "Commit message");
    case "commit_author_email_pattern":
      return pattern(rule, change.after.author.email, "Author email");
    case "committer_email_pattern":
      return pattern(rule, change.after.committer.email, "Committer email");
    case "branch_name_pattern":
    case "tag_name_pattern":
      return change.kind === "create" ? pattern(rule, change.ref.replace(/^refs\/(heads|tags)\//, ""), "Ref name") : undefined;
    default:
      return fileViolation(rule, repository, change);
  }
}

/** A commit that is pushed directly must carry every required check already. */
function requiredChecks(rule: Rule, repository: Repository, change: RefChange & { after: Commit }): string | undefined {
  if (change.kind === "create" && rule.parameters?.do_not_enforce_on_create === true) return undefined;
  const checks = (rule.parameters?.required_status_checks as { context: string; integration_id?: number }[] | undefined) ?? [];
  const reported = reportedOn(repository, change.after.sha);
  const expected = checks.filter(({ context, integration_id }) => contextFindings(context, integration_id, reported).length > 0);
  if (expected.length === 0) return undefined;
  return checks.length === 1
    ? `Required status check "${checks[0]!.context}" is expected.`
    : `${expected.length} of ${checks.length} required status checks are expected.`;
}

function pattern(rule: Rule, value: string, what: string): string | undefined {
  const wanted = text(rule, "pattern");
  const fits = {
    starts_with: () => value.startsWith(wanted),
    ends_with: () => value.endsWith(wanted),
    contains: () => value.includes(wanted),
    regex: () => new RegExp(wanted).test(value),
  }[text(rule, "operator") as "starts_with" | "ends_with" | "contains" | "regex"]();
  const negated = rule.parameters?.negate === true;
  return fits !== negated ? undefined : `${what} must ${negated ? "not " : ""}match a given pattern: ${wanted}`;
}

function fileViolation(rule: Rule, repository: Repository, change: RefChange & { after: Commit }): string | undefined {
  const changed = changedPaths(change.kind === "update" ? change.before.files : {}, change.after.files);
  const broken = changed.find((path) => breaks(rule, path, change.after, repository));
  return broken === undefined ? undefined : `${rule.type.replaceAll("_", " ")}: ${broken} is not allowed`;
}

function breaks(rule: Rule, path: string, commit: Commit, repository: Repository): boolean {
  switch (rule.type) {
    case "file_path_restriction":
      return list(rule, "restricted_file_paths").some((restricted) => picomatch.isMatch(path, restricted, { dot: true }));
    case "file_extension_restriction":
      return list(rule, "restricted_file_extensions").some((extension) => path.endsWith(extension.replace(/^\*/, "")));
    case "max_file_path_length":
      return path.length > Number(rule.parameters?.max_file_path_length);
    case "max_file_size": {
      const sha = commit.files[path];
      const size = sha === undefined ? 0 : (readBlob(repository.git, sha)?.length ?? 0);
      return size > Number(rule.parameters?.max_file_size) * 1024 * 1024;
    }
    default:
      return false;
  }
}
