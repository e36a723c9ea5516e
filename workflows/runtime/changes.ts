/**
 * Which files an event changed. GitHub's API answers most events without any history on the runner; for what it cuts off, git fetches
 * two commits without their files. What neither can say is not known, and then everything runs.
 */
import { ApiError, type GitHub } from "./github";
import { changedBetween, type Git } from "./git";
import { compilePatterns } from "../../pipeline/filters";
import type { Repository } from "../../pipeline/model";
import type { ChangedFile, Changes } from "../../pipeline/plan";

/** The parts of an event's payload that are read. */
export interface EventPayload {
  readonly before?: string;
  readonly after?: string;
  readonly forced?: boolean;
  readonly created?: boolean;
  readonly pull_request?: { readonly number: number; readonly head?: { readonly sha: string } };
  readonly merge_group?: { readonly base_sha: string; readonly head_sha: string };
}

export interface Question {
  /** `OWNER/NAME`. */
  readonly repository: string;
  readonly eventName: string;
  readonly ref: string;
  /** The commit of the run. */
  readonly sha: string;
  readonly payload: EventPayload;
  /** Branches that the pipeline knows by name or pattern. */
  readonly branches: Pick<Repository, "defaultBranch" | "releaseBranches" | "mirrorBranchPrefix">;
}

/** GitHub lists at most 3,000 files of a pull request, a hundred a page (REST, "List pull requests files"). */
const PULL_FILES_LIMIT = 3000;
const PAGE = 100;
/** GitHub lists at most 300 files of a comparison (REST, "Compare two commits"). */
const COMPARE_FILES_LIMIT = 300;

const NO_COMMIT = /^0*$/;

/** Finds the changed files. It never throws: what goes wrong is the reason for which they are not known. */
export async function findChanges(github: GitHub, git: Git, question: Question): Promise<Changes> {
  try {
    return await ask(github, git, question);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return unknown(`The changed files could not be found: ${why}.`);
  }
}

async function ask(github: GitHub, git: Git, question: Question): Promise<Changes> {
  const { eventName, payload, ref, branches } = question;
  switch (eventName) {
    case "pull_request": {
      const { number, head } = payload.pull_request ?? {};
      return number === undefined || head === undefined ? unknown("The event names no pull request.") : ofPull(github, git, question, number, head.sha);
    }
    case "merge_group":
      return payload.merge_group === undefined
        ? unknown("The event names no merge group.")
        : ofComparison(github, git, question, payload.merge_group.base_sha, payload.merge_group.head_sha);
    case "push": {
      const mirrored = mirroredPull(ref, branches.mirrorBranchPrefix);
      return mirrored === undefined ? ofPush(github, git, question) : ofPull(github, git, question, mirrored, question.sha);
    }
    default:
      return unknown(`A ${eventName} run has no changed files: it takes everything.`);
  }
}

/** The number of the pull request that a mirror branch stands for. */
function mirroredPull(ref: string, prefix: string): number | undefined {
  const branch = `refs/heads/${prefix}`;
  const number = ref.startsWith(branch) ? ref.slice(branch.length) : "";
  return /^[0-9]+$/.test(number) ? Number(number) : undefined;
}

interface Pull {
  readonly changed_files: number;
  readonly head: { readonly sha: string };
  readonly base: { readonly ref: string };
}

/**
 * The files of a pull request at one commit: the event's, or the mirror branch's own. If the pull request has moved on since, its list is that of
 * another commit, and what is reported on this one must not rest on it.
 */
async function ofPull(github: GitHub, git: Git, question: Question, number: number, sha: string): Promise<Changes> {
  const pull = await github.get<Pull>(`/repos/${question.repository}/pulls/${number}`);
  if (pull.base.ref !== question.branches.defaultBranch) return ofOtherBase(github, git, question, pull.base.ref, sha);
  if (pull.head.sha !== sha) return ofComparison(github, git, question, pull.base.ref, sha);
  return pullFiles(github, git, question, number, pull);
}

/**
 * A check belongs to the commit, and the base of a pull request is anybody's to change who opened it: what is green for a branch of one's own must hold for
 * main. So the commit is compared with main whatever the base is. A release branch may lack what main has, or have what it lacks: there everything runs.
 */
async function ofOtherBase(github: GitHub, git: Git, question: Question, base: string, sha: string): Promise<Changes> {
  const { defaultBranch, releaseBranches } = question.branches;
  if (compilePatterns([releaseBranches])(base)) return unknown(`The pull request goes into the release branch ${base}, and a check counts for every branch that it may be moved to.`);
  return ofComparison(github, git, question, defaultBranch, sha);
}

async function pullFiles(github: GitHub, git: Git, question: Question, number: number, pull: Pull): Promise<Changes> {
  if (pull.changed_files > PULL_FILES_LIMIT) return ofComparison(github, git, question, pull.base.ref, pull.head.sha);
  const files: ChangedFile[] = [];
  for (let page = 1; files.length < pull.changed_files; page++) {
    const listed = await github.get<ListedFile[]>(`/repos/${question.repository}/pulls/${number}/files?per_page=${PAGE}&page=${page}`);
    files.push(...listed.map(toChangedFile));
    if (listed.length < PAGE) break;
  }
  // The list is made anew for every page; a push between two of them would leave a hole in it.
  if (files.length !== pull.changed_files) return ofComparison(github, git, question, pull.base.ref, pull.head.sha);
  return { known: true, files };
}

async function ofPush(github: GitHub, git: Git, question: Question): Promise<Changes> {
  const { before } = question.payload;
  if (before === undefined || NO_COMMIT.test(before)) return unknown("This is the first push of the branch, so there is nothing to compare with.");
  if (question.payload.forced) return unknown("The branch was force-pushed, so what it held before says nothing of this commit.");
  return ofComparison(github, git, question, before, question.sha);
}

interface Comparison {
  readonly merge_base_commit: { readonly sha: string };
  readonly files?: readonly ListedFile[];
}

/** Compares from the merge base, as a pull request does: what the base gained meanwhile is not the change's. */
async function ofComparison(github: GitHub, git: Git, question: Question, base: string, head: string): Promise<Changes> {
  const path = `/repos/${question.repository}/compare/${encodeURIComponent(base)}...${head}?per_page=1`;
  const comparison = await github.get<Comparison>(path).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  });
  if (comparison === undefined) return unknown(`GitHub does not know ${base}, so there is nothing to compare with.`);
  const { files, merge_base_commit } = comparison;
  if (files !== undefined && files.length < COMPARE_FILES_LIMIT) return { known: true, files: files.map(toChangedFile) };
  return { known: true, files: changedBetween(git, merge_base_commit.sha, head) };
}

interface ListedFile {
  readonly filename: string;
  readonly status: string;
  readonly previous_filename?: string;
}

function toChangedFile({ filename, status, previous_filename }: ListedFile): ChangedFile {
  if (status === "renamed" && previous_filename !== undefined) return { path: filename, status: "renamed", previousPath: previous_filename };
  if (status === "added" || status === "copied") return { path: filename, status: "added" };
  return { path: filename, status: status === "removed" ? "removed" : "modified" };
}

function unknown(why: string): Changes {
  return { known: false, why };
}
