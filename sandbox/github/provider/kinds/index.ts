/** Every resource type of GitHub that the sandbox knows. */
import type { ResourceKind } from "../../../provider/kind";
import type { GitHubClient } from "../client";
import { repositoryEnvironmentDeploymentPolicy } from "./deployment-policy";
import { repositoryEnvironment } from "./environment";
import { repositoryFile } from "./file";
import { repositoryRuleset } from "./ruleset";
import { actionsRunnerGroup } from "./runner-group";
import { actionsEnvironmentSecret, actionsSecret } from "./secrets";
import { actionsRepositoryPermissions, oidcSubjectTemplate, workflowRepositoryPermissions } from "./settings";
import { actionsEnvironmentVariable, actionsVariable } from "./variables";

const all: readonly ResourceKind<GitHubClient>[] = [
  repositoryRuleset,
  repositoryEnvironment,
  repositoryEnvironmentDeploymentPolicy,
  actionsEnvironmentSecret,
  actionsSecret,
  actionsEnvironmentVariable,
  actionsVariable,
  repositoryFile,
  actionsRepositoryPermissions,
  workflowRepositoryPermissions,
  oidcSubjectTemplate,
  actionsRunnerGroup,
];

/** By type token. */
export const kinds: ReadonlyMap<string, ResourceKind<GitHubClient>> = new Map(all.map((kind) => [kind.type, kind]));
