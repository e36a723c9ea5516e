/**
 * Config of the policy pack for a stack, derived from the stack's own config so that the two cannot drift: who may hold an identity, which
 * app writes what, which branches an environment opens for. What a stack may cost is no fact of its config but a decision about it, and
 * stands here.
 *
 *   npx tsx config/policies.ts          writes policy/config/STACK.json for every stack; test/config/policies.test.ts holds them fresh
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { podSecurity } from "../components/runners/runner-pods";
import { scaleSets } from "../components/runners/runner-mode";
import { namespaceOf } from "../components/runners/runner-scale-set";
import { identityName } from "../components/trust/ci-identities";
import { infrastructureEnvironments } from "../components/trust/purposes";
import type { EnvironmentSpec } from "../pipeline/model";
import { readPackConfig, type PackConfig } from "../policy/kit/config";
import { rules } from "../policy/rules";
import { readStackFile } from "./file";
import type { StackInput } from "./read";

/** Stacks with a committed policy config. */
export const STACKS = ["prod", "dev"] as const;
type Stack = (typeof STACKS)[number];

/** GPUs, and US dollars an hour, of all pools at their maxima. */
const BUDGETS: Readonly<Record<Stack, { readonly maxGpus: number; readonly maxHourly: number }>> = {
  prod: { maxGpus: 48, maxHourly: 220 },
  dev: { maxGpus: 2, maxHourly: 6 },
};

/**
 * Names of the rulesets that the next apply may weaken. A name stands here from the pull request that weakens the ruleset, which says why, until
 * that is applied (docs/operations.md, policies).
 */
const ACKNOWLEDGED: Readonly<Record<Stack, readonly string[]>> = { prod: [], dev: [] };

/** Namespace of NVIDIA's device plugin, which mounts the kubelet's socket. */
const DEVICE_PLUGIN_NAMESPACE = "nvidia-device-plugin";

/** File of a stack's policy config. */
export function policyConfigFile(project: string, stack: string): string {
  return join(project, "policy", "config", `${stack}.json`);
}

/**
 * A stack's committed policy config.
 * @throws Error when there is none
 * @throws PackConfigError when it does not fit the policies
 */
export function readPolicyConfig(project: string, stack: string): PackConfig {
  const file = policyConfigFile(project, stack);
  if (!existsSync(file)) throw new Error(`found no policy config of stack ${stack} at ${file}; add the stack to STACKS in config/policies.ts and run that file`);
  return readPackConfig(rules, readFileSync(file, "utf8"));
}

/** What the policies are told about a stack, by policy. */
export function policyConfig(stack: Stack, { pipeline, infrastructure }: StackInput): Record<string, Record<string, unknown>> {
  const { github, registries } = infrastructure;
  const isolated = registries.pullRequestImages === "isolated";
  const prefix = `gpu-cicd-${stack}`;
  const mirrorWriter = `Integration:${pipeline.mirrorBot.appId}`;
  const { name: repositoryName, defaultBranch, releaseBranches, mirrorBranchPrefix } = pipeline.repository;
  const protectedBranches = { repositories: [repositoryName], branches: [defaultBranch, releaseBranches] };
  const own = infrastructureEnvironments(stack, github.applyReviewers, defaultBranch);
  const pullRequestEnvironments = environmentsOf(pipeline.environments, "pull-request-images");
  const trust = {
    repositories: [
      repository(pipeline.repository, github.subjectForm, pipeline.environments),
      repository(github.infrastructureRepository, github.subjectForm, own),
    ],
  };
  return {
    "required-checks-present": protectedBranches,
    "required-checks-pinned": { apps: Object.fromEntries(pipeline.requiredChecks.filter(({ appId }) => appId !== GITHUB_ACTIONS).map(({ context, appId }) => [context, appId])) },
    "required-checks-reported": { mirrorBranches: `${mirrorBranchPrefix}[0-9]+` },
    "rulesets-without-bypass": { always: [`Integration:${github.applyingApp.appId}`], mirrorPrefix: `refs/heads/${mirrorBranchPrefix}`, mirrorWriters: [mirrorWriter] },
    "protected-branches-reviewed": { ...protectedBranches, approvals: github.requiredReviews },
    "protection-not-weakened": { acknowledged: ACKNOWLEDGED[stack] },
    "mirror-branches-restricted": { repositories: [repositoryName], branches: `${mirrorBranchPrefix}*`, writers: [mirrorWriter] },
    "nightly-schedule-present": { ...pipeline.schedule },
    "environments-limited": {
      branches: Object.fromEntries([...pipeline.environments, ...own].map(({ name, branches }) => [name, branches])),
      reviewed: [...pipeline.environments, ...own].filter(({ reviewers }) => reviewers.length > 0).map(({ name }) => name),
    },
    "runner-groups-selected": { repositoryIds: [pipeline.repository.repositoryId] },
    "aws-trust-exact": trust,
    "azure-federation-exact": trust,
    "aws-pull-requests-confined": {
      pullRequestEnvironments,
      roles: [identityName(prefix, "pull-request-images")],
      repositories: [isolated ? `${registries.repository}-pull-request` : registries.repository],
      isolated,
    },
    "azure-pull-requests-confined": { pullRequestEnvironments, identities: [identityName(prefix, "pull-request-images")], registries: [isolated ? `${registries.acrName}pr` : registries.acrName] },
    "azure-roles-narrow": { resourceGroupAssignments: ["identities-preview-Reader", "identities-apply-Contributor", "identities-apply-RbacAdministrator"] },
    "ecr-tags-immutable": { mutableRepositories: [`${registries.repository}-cache`] },
    "namespaces-restricted": { privileged: [DEVICE_PLUGIN_NAMESPACE, ...privilegedNamespaces({ pipeline, infrastructure })] },
    "pools-within-budget": BUDGETS[stack],
    "stateful-protected": { production: stack === "prod" },
  };
}

/** App under which jobs of GitHub Actions report: the policy's own default. */
const GITHUB_ACTIONS = 15368;

function repository(facts: { owner: string; name: string; ownerId: number; repositoryId: number }, subjectForm: string, environments: readonly EnvironmentSpec[]): Record<string, unknown> {
  const { owner, name, ownerId, repositoryId } = facts;
  return { owner, name, ownerId, repositoryId, subjectForm, environments: environments.filter(({ identity }) => identity !== "none").map((environment) => environment.name) };
}

function environmentsOf(environments: readonly EnvironmentSpec[], identity: EnvironmentSpec["identity"]): string[] {
  return environments.filter((environment) => environment.identity === identity).map(({ name }) => name);
}

/** Namespaces of the scale sets that run a Docker daemon. */
function privilegedNamespaces({ pipeline, infrastructure: { runners, deploymentCluster } }: Pick<StackInput, "pipeline" | "infrastructure">): string[] {
  const sets = scaleSets(pipeline, runners.cluster === "deployment-tests" ? deploymentCluster : runners.cluster);
  return sets.filter((set) => podSecurity(set) === "privileged").map(({ runnerClass }) => namespaceOf(runnerClass.label));
}

/** The text of the committed file. */
export function renderPolicyConfig(project: string, stack: Stack): string {
  return `${JSON.stringify(policyConfig(stack, readStackFile(project, stack)), undefined, 2)}\n`;
}

if (require.main === module) {
  const project = join(__dirname, "..");
  for (const stack of STACKS) writeFileSync(policyConfigFile(project, stack), renderPolicyConfig(project, stack));
}
