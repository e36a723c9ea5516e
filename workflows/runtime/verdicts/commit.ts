/** Judges a commit: every pull request whose head it is and that goes into a protected branch, or the merge group that it is of. */
import { reportedByJobs } from "../../../pipeline/checks";
import type { Pipeline } from "../../../pipeline/model";
import { PIPELINE_PATH } from "../../paths";
import type { Git } from "../git";
import type { Facts, Run } from "./facts";
import { judgeSubject, type Verdict } from "./judge";
import { groupBase, isProtected, type Subject } from "./provenance";
import { worst } from "./report";

/** The run that something is to be said about, as GitHub's event names it. */
export interface Occasion {
  readonly event: string;
  readonly head_sha: string;
  readonly head_branch: string | null;
}

/** What is judged. Nothing where the commit is the head of no open pull request into a protected branch. */
export async function subjectsOf(facts: Facts, { repository }: Pipeline, { event, head_sha: sha, head_branch: branch }: Occasion): Promise<Subject[]> {
  if (event === "merge_group") {
    return branch === null || groupBase(repository, branch) === undefined ? [] : [{ kind: "group", branch, sha, base: repository.defaultBranch }];
  }
  const pulls = (await facts.openPulls()).filter(({ head, base }) => head.sha === sha && isProtected(repository, base.ref));
  return pulls.map((pull) => ({ kind: "pull", pull, sha, base: pull.base.ref }));
}

/**
 * The verdicts on a commit, by what is there now.
 * @param pipeline the default branch's
 */
export async function judgeCommit(facts: Facts, git: Git, pipeline: Pipeline, occasion: Occasion): Promise<Verdict[]> {
  const contexts = reportedByJobs(pipeline).map(({ context }) => context);
  const subjects = await subjectsOf(facts, pipeline, occasion);
  const runs = subjects.length === 0 ? [] : await facts.runs(occasion.head_sha);
  const verdicts: Verdict[][] = [];
  for (const subject of subjects) verdicts.push(await judgeOrRefuse(facts, git, pipeline, subject, contexts, runs));
  return worst(verdicts);
}

/** What cannot be judged is refused: an older report would stand otherwise. */
async function judgeOrRefuse(facts: Facts, git: Git, pipeline: Pipeline, subject: Subject, contexts: readonly string[], runs: readonly Run[]): Promise<Verdict[]> {
  try {
    return await judgeSubject({ facts, git, pipeline: await pipelineOf(facts, pipeline, subject) }, subject, contexts, runs);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return contexts.map((context) => ({ context, state: "failure", title: "It could not be judged", summary: `${why}. Run any of the pull request's checks again.` }));
  }
}

/** A release branch may have another pipeline: its own files ran, and they are reviewed. */
async function pipelineOf(facts: Facts, pipeline: Pipeline, { base }: Subject): Promise<Pipeline> {
  return base === pipeline.repository.defaultBranch ? pipeline : (JSON.parse(await facts.file(PIPELINE_PATH, base)) as Pipeline);
}

/** What a verdict rests on and what can change while it is made: runs by attempt and state. */
export function signature(runs: readonly Run[]): string {
  return runs.map(({ id, run_attempt, status, conclusion }) => `${id} ${run_attempt} ${status} ${String(conclusion)}`).sort().join("\n");
}
