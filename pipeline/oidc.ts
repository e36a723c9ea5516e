/**
 * The subjects of GitHub's OIDC tokens. A trust policy that is written by hand for the wrong form never matches and says nothing, so every
 * subject of this project comes from here.
 *
 * Source: GitHub, "OpenID Connect reference": repositories created, renamed or transferred after 2026-07-15 carry the immutable form
 * `repo:OWNER@OWNER_ID/REPO@REPO_ID:...`, older ones the legacy form `repo:OWNER/REPO:...` until they opt in.
 */
import type { Repository } from "./model";

/** Issuer of the tokens, as cloud providers are told it. */
export const GITHUB_ISSUER = "https://token.actions.githubusercontent.com";

/** Audience that AWS STS asks for. */
export const AWS_AUDIENCE = "sts.amazonaws.com";

/** Audience that Entra ID asks for. */
export const AZURE_AUDIENCE = "api://AzureADTokenExchange";

/** The part of a repository that a subject names. */
export type SubjectRepository = Pick<Repository, "owner" | "name" | "ownerId" | "repositoryId">;

export type SubjectForm = "legacy" | "immutable";

/** What the job is: GitHub names the environment when the job has one, else the pull request, else the ref. */
export type SubjectContext =
  | { readonly kind: "environment"; readonly name: string }
  | { readonly kind: "pull-request" }
  /** A full ref, such as `refs/heads/main`. */
  | { readonly kind: "ref"; readonly ref: string };

/** The `sub` claim of a job's token, exactly as GitHub writes it. */
export function subject(repository: SubjectRepository, form: SubjectForm, context: SubjectContext): string {
  return `${repositoryPart(repository, form)}:${contextPart(context)}`;
}

/** Every subject that a trust policy has to name; `both` while a repository moves from one form to the other, legacy first. */
export function subjects(repository: SubjectRepository, forms: SubjectForm | "both", context: SubjectContext): string[] {
  const wanted: readonly SubjectForm[] = forms === "both" ? ["legacy", "immutable"] : [forms];
  return wanted.map((form) => subject(repository, form, context));
}

function repositoryPart(repository: SubjectRepository, form: SubjectForm): string {
  switch (form) {
    case "legacy":
      return `repo:${repository.owner}/${repository.name}`;
    case "immutable":
      return `repo:${repository.owner}@${repository.ownerId}/${repository.name}@${repository.repositoryId}`;
  }
}

function contextPart(context: SubjectContext): string {
  switch (context.kind) {
    case "environment":
      return `environment:${escapeColons(context.name)}`;
    case "pull-request":
      return "pull_request";
    case "ref":
      return `ref:${escapeColons(context.ref)}`;
  }
}

/** A colon parts a subject's fields, so GitHub writes one inside a value as %3A. */
function escapeColons(value: string): string {
  return value.replaceAll(":", "%3A");
}
