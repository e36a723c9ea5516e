/**
 * Which runs ran the files of the base branch on a commit, so that what they ended with counts.
 *
 * A run's name, its jobs and their results are what its files say. Its files are: of a push the pushed commit's; of a pull request its merge with the base
 * at that time; of a merge group the group's (docs.github.com, "Events that trigger workflows"). The API does not tell the commit of a pull request's
 * merge. So the files count as the base's where the head holds exactly the base's, and where the run can be of no other base: it is younger than the last change of
 * the base, and no other pull request of the same branch went into another branch then. Another attempt runs the first one's files, so the first
 * attempt's time decides.
 */
import { compilePatterns } from "../../../pipeline/filters";
import { queuedPullRequest } from "../../../pipeline/events";
import type { Repository } from "../../../pipeline/model";
import { WORKFLOW_FOLDER } from "../../names";
import type { Facts, Pull, Run } from "./facts";

/** What is judged: a pull request at its head, or a merge group. */
export type Subject =
  | { readonly kind: "pull"; readonly pull: Pull; readonly sha: string; readonly base: string }
  | { readonly kind: "group"; readonly branch: string; readonly sha: string; readonly base: string };

/** GitHub makes runs some seconds after what asked for them. One that is so close to a change of the base may be of either base. */
export const SETTLING_MS = 60_000;

/** Branches whose files are reviewed: what runs from them may judge. */
export function isProtected({ defaultBranch, releaseBranches }: Repository, branch: string): boolean {
  return branch === defaultBranch || compilePatterns([releaseBranches])(branch);
}

/** Times at which a run may have been of other files than the base's. */
export interface Doubtful {
  /** A run that is not younger may be of an earlier base. */
  readonly before: number;
  /** Other pull requests of the same branch, in milliseconds, from opening until none of its runs can come any more. */
  readonly others: readonly { readonly number: number; readonly from: number; readonly until: number }[];
}

/** Asks for all that makes a pull request's runs doubtful. */
export async function doubtsAbout(facts: Facts, pull: Pull): Promise<Doubtful> {
  const changes = await facts.baseChanges(pull.number);
  const others = (await facts.pullsOf(pull.head.label)).filter((other) => other.number !== pull.number && other.head.repo?.id === pull.head.repo?.id);
  const doubtful = [];
  for (const other of others) {
    const settled = other.base.ref === pull.base.ref && (await facts.baseChanges(other.number)).length === 0;
    if (!settled) doubtful.push({ number: other.number, from: Date.parse(other.created_at), until: endOf(other, pull.head.sha) });
  }
  return { before: changes.length === 0 ? Number.NEGATIVE_INFINITY : Math.max(...changes) + SETTLING_MS, others: doubtful };
}

/** A closed pull request keeps its head, and an edit of it still makes runs on that. */
function endOf({ closed_at, head }: Pull, sha: string): number {
  return closed_at === null || head.sha === sha ? Number.POSITIVE_INFINITY : Date.parse(closed_at) + SETTLING_MS;
}

/** Why a run of a pull request does not count; undefined where it does. */
function doubt({ created_at }: Run, { before, others }: Doubtful): string | undefined {
  const created = Date.parse(created_at);
  if (!(created > before)) return "it may be of the base that the pull request had before. Close and reopen the pull request";
  const other = others.find(({ from, until }) => created >= from && created <= until);
  return other === undefined ? undefined : `it may be of pull request #${other.number}, which is of the same branch and goes elsewhere. Close that one and push another commit`;
}

/** The newest run of a file that counts for a subject, or why there is none. */
export type Found = { readonly run: Run } | { readonly run?: undefined; readonly why: string };

export interface Wanted {
  /** Name of the workflow file. */
  readonly file: string;
  /** The mirror branch on which it has to have run; undefined where it runs on the pull request itself. */
  readonly mirror?: string;
}

/** The run that counts for a workflow file, or why none does. */
export function runOf(subject: Subject, runs: readonly Run[], doubtful: Doubtful, { file, mirror }: Wanted): Found {
  const path = `${WORKFLOW_FOLDER}/${file}`;
  const own = runs.filter((run) => run.head_sha === subject.sha && run.path.replace(/@.*$/, "") === path && belongs(subject, run, mirror)).sort((one, other) => other.id - one.id);
  const doubts = own.map((run) => ({ run, why: subject.kind === "pull" && mirror === undefined ? doubt(run, doubtful) : undefined }));
  const counting = doubts.find(({ why }) => why === undefined);
  if (counting !== undefined) return { run: counting.run };
  const [first] = doubts;
  return { why: first === undefined ? `No run of ${file} is there yet.` : `[The run of ${file}](${first.run.html_url}) does not count: ${first.why}.` };
}

function belongs(subject: Subject, run: Run, mirror: string | undefined): boolean {
  if (subject.kind === "group") return run.event === "merge_group" && run.head_branch === subject.branch;
  if (mirror !== undefined) return run.event === "push" && run.head_branch === mirror;
  const { ref, repo } = subject.pull.head;
  return run.event === "pull_request" && run.head_branch === ref && repo !== null && run.head_repository?.id === repo.id;
}

/** The commit that a merge group is put on, by its branch's name; only GitHub makes a run of the event `merge_group`. */
export function groupBase(repository: Repository, branch: string): string | undefined {
  if (queuedPullRequest(repository, `refs/heads/${branch}`) === undefined) return undefined;
  return /-([0-9a-f]{40})$/.exec(branch)?.[1];
}

/** Names of gate files that a commit does not hold as the base branch does. */
export async function changedGateFiles(facts: Facts, subject: Subject, files: readonly string[], folders: readonly string[]): Promise<string[]> {
  const [base, head] = [await facts.folder(WORKFLOW_FOLDER, subject.base), await facts.folder(WORKFLOW_FOLDER, subject.sha)];
  const changed = files.filter((file) => base.get(file) === undefined || base.get(file) !== head.get(file)).map((file) => `${WORKFLOW_FOLDER}/${file}`);
  for (const folder of folders) {
    const [before, after] = [await facts.folder(folder, subject.base), await facts.folder(folder, subject.sha)];
    for (const name of new Set([...before.keys(), ...after.keys()])) if (before.get(name) !== after.get(name)) changed.push(`${folder}/${name}`);
    if (before.size === 0) changed.push(folder);
  }
  return changed.sort();
}
