/**
 * The OIDC token that a job can get, as claims.
 *
 * Written from nothing but GitHub's documentation (docs.github.com, "OpenID Connect reference") and not from the code that builds the trust
 * policies: a proof that compares two outputs of one function would prove nothing.
 */
import picomatch from "picomatch";
import { refOf, shortName, type GateEvent } from "./event";
import { fill } from "./expression";
import type { GateWorkflow } from "./read";
import type { JobRun } from "./run";

/** The repository in which a job runs, with the ids that its tokens carry. */
export interface TokenRepository {
  readonly owner: string;
  readonly name: string;
  readonly ownerId: number;
  readonly repositoryId: number;
}

/** An environment's branch policy: a job that names the environment starts only from a ref that one of the patterns matches. */
export type Environments = Readonly<Record<string, readonly string[]>>;

export type Claims = Readonly<Record<string, string>>;

/** Why a job gets no token, or the claims of the one it gets. */
export type Token = { readonly granted: true; readonly claims: Claims } | { readonly granted: false; readonly why: string };

const audiences = { aws: "sts.amazonaws.com", azure: "api://AzureADTokenExchange" } as const;

/** The token of one job for one cloud. `form` is the form of the subject in which the repository's tokens are issued. */
export function tokenOf(
  run: JobRun,
  workflow: GateWorkflow,
  event: GateEvent,
  repository: TokenRepository,
  environments: Environments,
  form: "legacy" | "immutable",
  cloud: keyof typeof audiences,
): Token {
  if (!mayAsk(run, workflow)) return { granted: false, why: "the job has no id-token: write" };
  if (event.name === "pull_request" && event.fork) return { granted: false, why: "a fork's pull request gets a read-only token" };
  const environment = run.job.environment === undefined ? undefined : String(fill(run.job.environment, run.contexts));
  if (environment !== undefined && !admits(environments[environment], refOf(event))) {
    return { granted: false, why: `environment ${environment} does not admit ${refOf(event)}` };
  }
  return { granted: true, claims: claims(run, event, repository, environment, form, audiences[cloud]) };
}

/** `id-token: write` of the job, or of the workflow when the job sets no permissions of its own. */
function mayAsk(run: JobRun, workflow: GateWorkflow): boolean {
  const permissions = run.job.permissions ?? workflow.permissions;
  return permissions === "write-all" || (typeof permissions === "object" && permissions !== null && (permissions as Record<string, unknown>)["id-token"] === "write");
}

/** An environment that does not exist is made on first use, without any policy: it admits every ref. */
function admits(patterns: readonly string[] | undefined, ref: string): boolean {
  if (patterns === undefined) return true;
  return picomatch([...patterns])(shortName(ref, "heads") ?? ref);
}

function claims(run: JobRun, event: GateEvent, repository: TokenRepository, environment: string | undefined, form: "legacy" | "immutable", audience: string): Claims {
  const { owner, name, ownerId, repositoryId } = repository;
  const ref = refOf(event);
  return {
    iss: "https://token.actions.githubusercontent.com",
    aud: audience,
    sub: `repo:${form === "legacy" ? `${owner}/${name}` : `${owner}@${ownerId}/${name}@${repositoryId}`}:${subjectContext(event, environment)}`,
    repository: `${owner}/${name}`,
    repository_id: String(repositoryId),
    repository_owner: owner,
    repository_owner_id: String(ownerId),
    ref,
    event_name: event.name,
    actor: event.actor,
    workflow: String((run.contexts["github"] as Record<string, unknown>)["workflow"]),
    job_workflow_ref: `${owner}/${name}/${run.workflow}@${ref}`,
    runner_environment: "github-hosted",
    ...(environment === undefined ? {} : { environment }),
  };
}

/** An environment comes before the kind of event, and that before the ref. A colon within a value is written %3A. */
function subjectContext(event: GateEvent, environment: string | undefined): string {
  if (environment !== undefined) return `environment:${environment.replaceAll(":", "%3A")}`;
  return event.name === "pull_request" ? "pull_request" : `ref:${refOf(event)}`;
}
