/** Which jobs may take which cloud identity: environments of the pipeline's repository, and of the repository that holds this project. */
import type { GitHubSettings } from "../../pipeline/infrastructure";
import type { EnvironmentSpec, IdentityPurpose, Pipeline } from "../../pipeline/model";
import { subjects, type SubjectRepository } from "../../pipeline/oidc";
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { applyEnvironment, INFRASTRUCTURE_FILES, previewEnvironment } from "../../workflows/infrastructure/environments";
import { WORKFLOW_FOLDER } from "../../workflows/names";

/** Every purpose, in the order in which their identities are made. */
export const PURPOSES: readonly IdentityPurpose[] = ["pull-request-images", "main-images", "release-images", "deployment-tests", "preview", "apply"];

/** Who may take the identity of one purpose. */
export interface TrustedJobs {
  readonly purpose: IdentityPurpose;
  readonly repository: SubjectRepository;
  /** Environments whose jobs are trusted. Their branch policies decide which refs get there. */
  readonly environments: readonly string[];
  /** `sub` claims of their tokens, in each form that the repository's tokens may have. */
  readonly subjects: readonly string[];
  /** `ref` claims of their tokens; `*` stands for any text, `?` for one character. */
  readonly refs: readonly string[];
  /** `job_workflow_ref` claims of their tokens: the files that hold such jobs, each at each of the refs. Wildcards as in `refs`. */
  readonly workflows: readonly string[];
  /** Those of `workflows` whose jobs build, and take the compiler cache's role beside the purpose's own. */
  readonly building: readonly string[];
}

/**
 * The files whose jobs take each identity. A job of a called workflow carries the called file in `job_workflow_ref`, another one its own
 * (docs.github.com, "OpenID Connect reference"). That none is missing is proved by test/trust, which lets every job in.
 */
const FILES: Readonly<Record<IdentityPurpose, readonly string[]>> = {
  "pull-request-images": [WORKFLOWS.image.file, WORKFLOWS.backend.file],
  "main-images": [WORKFLOWS.image.file, WORKFLOWS.imagePublish.file, WORKFLOWS.suite.file],
  "release-images": [WORKFLOWS.image.file, WORKFLOWS.imagePublish.file, WORKFLOWS.suite.file],
  "deployment-tests": [WORKFLOWS.deployment.file],
  preview: [INFRASTRUCTURE_FILES.preview, INFRASTRUCTURE_FILES.drift],
  apply: [INFRASTRUCTURE_FILES.apply],
};

/** The files among them that build nothing. */
const BUILD_NOTHING: readonly string[] = [WORKFLOWS.imagePublish.file];

/** An environment's branch pattern as IAM compares a `ref`: sets of characters become any one character, and `*` crosses slashes in any case. */
export function refClaim(branch: string): string {
  const ref = branch.startsWith("refs/") ? branch : `refs/heads/${branch}`;
  return ref.replace(/\[[^\]]*\]\+?/g, (set) => (set.endsWith("+") ? "*" : "?")).replace(/\*+/g, "*");
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
    const specs = atHome.length > 0 ? atHome : pipeline.environments.filter((environment) => environment.identity === purpose);
    if (specs.length === 0) return [];
    const repository = atHome.length > 0 ? github.infrastructureRepository : pipeline.repository;
    const environments = specs.map(({ name }) => name);
    const refs = [...new Set(specs.flatMap(({ branches }) => branches.map(refClaim)))];
    const at = (files: readonly string[]): string[] => files.flatMap((file) => refs.map((ref) => `${repository.owner}/${repository.name}/${WORKFLOW_FOLDER}/${file}@${ref}`));
    return [
      {
        purpose,
        repository,
        environments,
        subjects: environments.flatMap((name) => subjects(repository, github.subjectForm, { kind: "environment", name })),
        refs,
        workflows: at(FILES[purpose]),
        building: at(FILES[purpose].filter((file) => !BUILD_NOTHING.includes(file))),
      },
    ];
  });
}
