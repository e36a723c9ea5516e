/**
 * Which cloud identity a job gets.
 * Sources: docs.github.com, "OpenID Connect reference" (claims and subjects), "Managing environments for deployment" (branch and tag policies; a rule
 * for branches admits no tag; names are matched by fnmatch; reviewers); sandbox/aws/trust and sandbox/azure/trust for what STS and Entra compare.
 */
import { canAssume } from "../../sandbox/aws";
import { canExchange } from "../../sandbox/azure/trust/evaluate";
import type { Stage } from "../stage";
import { fnmatch } from "./refs";

/** A job of somebody's own workflow file. */
export interface Job {
  /** Full ref that it runs on, such as `refs/heads/release/1.0` or `refs/pull/7/merge`. */
  readonly ref: string;
  /** Path of the workflow file that holds the job, in the commit of the ref. */
  readonly workflow: string;
  /** The environment that it names. */
  readonly environment: string | undefined;
  /** `OWNER/NAME` of the repository in which it runs; the stage's own without it. */
  readonly repository?: { readonly owner: string; readonly name: string; readonly repositoryId: number; readonly ownerId: number };
}

/** An identity that was taken: its cloud and its physical name. */
export interface Taken {
  readonly cloud: "aws" | "azure";
  readonly name: string;
}

const AUDIENCES = { aws: "sts.amazonaws.com", azure: "api://AzureADTokenExchange" } as const;

/** Whether the environment lets a run of a ref in, with nobody's review. An environment that nobody made admits everything and holds nothing. */
export function admits(stage: Stage, name: string, ref: string): boolean {
  const environment = stage.environments.find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (environment === undefined) return true;
  if (environment.reviewers > 0) return false;
  const [patterns, short] = ref.startsWith("refs/tags/") ? [environment.tags, ref.slice("refs/tags/".length)] : [environment.branches, ref.replace(/^refs\/heads\//, "")];
  return patterns.some((pattern) => fnmatch(pattern, short));
}

/** Identities that a job of the stage's repository, or of another one, can take. */
export function identitiesOf(stage: Stage, job: Job): readonly Taken[] {
  if (job.repository === undefined && job.environment !== undefined && !admits(stage, job.environment, job.ref)) return [];
  return forms(stage, job).flatMap((sub) => {
    const token = (cloud: keyof typeof AUDIENCES): Claims => ({ ...claims(stage, job), sub, aud: AUDIENCES[cloud] });
    const roles = stage.roles.filter(({ trust }) => canAssume(trust, token("aws")).allowed).map(({ name }): Taken => ({ cloud: "aws", name }));
    const managed = [...stage.credentials].filter(([, credentials]) => canExchange(credentials, token("azure")).allowed).map(([name]): Taken => ({ cloud: "azure", name }));
    return [...roles, ...managed];
  });
}

/** Identities that a job of any environment of the stage can take. */
export function anyIdentityOf(stage: Stage, job: Omit<Job, "environment">): readonly Taken[] {
  return [undefined, ...stage.environments.map(({ name }) => name)].flatMap((environment) => identitiesOf(stage, { ...job, environment }));
}

/** Identities that were taken, as one text: `NAME on CLOUD`, each once. */
export const told = (taken: readonly Taken[]): string => [...new Set(taken.map(({ cloud, name }) => `${name} on ${cloud}`))].join(", ");

type Claims = Readonly<Record<string, string>> & { readonly iss: string; readonly sub: string; readonly aud: string };

/** The subject in both of GitHub's forms: whichever the repository has, the attacker's token has it too. */
function forms(stage: Stage, { environment, ref, repository = stage.repository }: Job): readonly string[] {
  const { owner, name, ownerId, repositoryId } = repository;
  const kind = environment === undefined ? (ref.startsWith("refs/pull/") ? "pull_request" : `ref:${ref}`) : `environment:${environment.replaceAll(":", "%3A")}`;
  return [`repo:${owner}/${name}:${kind}`, `repo:${owner}@${ownerId}/${name}@${repositoryId}:${kind}`];
}

function claims(stage: Stage, { ref, workflow, environment, repository = stage.repository }: Job): Claims {
  const { owner, name, ownerId, repositoryId } = repository;
  return {
    iss: "https://token.actions.githubusercontent.com",
    sub: "",
    aud: "",
    ref,
    repository: `${owner}/${name}`,
    repository_id: String(repositoryId),
    repository_owner: owner,
    repository_owner_id: String(ownerId),
    workflow: "CI",
    job_workflow_ref: `${owner}/${name}/${workflow}@${ref}`,
    ...(environment === undefined ? {} : { environment }),
  };
}
