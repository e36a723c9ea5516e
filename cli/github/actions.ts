/** The history of GitHub Actions, as the collector asks for it (history/source.ts). It only reads. */
import type { Source, SourceArtifact, SourceJob, SourceRun } from "../../history/source";
import type { Repository } from "./repository";

/** GitHub answers a filtered list with only its first 1,000 runs (docs.github.com, REST API, "List workflow runs for a repository"). */
const MOST_LISTED = 1_000;
const PAGE = 100;

/** A window in which more than `MOST_LISTED` runs began can be no shorter: a second. */
const SHORTEST_MS = 1_000;

const GONE = [404, 410];

interface AnsweredRun {
  /** GitHub's own description allows for numbers above 2^53; there are none. */
  readonly id: number | bigint;
  readonly run_attempt?: number;
  readonly path: string;
  readonly event: string;
  readonly head_branch: string | null;
  readonly head_sha: string;
  readonly conclusion: string | null;
  readonly created_at: string;
  readonly run_started_at?: string;
  readonly updated_at: string;
  readonly pull_requests: readonly { readonly number: number }[] | null;
}

/**
 * @param now end of what is listed; runs that begin later belong to the next collection
 * @throws RequestError where GitHub refuses
 */
export function actionsHistory({ owner, repo, request, paginate }: Repository, now = new Date()): Source {
  const where = { owner, repo };

  /** Runs of a window, oldest first: GitHub lists the newest first, so the window's later half comes after its earlier one. */
  async function* window(from: number, to: number): AsyncGenerator<SourceRun> {
    const created = `${time(from)}..${time(to - SHORTEST_MS)}`;
    const list = (page: number) => request("GET /repos/{owner}/{repo}/actions/runs", { ...where, status: "completed", created, per_page: PAGE, page });
    const first = (await list(1)).data;
    if (first.total_count > MOST_LISTED && to - from > SHORTEST_MS) {
      const middle = from + Math.ceil((to - from) / 2 / SHORTEST_MS) * SHORTEST_MS;
      yield* window(from, middle);
      yield* window(middle, to);
      return;
    }
    const runs = [...first.workflow_runs];
    for (let page = 2; runs.length < Math.min(first.total_count, MOST_LISTED); page += 1) {
      const next = (await list(page)).data.workflow_runs;
      if (next.length === 0) break;
      runs.push(...next);
    }
    yield* runs.reverse().map(runOf);
  }

  return {
    async *runs(since) {
      const day = 24 * 60 * 60 * 1_000;
      for (let from = Date.parse(`${since}T00:00:00Z`); from < now.getTime(); from += day) yield* window(from, from + day);
    },
    async attempt(run, attempt) {
      const { data } = await request("GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}", { ...where, run_id: run, attempt_number: attempt });
      return runOf(data);
    },
    async jobs(run, attempt) {
      const jobs = await paginate("GET /repos/{owner}/{repo}/actions/runs/{run_id}/attempts/{attempt_number}/jobs", { ...where, run_id: run, attempt_number: attempt, per_page: PAGE });
      return Promise.all(
        jobs.map(async ({ id, name, conclusion, labels, created_at, started_at, completed_at, check_run_url }): Promise<SourceJob> => ({
          id: Number(id),
          name,
          conclusion: conclusion ?? "unknown",
          labels,
          created: created_at,
          started: conclusion === "skipped" ? undefined : started_at,
          ended: completed_at ?? undefined,
          annotations: conclusion === "failure" ? await annotations(check_run_url) : [],
        })),
      );
    },
    async artifacts(run) {
      const artifacts = await paginate("GET /repos/{owner}/{repo}/actions/runs/{run_id}/artifacts", { ...where, run_id: run, per_page: PAGE });
      return artifacts.map(({ id, name, size_in_bytes: bytes, expired }): SourceArtifact => ({ id: Number(id), name, bytes, expired }));
    },
    async archive(artifact) {
      try {
        const { data } = await request("GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/{archive_format}", { ...where, artifact_id: artifact, archive_format: "zip" });
        return Buffer.from(data as ArrayBuffer);
      } catch (error) {
        if (GONE.includes((error as { status?: number }).status ?? 0)) return undefined;
        throw error;
      }
    },
  };

  /** The failures that a job's check run shows. */
  async function annotations(checkRunUrl: string): Promise<readonly string[]> {
    const id = Number(/\/check-runs\/(\d+)$/.exec(checkRunUrl)?.[1]);
    if (!Number.isSafeInteger(id)) return [];
    const { data } = await request("GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations", { ...where, check_run_id: id, per_page: PAGE });
    return data.filter(({ annotation_level: level }) => level === "failure").map(({ message }) => message ?? "");
  }
}

function runOf({ id, run_attempt = 1, path, event, head_branch, head_sha, conclusion, created_at, run_started_at, updated_at, pull_requests }: AnsweredRun): SourceRun {
  return {
    id: Number(id),
    attempt: run_attempt,
    // A workflow of another ref is shown as `path@ref`.
    workflow: path.split("@", 1)[0]!,
    event,
    branch: head_branch ?? "",
    commit: head_sha,
    pull: pull_requests?.[0]?.number,
    conclusion: conclusion ?? "unknown",
    created: created_at,
    started: run_started_at ?? created_at,
    ended: updated_at,
  };
}

function time(ms: number): string {
  return new Date(ms).toISOString().replace(".000", "");
}
