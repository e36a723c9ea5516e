/**
 * What a merge group of the queue takes over from its pull request. Its own run holds no identity, so it builds and tests no image; the pull
 * request's mirror did, under the pull request's own commit, and that verdict has to be there and good.
 */
import { queuedPullRequest } from "../../pipeline/events";
import { appIdOf, verdictCheck } from "../../pipeline/checks";
import type { Pipeline, VerdictCheck } from "../../pipeline/model";
import { ProgramError } from "./environment";
import type { GitHub } from "./github";

interface CheckRun {
  readonly id: number;
  readonly status: string;
  readonly conclusion: string | null;
}

/** Most check runs of one name that are looked at; GitHub lists the newest of each suite. */
const PAGE = 100;

/**
 * Makes sure that the pull request of a merge group passed its mirror's check.
 * @returns a sentence that says so, for people
 * @throws ProgramError when the group's branch names no pull request, or when the check is missing, unfinished or not a success
 */
export async function mirrorVerdict(github: GitHub, pipeline: Pipeline, repository: string, ref: string): Promise<string> {
  const number = queuedPullRequest(pipeline.repository, ref);
  if (number === undefined) throw new ProgramError(`the merge group's branch ${JSON.stringify(ref)} names no pull request`);
  const { head, base } = await github.get<{ readonly head: { readonly sha: string }; readonly base: { readonly ref: string } }>(`/repos/${repository}/pulls/${number}`);
  const { defaultBranch } = pipeline.repository;
  if (base.ref !== defaultBranch) throw new ProgramError(`pull request ${number} goes into ${JSON.stringify(base.ref)} and not into ${defaultBranch}: its verdict is of another base`);
  const check = mirroredCheck(pipeline);
  const { context } = check;
  const found = await latestRun(github, `/repos/${repository}/commits/${head.sha}/check-runs?check_name=${encodeURIComponent(context)}&app_id=${appIdOf(pipeline, check)}&filter=latest&per_page=${PAGE}`);
  const where = `pull request ${number} at ${head.sha}`;
  if (found === undefined) throw new ProgramError(`${where} has no ${context}: a mirror has to pass before the merge queue takes it`);
  const state = found.status === "completed" ? String(found.conclusion) : found.status;
  if (state !== "success") throw new ProgramError(`${where}: ${context} is ${state}; a mirror has to pass before the merge queue takes it`);
  return `Images were built and tested on the mirror of ${where}, whose ${context} is a success.`;
}

/** The check that mirror branches report. Coherence has seen to it that there is one. */
function mirroredCheck(pipeline: Pipeline): VerdictCheck {
  const check = verdictCheck(pipeline, "backend");
  if (check === undefined) throw new ProgramError("no required check is the verdict over mirrored builds");
  return check;
}

/** Of several runs of a name the one that began last decides, as it does on GitHub. */
async function latestRun(github: GitHub, path: string): Promise<CheckRun | undefined> {
  const { check_runs } = await github.get<{ readonly check_runs: readonly CheckRun[] }>(path);
  return check_runs.reduce<CheckRun | undefined>((latest, run) => (latest === undefined || run.id > latest.id ? run : latest), undefined);
}
