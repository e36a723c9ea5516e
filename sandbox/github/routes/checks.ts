/** Check runs and commit statuses: docs.github.com/rest/checks and /rest/commits/statuses. */
import { type Call, created, ok, type Routes } from "../server/call";
import { forbidden, HttpError, notFound } from "../server/errors";
import { type Commit, resolveCommit } from "../server/git";
import { now, type Repository } from "../server/state";
import type { CheckConclusion, CheckRun, CheckStatus, CommitStatus, StatusState } from "../server/state-checks";
import { nodeId, presentApp, presentAuthor, presentRepository } from "./present";
import { fullName, repositoryUrl } from "./repositories";

interface CheckRunBody {
  readonly name?: string;
  readonly head_sha?: string;
  readonly status?: CheckStatus;
  readonly conclusion?: CheckConclusion;
  readonly started_at?: string;
  readonly completed_at?: string;
  readonly external_id?: string;
  readonly details_url?: string;
  readonly output?: { readonly title?: string; readonly summary: string; readonly text?: string };
}

export const checkRoutes: Routes = {
  "POST /repos/{owner}/{repo}/check-runs": (call) => {
    const repository = call.repository();
    if (call.caller.kind !== "installation") throw forbidden("You must authenticate via a GitHub App.");
    const body = call.body<CheckRunBody>();
    const head = resolveCommit(repository.git, body.head_sha!);
    if (!head) throw new HttpError(422, `No commit found for SHA: ${body.head_sha}`);
    const run: CheckRun = {
      id: call.store.nextId(),
      name: body.name!,
      headSha: head.sha,
      appId: call.caller.app.id,
      startedAt: body.started_at ?? now(),
      status: "queued",
      conclusion: null,
      completedAt: null,
      externalId: body.external_id ?? "",
      detailsUrl: body.details_url ?? null,
      output: { title: null, summary: null, text: null },
    };
    apply(run, body);
    repository.checkRuns.push(run);
    return created(presentRun(call, repository, run));
  },

  "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}": (call) => {
    const repository = call.repository();
    const run = findRun(call, repository);
    if (call.caller.kind !== "installation" || call.caller.app.id !== run.appId)
      throw forbidden("Invalid app_id `check_run` can only be modified by the GitHub App that created it.");
    apply(run, call.body<CheckRunBody>());
    return ok(presentRun(call, repository, run));
  },

  "GET /repos/{owner}/{repo}/check-runs/{check_run_id}": (call) => {
    const repository = call.repository();
    return ok(presentRun(call, repository, findRun(call, repository)));
  },

  "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": (call) => {
    const repository = call.repository();
    const { sha } = commitOf(call, repository);
    const { check_name, status, app_id, filter } = call.query;
    const fits = (run: CheckRun): boolean =>
      run.headSha === sha &&
      (check_name === undefined || run.name === check_name) &&
      (status === undefined || run.status === status) &&
      (app_id === undefined || run.appId === app_id);
    const found = repository.checkRuns.filter(fits);
    const runs =
      filter === "all"
        ? found
        : found.filter((run) => !found.some((other) => other.name === run.name && other.appId === run.appId && other.id > run.id));
    return ok({ total_count: runs.length, check_runs: call.page(runs).map((run) => presentRun(call, repository, run)) });
  },

  "POST /repos/{owner}/{repo}/statuses/{sha}": (call) => {
    const repository = call.repository();
    const commit = repository.git.commits[call.text("sha")];
    if (!commit) throw new HttpError(422, `No commit found for SHA: ${call.text("sha")}`);
    const body = call.body<{ state: StatusState; context?: string; description?: string | null; target_url?: string | null }>();
    const status: CommitStatus = {
      id: call.store.nextId(),
      sha: commit.sha,
      context: body.context ?? "default",
      state: body.state,
      description: body.description ?? null,
      targetUrl: body.target_url ?? null,
      creator: call.caller.author,
      appId: call.caller.kind === "installation" ? call.caller.app.id : null,
      createdAt: now(),
    };
    repository.statuses.push(status);
    return created({ ...presentStatus(call, repository, status), creator: presentAuthor(call.server, status.creator) });
  },

  "GET /repos/{owner}/{repo}/commits/{ref}/statuses": (call) => {
    const repository = call.repository();
    const statuses = statusesOf(repository, commitOf(call, repository)).reverse();
    return ok(
      call
        .page(statuses)
        .map((status) => ({ ...presentStatus(call, repository, status), creator: presentAuthor(call.server, status.creator) })),
    );
  },

  "GET /repos/{owner}/{repo}/commits/{ref}/status": (call) => {
    const repository = call.repository();
    const commit = commitOf(call, repository);
    const latest = [...new Map(statusesOf(repository, commit).map((status) => [status.context, status])).values()];
    const states = latest.map(({ state }) => state);
    const state = states.some((s) => s === "failure" || s === "error")
      ? "failure"
      : states.length === 0 || states.includes("pending")
        ? "pending"
        : "success";
    const url = `${repositoryUrl(call, repository)}/commits/${commit.sha}`;
    return ok({
      state,
      sha: commit.sha,
      total_count: latest.length,
      statuses: call.page(latest).map((status) => presentStatus(call, repository, status)),
      repository: presentRepository(call, repository, "minimal-repository"),
      commit_url: url,
      url: `${url}/status`,
    });
  },
};

function findRun(call: Call, repository: Repository): CheckRun {
  const found = repository.checkRuns.find((run) => run.id === call.number("check_run_id"));
  if (!found) throw notFound();
  return found;
}

function commitOf(call: Call, repository: Repository): Commit {
  const commit = resolveCommit(repository.git, call.text("ref"));
  if (!commit) throw new HttpError(422, `No commit found for SHA: ${call.text("ref")}`);
  return commit;
}

/** A conclusion completes the run; completing it needs a conclusion; `stale` is GitHub's own to give. */
function apply(run: CheckRun, body: CheckRunBody): void {
  if (body.conclusion === "stale") throw new HttpError(422, "conclusion cannot be set to stale");
  const status = body.conclusion ? "completed" : (body.status ?? run.status);
  const conclusion = body.conclusion ?? (status === "completed" ? run.conclusion : null);
  if (status === "completed" && conclusion === null) throw new HttpError(422, 'Invalid request.\n\n"conclusion" wasn\'t supplied.');
  run.status = status;
  run.conclusion = conclusion;
  run.completedAt = status === "completed" ? (body.completed_at ?? run.completedAt ?? now()) : null;
  run.externalId = body.external_id ?? run.externalId;
  run.detailsUrl = body.details_url ?? run.detailsUrl;
  if (body.output) run.output = { title: body.output.title ?? null, summary: body.output.summary, text: body.output.text ?? null };
}

const statusesOf = (repository: Repository, commit: Commit): CommitStatus[] =>
  repository.statuses.filter((status) => status.sha === commit.sha);

function presentStatus(call: Call, repository: Repository, status: CommitStatus): Record<string, unknown> {
  return {
    url: `${repositoryUrl(call, repository)}/statuses/${status.sha}`,
    avatar_url: `${call.server.url}/avatars/${status.creator.login.replace(/\[bot\]$/, "")}`,
    id: status.id,
    node_id: nodeId("StatusContext", status.id),
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.createdAt,
  };
}

function presentRun(call: Call, repository: Repository, run: CheckRun): Record<string, unknown> {
  const url = `${repositoryUrl(call, repository)}/check-runs/${run.id}`;
  const app = call.store.state.apps.find(({ id }) => id === run.appId);
  return {
    id: run.id,
    node_id: nodeId("CheckRun", run.id),
    name: run.name,
    head_sha: run.headSha,
    url,
    html_url: `${call.server.url}/${fullName(call, repository)}/runs/${run.id}`,
    details_url: run.detailsUrl,
    external_id: run.externalId,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: 0, annotations_url: `${url}/annotations` },
    check_suite: null,
    app: app ? presentApp(call.server, app) : null,
    pull_requests: [],
  };
}
