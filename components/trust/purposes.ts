/** Which jobs may take which cloud identity: environments of the pipeline's repository, and of the repository that holds this project. */
import type { GitHubSettings } from "../../pipeline/infrastructure";
import type { EnvironmentSpec, IdentityPurpose, Pipeline } from "../../pipeline/model";
import { subjects, type SubjectRepository } from "../../pipeline/oidc";
import { applyEnvironment, previewEnvironment } from "../../workflows/infrastructure/environments";

/** Every purpose, in the order in which their identities are made. */
export const PURPOSES: readonly IdentityPurpose[] = ["pull-request-images", "main-images", "deployment-tests", "preview", "apply"];

/** Who may take the identity of one purpose. */
export interface TrustedJobs {
  readonly purpose: IdentityPurpose;
  readonly repository: SubjectRepository;
  /** Environments whose jobs are trusted. Their branch policies decide which refs get there. */
  readonly environments: readonly string[];
  /** `sub` claims of their tokens, in each form that the repository's tokens may have. */
  readonly subjects: readonly string[];
}

/** Environments of the repository that holds this project, for one of its stacks. Their names are the rendered workflows' (workflows/infrastructure). */
export function infrastructureEnvironments(stack: string, reviewers: readonly string[], defaultBranch: string): EnvironmentSpec[] {
  return [
    // A pull request's jobs run on the merge ref, and an environment's branch policy is held against that.
    { name: previewEnvironment(stack), branches: [defaultBranch, "refs/pull/*/merge"], reviewers: [], waitMinutes: 0, identity: "preview" },
    { name: applyEnvironment(stack), branches: [defaultBranch], reviewers, waitMinutes: 0, identity: "apply" },
  ];
}

/** The trusted jobs of every purpose that has any environment. */
export function trustedJobs(stack: string, pipeline: Pipeline, github: GitHubSettings): TrustedJobs[] {
  const own = infrastructureEnvironments(stack, [], pipeline.repository.defaultBranch);
  return PURPOSES.flatMap((purpose) => {
    const atHome = own.filter((environment) => environment.identity === purpose);
    const environments = (atHome.length > 0 ? atHome : pipeline.environments.filter((environment) => environment.identity === purpose)).map(({ name }) => name);
    if (environments.length === 0) return [];
    const repository = atHome.length > 0 ? github.infrastructureRepository : pipeline.repository;
    return [{ purpose, repository, environments, subjects: environments.flatMap((name) => subjects(repository, github.subjectForm, { kind: "environment", name })) }];
  });
}
