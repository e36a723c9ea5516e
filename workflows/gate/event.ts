/** What happens on GitHub, as far as triggers, conditions and checks depend on it. */

interface EventBase {
  /** Commit that the run belongs to and on which its checks report. */
  readonly sha: string;
  /** Login of who caused it. */
  readonly actor: string;
  /** Message of the head commit: `[skip ci]` and its kin keep push and pull_request workflows from starting. */
  readonly commitMessage?: string;
}

/** Names of changed files, by which `paths` filters decide. */
interface Changed {
  readonly files: readonly string[];
}

export interface PullRequestEvent extends EventBase, Changed {
  readonly name: "pull_request" | "pull_request_target";
  /** Activity type, such as `opened`, `synchronize`, `reopened`, `ready_for_review`, `closed`. */
  readonly action: string;
  readonly number: number;
  readonly base: string;
  readonly head: string;
  readonly fork: boolean;
  readonly draft: boolean;
}

export interface PushEvent extends EventBase, Changed {
  readonly name: "push";
  /** Full ref: `refs/heads/...` or `refs/tags/...`. */
  readonly ref: string;
}

export interface MergeGroupEvent extends EventBase {
  readonly name: "merge_group";
  readonly base: string;
  readonly ref: string;
}

export interface ScheduleEvent extends EventBase {
  readonly name: "schedule";
  readonly ref: string;
  readonly cron: string;
}

export interface DispatchEvent extends EventBase {
  readonly name: "workflow_dispatch";
  readonly ref: string;
  readonly inputs: Readonly<Record<string, string | boolean>>;
}

/** Any other event that a workflow may name: a comment, a closed run. */
export interface OtherEvent extends EventBase {
  readonly name: "issue_comment" | "workflow_run" | "delete" | "create";
  readonly action?: string;
  readonly ref: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export type GateEvent = PullRequestEvent | PushEvent | MergeGroupEvent | ScheduleEvent | DispatchEvent | OtherEvent;

/** The ref that `github.ref` holds in the run that the event starts. */
export function refOf(event: GateEvent): string {
  switch (event.name) {
    case "pull_request":
      return `refs/pull/${event.number}/merge`;
    case "pull_request_target":
      return `refs/heads/${event.base}`;
    default:
      return event.ref;
  }
}

/** Name of the branch or tag in a full ref, or undefined when the ref is of the other kind. */
export function shortName(ref: string, kind: "heads" | "tags"): string | undefined {
  const prefix = `refs/${kind}/`;
  return ref.startsWith(prefix) ? ref.slice(prefix.length) : undefined;
}

/** The `github` context of a run. */
export function githubContext(event: GateEvent, repository: string, workflow: string): Record<string, unknown> {
  const ref = refOf(event);
  return {
    event_name: event.name,
    ref,
    ref_name: shortName(ref, "heads") ?? shortName(ref, "tags") ?? ref.replace(/^refs\/pull\//, ""),
    ref_type: ref.startsWith("refs/tags/") ? "tag" : "branch",
    sha: event.sha,
    actor: event.actor,
    triggering_actor: event.actor,
    repository,
    repository_owner: repository.split("/")[0],
    server_url: "https://github.com",
    api_url: "https://api.github.com",
    workflow,
    run_id: "1000000",
    run_number: "1",
    run_attempt: "1",
    base_ref: "base" in event ? event.base : "",
    head_ref: "head" in event ? event.head : "",
    event: payload(event, repository),
  };
}

function payload(event: GateEvent, repository: string): Record<string, unknown> {
  switch (event.name) {
    case "pull_request":
    case "pull_request_target":
      return {
        action: event.action,
        number: event.number,
        pull_request: {
          number: event.number,
          draft: event.draft,
          head: { ref: event.head, sha: event.sha, repo: { full_name: event.fork ? `stranger/${repository.split("/")[1]}` : repository, fork: event.fork } },
          base: { ref: event.base, repo: { full_name: repository } },
          user: { login: event.actor },
        },
        repository: { full_name: repository },
      };
    case "push":
      return { ref: event.ref, after: event.sha, head_commit: { message: event.commitMessage ?? "" }, repository: { full_name: repository } };
    case "merge_group":
      return { merge_group: { head_sha: event.sha, head_ref: event.ref, base_ref: `refs/heads/${event.base}` } };
    case "schedule":
      return { schedule: event.cron };
    case "workflow_dispatch":
      return { inputs: event.inputs };
    case "issue_comment":
    case "workflow_run":
    case "delete":
    case "create":
      return { ...(event.action === undefined ? {} : { action: event.action }), ...event.payload };
  }
}
