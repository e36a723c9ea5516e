/** What an event on GitHub means to the pipeline: its mode, who caused it, and whose tags its images carry. */
import { verdictCheck } from "./checks";
import { compilePatterns } from "./filters";
import type { Mode, Pipeline, Repository, Trust } from "./model";
import type { PipelineEvent, PlanScope } from "./plan";

const BRANCH = "refs/heads/";

/** What the branches of merge groups begin with; the target branch follows (GitHub, "Managing a merge queue"). */
const QUEUE_BRANCH = "gh-readonly-queue/";

/** The kind of ref that an event belongs to. */
export type RefKind = "main" | "release" | "mirror" | "queue" | "other";

/** An event with everything that the pipeline derives from it. */
export interface Occasion {
  readonly event: PipelineEvent;
  readonly ref: RefKind;
  readonly mode: Mode;
  /** Who can cause it, and so what its jobs may hold. */
  readonly trust: Trust;
  /** Workflows that it starts, of those that ask for a plan. */
  readonly scopes: readonly PlanScope[];
  /** Prefix of the tags that its images get. */
  readonly tagPrefix: string;
}

/** An event that the pipeline has no answer to. The message says what was found and what is allowed. */
export class UnknownEventError extends Error {
  override readonly name = "UnknownEventError";
}

/** Sorts a full ref, such as `refs/heads/pull-request/7`, by the branches that the pipeline knows. */
export function refKind(repository: Repository, ref: string): RefKind {
  if (!ref.startsWith(BRANCH)) return "other";
  const branch = ref.slice(BRANCH.length);
  if (branch === repository.defaultBranch) return "main";
  if (isMirrorBranch(repository, branch)) return "mirror";
  if (branch.startsWith(queueBranch(repository, ""))) return "queue";
  if (compilePatterns([repository.releaseBranches])(branch)) return "release";
  return "other";
}

/** A branch of the default branch's merge queue. GitHub names it after the pull request, as `pr-NUMBER-COMMIT`. */
export function queueBranch({ defaultBranch }: Repository, entry: string): string {
  return `${QUEUE_BRANCH}${defaultBranch}/${entry}`;
}

/** The number of the pull request that a merge group's full ref names; undefined for any other ref. */
export function queuedPullRequest(repository: Repository, ref: string): number | undefined {
  const start = `${BRANCH}${queueBranch(repository, "pr-")}`;
  const number = ref.startsWith(start) ? /^([0-9]+)-/.exec(ref.slice(start.length))?.[1] : undefined;
  return number === undefined ? undefined : Number(number);
}

/**
 * Reads an event.
 * @throws UnknownEventError for an event, or an event on a ref, that starts no workflow of the pipeline
 */
export function occasionOf(pipeline: Pipeline, event: PipelineEvent): Occasion {
  const ref = refKind(pipeline.repository, event.ref);
  const { tagPrefixes, releaseTagPrefix } = pipeline;
  const pullRequest = { event, ref, mode: "pull-request", tagPrefix: tagPrefixes["pull-request"] } as const;
  const postMerge = { event, ref, mode: "post-merge", trust: "protected" } as const;
  const direct: readonly PlanScope[] = verdictCheck(pipeline, "direct") === undefined ? [] : ["direct"];
  switch (event.name) {
    case "pull_request":
      return { ...pullRequest, trust: "fork", scopes: direct };
    case "merge_group":
      // Anybody with write access can push a branch of this name, so it stands for no more than a pull request does.
      if (pipeline.mergeQueue !== undefined && ref === "queue") return { ...pullRequest, trust: "fork", scopes: [...direct, "backend"] };
      break;
    case "push":
      if (ref === "mirror") return { ...pullRequest, trust: "mirror", scopes: ["backend"] };
      if (ref === "main") return { ...postMerge, tagPrefix: tagPrefixes["post-merge"], scopes: ["backend", "suite"] };
      if (ref === "release") return { ...postMerge, tagPrefix: releaseTagPrefix, scopes: ["suite"] };
      break;
    case "schedule":
    case "workflow_dispatch":
      if (ref === "main") return { event, ref, mode: "nightly", trust: "protected", tagPrefix: tagPrefixes.nightly, scopes: ["suite"] };
      break;
  }
  throw new UnknownEventError(
    `event ${JSON.stringify(event.name)} on ref ${JSON.stringify(event.ref)}: allowed are ${allowedEvents(pipeline)}`,
  );
}

/**
 * The mode in which an event runs.
 * @throws UnknownEventError as `occasionOf` does
 */
export function modeOf(pipeline: Pipeline, event: PipelineEvent): Mode {
  return occasionOf(pipeline, event).mode;
}

function isMirrorBranch(repository: Repository, branch: string): boolean {
  const prefix = repository.mirrorBranchPrefix;
  return branch.startsWith(prefix) && /^[0-9]+$/.test(branch.slice(prefix.length));
}

function allowedEvents({ repository, mergeQueue }: Pipeline): string {
  const { defaultBranch, releaseBranches, mirrorBranchPrefix } = repository;
  return [
    "pull_request",
    ...(mergeQueue === undefined ? [] : [`merge_group on ${queueBranch(repository, "pr-N-COMMIT")}`]),
    `push to ${defaultBranch}, ${releaseBranches} or ${mirrorBranchPrefix}N`,
    `schedule and workflow_dispatch on ${defaultBranch}`,
  ].join("; ");
}
