/** What jobs know and what they may do on GitHub: environments with their secrets and variables, runner groups, and the limits of Actions. */
import * as pulumi from "@pulumi/pulumi";
import { ActionsEnvironmentSecret } from "@pulumi/github/actionsEnvironmentSecret";
import { ActionsEnvironmentVariable } from "@pulumi/github/actionsEnvironmentVariable";
import { ActionsRepositoryOidcSubjectClaimCustomizationTemplate } from "@pulumi/github/actionsRepositoryOidcSubjectClaimCustomizationTemplate";
import { ActionsRepositoryPermissions } from "@pulumi/github/actionsRepositoryPermissions";
import { ActionsRunnerGroup } from "@pulumi/github/actionsRunnerGroup";
import { WorkflowRepositoryPermissions } from "@pulumi/github/workflowRepositoryPermissions";
import type { EnvironmentSpec, SecretSpec } from "../../pipeline/model";
import { makeEnvironment } from "./environments";

export interface EnvironmentVariable {
  environment: string;
  name: string;
  value: pulumi.Input<string>;
}

export interface RepositorySecretsArgs {
  /** Name of the repository whose CI this is. */
  repository: string;
  /** Numeric id of that repository. */
  repositoryId: number;
  /** Its environments. */
  environments: EnvironmentSpec[];
  /** Name of the repository that holds this project; of the same owner. */
  infrastructureRepository: string;
  /** Environments of that repository. */
  infrastructureEnvironments: EnvironmentSpec[];
  /** Numeric id of each team that may be a reviewer, by slug. */
  teams: Record<string, number>;
  /** Secrets and the environments that hold them. */
  secrets: SecretSpec[];
  /** Value of each secret, by name. One that is not there must be optional. */
  secretValues: Record<string, pulumi.Output<string>>;
  /** Variables, each with its environment. None is secret. */
  variables: EnvironmentVariable[];
  /** Variables of the environments of the repository that holds this project. */
  infrastructureVariables: EnvironmentVariable[];
  /** Runner groups that are made; each serves only this repository. */
  runnerGroups: string[];
}

/** Environments with their branches, secrets and variables, and the runner groups. */
export class RepositorySecrets extends pulumi.ComponentResource {
  /** The runner groups: scale sets register into them. */
  readonly runnerGroups: pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly args: RepositorySecretsArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("gpu-cicd:github:RepositorySecrets", name, {}, opts);

    this.limitActions();
    this.runnerGroups = [...args.runnerGroups].sort().map((group) => this.runnerGroup(group));
    const environments = this.environments(args.repository, "", args.environments);
    const own = this.environments(args.infrastructureRepository, "infra-", args.infrastructureEnvironments);
    this.secrets(environments);
    this.variables(args.repository, "", environments, args.variables);
    this.variables(args.infrastructureRepository, "infra-", own, args.infrastructureVariables);
    this.registerOutputs({});
  }

  private limitActions(): void {
    const { repository } = this.args;
    const child = { parent: this };
    // Any action may be used, but only by a full commit: a tag can be moved by whoever owns the action.
    new ActionsRepositoryPermissions(`${this.name}-actions`, { repository, enabled: true, allowedActions: "all", shaPinningRequired: true }, child);
    new WorkflowRepositoryPermissions(
      `${this.name}-token`,
      { repository, defaultWorkflowPermissions: "read", canApprovePullRequestReviews: false },
      child,
    );
    // Trust policies match GitHub's default subject. Said here, so that a template set by hand shows as drift and not as refused logins.
    new ActionsRepositoryOidcSubjectClaimCustomizationTemplate(`${this.name}-oidc-subject`, { repository, useDefault: true }, child);
  }

  private runnerGroup(group: string): ActionsRunnerGroup {
    return new ActionsRunnerGroup(
      `${this.name}-group-${group}`,
      {
        name: group,
        visibility: "selected",
        selectedRepositoryIds: [this.args.repositoryId],
        // The repository is public, so a group has to say so; what keeps forks off these runners is that their workflows wait for approval.
        allowsPublicRepositories: true,
      },
      { parent: this },
    );
  }

  private environments(repository: string, prefix: string, environments: readonly EnvironmentSpec[]): Record<string, pulumi.Output<string>> {
    const { teams } = this.args;
    return Object.fromEntries(
      environments.map((environment) => [
        environment.name,
        makeEnvironment(`${this.name}-${prefix}${environment.name}`, { repository, environment, teams }, { parent: this }),
      ]),
    );
  }

  private secrets(environments: Record<string, pulumi.Output<string>>): void {
    const { repository, secrets, secretValues } = this.args;
    for (const secret of secrets) {
      const value = secretValues[secret.name];
      if (value === undefined) continue;
      for (const environment of secret.environments) {
        new ActionsEnvironmentSecret(
          `${this.name}-${environment}-${secret.name}`,
          { repository, environment: environments[environment] ?? environment, secretName: secret.name, value: pulumi.secret(value) },
          { parent: this },
        );
      }
    }
  }

  private variables(repository: string, prefix: string, environments: Record<string, pulumi.Output<string>>, variables: readonly EnvironmentVariable[]): void {
    for (const { environment, name, value } of variables) {
      new ActionsEnvironmentVariable(
        `${this.name}-${prefix}${environment}-${name}`,
        { repository, environment: environments[environment] ?? environment, variableName: name, value },
        { parent: this },
      );
    }
  }
}
