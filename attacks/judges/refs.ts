/**
 * What GitHub lets somebody do with a ref of the repository, by its active rulesets.
 * Sources: docs.github.com, "Available rules for rulesets" (restrict creations, updates, deletions; rules add up) and "Creating rulesets for a
 * repository" (patterns are Ruby's `File.fnmatch` with `FNM_PATHNAME`: `*` and `?` stop at a slash, `**` followed by a slash stands for any folders or
 * none); REST API, "Repository rules" (bypass actors; RepositoryRole 2 is maintain, 4 write, 5 admin; DeployKey).
 */
import picomatch from "picomatch";
import type { BypassActor, Ruleset, Stage } from "../stage";

/** Who moves a ref: somebody with write access, a member of a team, or an app. */
export type Mover = { readonly kind: "writer" } | { readonly kind: "team"; readonly id: number } | { readonly kind: "app"; readonly id: number };

export type Move = "create" | "update" | "delete";

export interface Allowed {
  readonly allowed: boolean;
  readonly why: string;
}

/** RepositoryRole of somebody with write access (REST API, "Repository rules"). */
const WRITE_ROLE = 4;

/**
 * Whether somebody may make the move. An update here is a push without a pull request.
 * @param ref a full ref, such as `refs/heads/release/1.0`
 */
export function mayMove(stage: Stage, mover: Mover, move: Move, ref: string): Allowed {
  for (const ruleset of stage.rulesets) {
    if (!names(ruleset, ref, stage) || ruleset.bypassActors.some((actor) => bypasses(actor, mover))) continue;
    const rule = refusing(ruleset, move);
    if (rule !== undefined) return { allowed: false, why: `ruleset ${ruleset.name}, rule ${rule}` };
  }
  return { allowed: true, why: `no ruleset keeps the ${mover.kind} from it` };
}

function refusing({ rules }: Ruleset, move: Move): string | undefined {
  switch (move) {
    case "create":
      return rules["creation"] === true ? "creation" : undefined;
    case "delete":
      return rules["deletion"] === true ? "deletion" : undefined;
    case "update":
      if (rules["update"] === true) return "update";
      return rules["pullRequest"] === undefined ? undefined : "pull_request";
  }
}

/** A mode other than `always` and `exempt` holds only for merges. */
function bypasses({ actorType, actorId, bypassMode }: BypassActor, mover: Mover): boolean {
  if (bypassMode !== "always" && bypassMode !== "exempt") return false;
  if (mover.kind === "app") return actorType === "Integration" && actorId === mover.id;
  if (actorType === "RepositoryRole") return actorId === WRITE_ROLE;
  return mover.kind === "team" && actorType === "Team" && actorId === mover.id;
}

function names({ target, includes, excludes }: Ruleset, ref: string, { repository }: Stage): boolean {
  if (!ref.startsWith(target === "tag" ? "refs/tags/" : "refs/heads/")) return false;
  const fits = (pattern: string): boolean => pattern === "~ALL" || (pattern === "~DEFAULT_BRANCH" ? ref === `refs/heads/${repository.defaultBranch}` : fnmatch(pattern, ref));
  return includes.some(fits) && !excludes.some(fits);
}

/** Ruby's `File.fnmatch` with `FNM_PATHNAME`. */
export function fnmatch(pattern: string, text: string): boolean {
  return picomatch.isMatch(text, pattern, { nobrace: true, noextglob: true, nonegate: true });
}

/**
 * Whether git lets a ref be beside the others: a ref is a file or a folder, never both (git-update-ref, "directory/file conflict").
 * @returns the ref that is in the way
 */
export function inTheWay(existing: readonly string[], ref: string): string | undefined {
  return existing.find((other) => other.startsWith(`${ref}/`) || ref.startsWith(`${other}/`));
}
