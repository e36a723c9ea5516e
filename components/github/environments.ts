/** Environments of a repository: they decide which branches get secrets, variables and identities. */
import * as pulumi from "@pulumi/pulumi";
import { RepositoryEnvironment } from "@pulumi/github/repositoryEnvironment";
import { RepositoryEnvironmentDeploymentPolicy } from "@pulumi/github/repositoryEnvironmentDeploymentPolicy";
import type { EnvironmentSpec } from "../../pipeline/model";

export interface EnvironmentArgs {
  /** Name of the repository. */
  repository: string;
  environment: EnvironmentSpec;
  /** Numeric id of each team that may be a reviewer, by slug. */
  teams: Readonly<Record<string, number>>;
}

/**
 * Makes an environment and its branch policies.
 * @returns the environment's name, known once everything that guards it is in force.
 */
export function makeEnvironment(name: string, args: EnvironmentArgs, opts: pulumi.CustomResourceOptions): pulumi.Output<string> {
  const { repository, environment } = args;
  const created = new RepositoryEnvironment(
    name,
    {
      repository,
      environment: environment.name,
      waitTimer: environment.waitMinutes,
      preventSelfReview: environment.reviewers.length > 0,
      canAdminsBypass: false,
      deploymentBranchPolicy: { protectedBranches: false, customBranchPolicies: true },
      ...(environment.reviewers.length === 0 ? {} : { reviewers: [{ teams: reviewerIds(args) }] }),
    },
    opts,
  );
  const policies = environment.branches.map(
    (branchPattern) =>
      new RepositoryEnvironmentDeploymentPolicy(`${name}-${branchPattern}`, { repository, environment: created.environment, branchPattern }, opts),
  );
  return pulumi.all([created.environment, pulumi.all(policies.map(({ urn }) => urn))]).apply(([environmentName]) => environmentName);
}

function reviewerIds({ environment, teams }: EnvironmentArgs): number[] {
  return environment.reviewers.flatMap((slug) => teams[slug] ?? []).sort((one, other) => one - other);
}
