/**
 * Config of the policy pack for a stack, derived from the stack's own config so that the two cannot drift: who may hold an identity, which
 * app writes what, which branches an environment opens for, what it may cost.
 * `make generate` writes policy/config/STACK.json for every stack, the default sizes and the default checks.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { jobPodSecurity, podSecurity } from "../components/runners/runner-pods";
import { jobNamespaceOf, namespaceOf } from "../components/runners/namespaces";
import { scaleSets, type ScaleSet } from "../components/runners/runner-mode";
import { cacheRoleName, identityName } from "../components/trust/ci-identities";
import { infrastructureEnvironments, refClaim } from "../components/trust/purposes";
import { movablePrefixes, publishedImages } from "../pipeline/images";
import type { EnvironmentSpec } from "../pipeline/model";
import { mode } from "../pipeline/schema/kit";
import type { MachinePrice, VmSize, VmSizes } from "../pipeline/schema/machines";
import { VERDICT_SECRET } from "../pipeline/secrets";
import { seedVmSizes } from "../pipeline/seed/vm-sizes";
import { readPackConfig, type PackConfig } from "../policy/kit/config";
import type { Manifest } from "../policy/intent/manifest";
import { rules } from "../policy/rules";
import { manifestGiven } from "../policy/rules/stack/manifest-given";
import { resourcesAsIntended } from "../policy/rules/stack/resources-as-intended";
import { checkConfig } from "./default-checks";
import { readStackFile } from "./file";
import { stacksIn } from "./stacks";
import type { StackInput } from "./read";

/** Stacks with a committed policy config: those that have a file. */
export const STACKS = stacksIn(join(__dirname, ".."));

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
  if (!existsSync(file)) throw new Error(`found no policy config of stack ${stack} at ${file}; run make generate, which writes one for every stack file`);
  const config = readPackConfig(rules, readFileSync(file, "utf8"));
  const manifest = manifestFile(project, stack);
  return existsSync(manifest) ? withManifest(config, JSON.parse(readFileSync(manifest, "utf8")) as Manifest) : config;
}

/** File of a stack's manifest: every resource that it is meant to have (config/intent.ts). */
export function manifestFile(project: string, stack: string): string {
  return join(project, "policy", "manifests", `${stack}.json`);
}

/** The config with a manifest; without one, of a stack that has none. */
export function withManifest(config: PackConfig, manifest: Manifest | undefined): PackConfig {
  const rest = Object.fromEntries(Object.entries(config).filter(([name]) => name !== resourcesAsIntended.name && name !== manifestGiven.name));
  return manifest === undefined ? rest : { ...rest, [resourcesAsIntended.name]: { manifest: JSON.stringify(manifest) }, [manifestGiven.name]: { given: true } };
}

/** What the policies are told about a stack, by policy. */
export function policyConfig(stack: string, { pipeline, infrastructure }: StackInput): Record<string, Record<string, unknown>> {
  const { github, registries } = infrastructure;
  const { contexts, apps, actionsApp } = checkConfig(pipeline);
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
  const refs = Object.fromEntries([...pipeline.environments, ...own].filter(({ identity }) => identity !== "none").map(({ name, branches }) => [name, branches.map(refClaim)]));
  const releaseManagers = github.releaseManagers.flatMap((slug) => github.teams[slug] ?? []).map((id) => `Team:${id}`);
  const sizes = policySizes(infrastructure.vmSizes, (prices) => prices[infrastructure.azure.location]);
  return {
    "required-checks-present": { ...protectedBranches, contexts },
    "required-checks-configured": { contexts },
    "required-checks-pinned": { apps, actionsApp },
    "required-checks-reported": { mirrorBranches: `${mirrorBranchPrefix}[0-9]+`, actionsApp, verdictApp: pipeline.verdictApp?.appId ?? actionsApp },
    "verdicts-from-main": { repositories: [repositoryName], ...verdictConfig(pipeline) },
    "rulesets-without-bypass": { always: [`Integration:${github.applyingApp.appId}`], mirrorPrefix: `refs/heads/${mirrorBranchPrefix}`, mirrorWriters: [mirrorWriter], releaseManagers },
    "refs-born-restricted": { repositories: [repositoryName], branches: [releaseBranches], creators: releaseManagers },
    "protected-branches-reviewed": { ...protectedBranches, approvals: github.requiredReviews },
    "protection-not-weakened": { acknowledged: infrastructure.acknowledged.map(({ ruleset }) => ruleset) },
    "mirror-branches-restricted": { repositories: [repositoryName], branches: `${mirrorBranchPrefix}*`, writers: [mirrorWriter] },
    "nightly-schedule-present": { ...pipeline.schedule },
    "environments-limited": {
      branches: Object.fromEntries([...pipeline.environments, ...own].map(({ name, branches }) => [name, branches])),
      reviewed: [...pipeline.environments, ...own].filter(({ reviewers }) => reviewers.length > 0).map(({ name }) => name),
    },
    "runner-groups-selected": { repositoryIds: [pipeline.repository.repositoryId] },
    "aws-trust-exact": { ...trust, refs },
    "azure-federation-exact": trust,
    "aws-pull-requests-confined": {
      pullRequestEnvironments,
      roles: [identityName(prefix, "pull-request-images"), cacheRoleName(prefix, "pull-request-images")],
      repositories: [isolated ? `${registries.repository}-pull-request` : registries.repository],
      isolated,
    },
    "azure-pull-requests-confined": { pullRequestEnvironments, identities: [identityName(prefix, "pull-request-images")], registries: [isolated ? `${registries.acrName}pr` : registries.acrName] },
    "azure-roles-narrow": { resourceGroupAssignments: ["identities-preview-Reader", "identities-apply-Contributor", "identities-apply-RbacAdministrator"] },
    "ecr-tags-immutable": { mutableRepositories: [`${registries.repository}-cache`] },
    "runner-pods-confined": { jobCapabilities: locksMemory({ pipeline, infrastructure }) ? ["IPC_LOCK"] : [] },
    "namespaces-restricted": { privileged: [DEVICE_PLUGIN_NAMESPACE, ...privilegedNamespaces({ pipeline, infrastructure })] },
    "pools-within-budget": { ...infrastructure.budget, sizes },
    "pods-fit-nodes": { sizes },
    "acr-purge-keeps-newest": { tags: movableTags(pipeline).flatMap(({ tags }) => tags) },
    "newest-images-kept": { imagesOf: Object.fromEntries(movableTags(pipeline).map(({ prefix, tags }) => [`${prefix}*`, tags.length])) },
    "stateful-protected": { production: stack === "prod" },
  };
}

/** What the policy about the verdict app is told; nothing where the stack has none. */
function verdictConfig({ verdictApp }: StackInput["pipeline"]): Record<string, unknown> {
  return verdictApp === undefined ? {} : { app: verdictApp.appId, environment: verdictApp.environment, secret: VERDICT_SECRET };
}

function repository(facts: { owner: string; name: string; ownerId: number; repositoryId: number }, subjectForm: string, environments: readonly EnvironmentSpec[]): Record<string, unknown> {
  const { owner, name, ownerId, repositoryId } = facts;
  return { owner, name, ownerId, repositoryId, subjectForm, environments: environments.filter(({ identity }) => identity !== "none").map((environment) => environment.name) };
}

function environmentsOf(environments: readonly EnvironmentSpec[], identity: EnvironmentSpec["identity"]): string[] {
  return environments.filter((environment) => environment.identity === identity).map(({ name }) => name);
}

/** Tags that move from commit to commit, those of one run by their prefix: whoever deploys pulls the newest image of each. */
function movableTags(pipeline: StackInput["pipeline"]): { readonly prefix: string; readonly tags: readonly string[] }[] {
  const prefixes = movablePrefixes(pipeline);
  const modes = mode.options.filter((each) => prefixes.includes(pipeline.tagPrefixes[each]));
  return modes.map((each) => ({ prefix: pipeline.tagPrefixes[each], tags: publishedImages(pipeline, each).map(({ tag }) => tag) }));
}

/** Namespaces of the scale sets that run a Docker daemon, and of the jobs that lock memory. */
function privilegedNamespaces(input: Pick<StackInput, "pipeline" | "infrastructure">): string[] {
  const daemons = setsOf(input).filter((set) => podSecurity(set) === "privileged").map(({ runnerClass }) => namespaceOf(runnerClass.label));
  const locking = setsOf(input).filter((set) => set.mode === "container" && jobPodSecurity(set) === "privileged");
  return [...daemons, ...locking.map(({ runnerClass }) => jobNamespaceOf(runnerClass.label))];
}

function locksMemory(input: Pick<StackInput, "pipeline" | "infrastructure">): boolean {
  return setsOf(input).some(({ mode, contract }) => mode === "container" && contract.memlock === "unlimited");
}

function setsOf({ pipeline, infrastructure: { runners, deploymentCluster } }: Pick<StackInput, "pipeline" | "infrastructure">): ScaleSet[] {
  return scaleSets(pipeline, runners.cluster === "deployment-tests" ? deploymentCluster : runners.cluster);
}

/** What the policies are told of the VM sizes that have a price; the model refuses a pool of any other. */
function policySizes(sizes: VmSizes, priceOf: (prices: VmSize["prices"]) => MachinePrice | undefined): Record<string, Record<string, number>> {
  return Object.fromEntries(
    Object.entries(sizes).flatMap(([name, { vcpus, memoryGiB, gpus, prices }]) => {
      const price = priceOf(prices);
      return price === undefined ? [] : [[name, { hourly: price.hourly, cpus: vcpus, memoryGiB, gpus }]];
    }),
  );
}

/** File of the policies' default sizes, for stacks without a config of their own. */
export function defaultSizesFile(project: string): string {
  return join(project, "policy", "rules", "cluster", "default-vm-sizes.ts");
}

/** The text of that file: the default table, each size with its price in the first region that has one. */
export function renderDefaultSizes(): string {
  const sizes = policySizes(seedVmSizes, (prices) => Object.values(prices)[0]);
  const rows = Object.entries(sizes).map(([name, size]) => `  ${name}: ${oneLine(size)},`);
  return [
    "/** Written by make generate from the table of VM sizes (pipeline/seed/vm-sizes.ts); prices are of East US, or of the first region that has one. */",
    'import type { VmSize } from "./vm-sizes";',
    "",
    "export const defaultSizes: Readonly<Record<string, VmSize>> = {",
    ...rows,
    "};",
    "",
  ].join("\n");
}

function oneLine(size: Readonly<Record<string, number>>): string {
  return `{ ${Object.entries(size).map(([key, value]) => `${key}: ${value}`).join(", ")} }`;
}

/** The text of the committed file. A VM size takes one line, so that a change of one is read as such. */
export function renderPolicyConfig(project: string, stack: string): string {
  const text = JSON.stringify(policyConfig(stack, readStackFile(project, stack)), undefined, 2);
  return `${text.replace(/\{\s+("hourly": [^{}]*?)\s+\}/g, (_, size: string) => `{ ${size.replace(/\s+/g, " ")} }`)}\n`;
}
