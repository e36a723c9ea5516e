/** Every check: it is silent on a coherent stack, and finds exactly what is broken, in these words. */
import {
  coherence,
  infrastructureChecks,
  jobChecks,
  jobFindings,
  pipelineChecks,
  pipelineFindings,
  placementChecks,
  renderFindings,
  structuralFindings,
  type CoherenceInput,
} from "../../../pipeline/coherence";
import type { Cluster, Infrastructure } from "../../../pipeline/infrastructure";
import type { JobFacts } from "../../../pipeline/jobs";
import type { Finding, Pipeline, ScaleSetRunnerClass } from "../../../pipeline/model";
import { seedPipeline } from "../../../pipeline/seed";
import { changed, coherent, infrastructure, job, jobs, pipeline, variables } from "../fixtures";

type Broken = readonly [check: string, input: Partial<CoherenceInput>, path: string, found: string, allowed: string];

const runner = (label: string, change: Partial<ScaleSetRunnerClass>): Partial<CoherenceInput> => ({
  pipeline: { ...pipeline, runnerClasses: changed(pipeline.runnerClasses, (each) => each.label === label, change) },
});
const withPipeline = (change: Partial<Pipeline>): Partial<CoherenceInput> => ({ pipeline: { ...pipeline, ...change } });
const withInfrastructure = (change: Partial<Infrastructure>): Partial<CoherenceInput> => ({
  infrastructure: { ...infrastructure, ...change },
});
const withDeploymentCluster = (change: Partial<Cluster>): Partial<CoherenceInput> =>
  withInfrastructure({ deploymentCluster: { ...infrastructure.deploymentCluster, ...change } });
const withJob = (workflow: string, id: string, change: Partial<JobFacts>): Partial<CoherenceInput> => ({
  jobs: changed(jobs, (each) => each.workflow === workflow && each.id === id, change),
});
const withFilter = (id: string, patterns: readonly string[]): Partial<CoherenceInput> =>
  withPipeline({ filters: changed(pipeline.filters, (filter) => filter.id === id, { patterns }) });
const withFramework = (id: string, change: Partial<Pipeline["frameworks"][number]>): Partial<CoherenceInput> =>
  withPipeline({ frameworks: changed(pipeline.frameworks, (each) => each.id === id, change) });
const withSuite = (id: string, change: Partial<Pipeline["suites"][number]>): Partial<CoherenceInput> =>
  withPipeline({ suites: changed(pipeline.suites, (suite) => suite.id === id, change) });
const withEnvironment = (name: string, change: Partial<Pipeline["environments"][number]>): Partial<CoherenceInput> =>
  withPipeline({ environments: changed(pipeline.environments, (each) => each.name === name, change) });
const withGpuPool = (change: Partial<Cluster["nodePools"][number]>): Partial<CoherenceInput> =>
  withDeploymentCluster({ nodePools: infrastructure.deploymentCluster.nodePools.map((each) => ({ ...each, ...change })) });

const sharedCluster = infrastructure.runners.cluster as Cluster;
const withRunnerPool = (name: string, change: Partial<Cluster["nodePools"][number]>): Partial<CoherenceInput> =>
  withInfrastructure({
    runners: {
      ...infrastructure.runners,
      cluster: { ...sharedCluster, nodePools: changed(sharedCluster.nodePools, (each) => each.name === name, change) },
    },
  });

const everyMode = (version: `${number}.${number}`) => ({ "pull-request": [version], "post-merge": [version], nightly: [version] });

const cases: readonly Broken[] = [
  // The pipeline by itself.
  ["id-format", withSuite("unit", { id: "Unit" }), "pipeline.suites[0].id", '"Unit"', "lower case letters, digits and inner hyphens"],
  ["duplicate", withSuite("integration", { id: "unit" }), "pipeline.suites[1].id", '"unit", as in pipeline.suites[0].id', "each id once"],
  [
    "duplicate",
    runner("prod-builder-arm-v1", { label: "prod-builder-amd-v1" }),
    "pipeline.runnerClasses[2].label",
    '"prod-builder-amd-v1", as in pipeline.runnerClasses[1].label',
    "each label once",
  ],
  [
    "duplicate",
    withPipeline({
      requiredChecks: changed(pipeline.requiredChecks, ({ context }) => context === "copyright-checks", { context: "pre-commit" }),
    }),
    "pipeline.requiredChecks[1].context",
    '"pre-commit", as in pipeline.requiredChecks[0].context',
    "each required check once",
  ],
  [
    "framework-component-clash",
    withPipeline({ components: changed(pipeline.components, ({ id }) => id === "frontend", { id: "vllm" }) }),
    "pipeline.components[1].id",
    '"vllm", the id of a framework',
    "an id of its own",
  ],
  [
    "unknown-runner",
    withPipeline({ defaultRunner: "hosted-arm64" }),
    "pipeline.defaultRunner",
    '"hosted-arm64"',
    "a runner class: builder-amd64, builder-arm64, deploy-tester, hosted-amd64, tester-amd64-gpu, tester-amd64-gpu-4, tester-arm64",
  ],
  [
    "unknown-filter",
    withPipeline({ components: changed(pipeline.components, ({ id }) => id === "frontend", { filter: "rust" }) }),
    "pipeline.components[1].filter",
    '"rust"',
    'a filter that concerns "component": frontend, operator',
  ],
  [
    "unknown-filter",
    withPipeline({ components: pipeline.components.filter(({ id }) => id !== "frontend") }),
    "pipeline.filters[4]",
    '"frontend" concerns a component that names no such filter',
    "a filter that a component names",
  ],
  [
    "unknown-framework",
    withPipeline({ deployments: { ...pipeline.deployments, operatorImage: "controller" } }),
    "pipeline.deployments.operatorImage",
    '"controller"',
    "a component image: frontend, operator",
  ],
  [
    "unknown-environment",
    withPipeline({
      secrets: changed(pipeline.secrets, ({ name }) => name === "HF_TOKEN", {
        environments: ["pull-request-images", "main-images", "deployment-tests", "production"],
      }),
    }),
    "pipeline.secrets[0].environments[3]",
    '"production"',
    "an environment: deployment-tests, main-images, notifications, pull-request-images",
  ],
  [
    "pattern-matches-nothing",
    withFilter("rust", ["**/*.rs", "lib/"]),
    "pipeline.filters[2].patterns[1]",
    '"lib/"',
    "a pattern for files, such as one ending in /**: a trailing / matches nothing",
  ],
  [
    "pattern-matches-nothing",
    withFilter("rust", ["**/*.{rs,toml}"]),
    "pipeline.filters[2].patterns[0]",
    '"**/*.{rs,toml}"',
    "one pattern for each alternative: braces and groups match themselves only",
  ],
  [
    "pattern-matches-nothing",
    withFilter("rust", ["!lib/**"]),
    "pipeline.filters[2].patterns",
    "negations alone: !lib/**",
    "at least one pattern without !",
  ],
  [
    "pattern-matches-nothing",
    withFilter("rust", ["lib/**/*.rs", "**/Cargo.toml", "!lib/**"]),
    "pipeline.filters[2].patterns[0]",
    '"lib/**/*.rs", of which "!lib/**" takes everything',
    "a pattern that keeps some paths",
  ],
  [
    "negation-without-effect",
    withFilter("rust", ["!**/generated.rs", "**/*.rs"]),
    "pipeline.filters[2].patterns[0]",
    '"!**/generated.rs" takes no path from the patterns before it',
    "a negation behind a pattern that it takes paths from",
  ],
  [
    "negation-without-effect",
    withFilter("rust", ["**/*.rs", "!**/*.md"]),
    "pipeline.filters[2].patterns[1]",
    '"!**/*.md" takes no path from the patterns before it',
    "a negation behind a pattern that it takes paths from",
  ],
  [
    "filter-shadowed",
    withPipeline({ filters: [...pipeline.filters, { id: "library", title: "Library", patterns: ["lib/**/*.rs"], concerns: "rust" }] }),
    "pipeline.filters[10]",
    '"library" has no effect: "rust" covers every path of it and concerns rust',
    "paths of its own, or another concern",
  ],
  [
    "owned-path-shadowed",
    withFramework("sglang", { owns: [".github/workflows/sglang/**"] }),
    "pipeline.frameworks[1].owns[0]",
    '".github/workflows/sglang/**" has no effect: "ci" covers it and concerns everything',
    "a path that no filter of everything covers",
  ],
  [
    "tag-collision",
    withFramework("vllm", { cuda: { ...everyMode("12.9"), nightly: ["12.8", "12.9"] }, architectures: ["amd64"] }),
    'tag "nightly-vllm-amd64"',
    "2 images: vllm CUDA 12.8 amd64 (nightly); vllm CUDA 12.9 amd64 (nightly)",
    "one image for each tag",
  ],
  [
    "tag-prefix",
    withPipeline({ releaseTagPrefix: "release-" }),
    "pipeline.releaseTagPrefix",
    '"release-"',
    "a prefix with {sha}: its tags never move",
  ],
  [
    "tag-prefix",
    withPipeline({ releaseTagPrefix: "main-{sha}-" }),
    "pipeline.releaseTagPrefix",
    '"main-{sha}-"',
    'a prefix that does not begin with the movable "main-"',
  ],
  [
    "cuda-version",
    withFramework("trtllm", { cuda: everyMode("14.0") }),
    "pipeline.frameworks[2].cuda.nightly[0]",
    '"14.0"',
    "a CUDA version with a published image: 12.0 to 12.9, 13.0 to 13.3",
  ],
  [
    "cuda-version",
    withPipeline({ core: { ...pipeline.core, cuda: "12.8" } }),
    "pipeline.core.cuda",
    '"12.8"',
    "a CUDA version that a framework image has: 12.9, 13.0",
  ],
  [
    "empty-matrix",
    withFramework("sglang", { cuda: { ...everyMode("12.9"), nightly: [] } }),
    "pipeline.frameworks[1].cuda.nightly",
    "no version",
    "at least one CUDA version",
  ],
  [
    "image-untested",
    withPipeline({ untested: pipeline.untested.filter(({ images }) => images !== "frontend") }),
    'image "frontend-amd64" in pull-request mode',
    "no suite tests or collects it",
    "a suite with a runner for its architecture, or an entry in pipeline.untested with the reason",
  ],
  [
    "excuse-unused",
    withPipeline({
      untested: [
        ...pipeline.untested,
        { images: "operator", modes: ["nightly"], architectures: ["amd64"], why: "Its sources are tested." },
      ],
    }),
    "pipeline.untested[2]",
    '"operator" in nightly on amd64',
    "images that are built and that nothing else tests",
  ],
  [
    "deployment-image",
    withPipeline({ components: changed(pipeline.components, ({ id }) => id === "operator", { modes: ["pull-request", "post-merge"] }) }),
    "pipeline.deployments.operatorImage",
    '"operator" has no amd64 image in nightly mode',
    "a component that is built for amd64 in every mode that deploys",
  ],
  [
    "suite-never-runs",
    withSuite("e2e-multi-gpu", { collectOnly: { amd64: "No GPU.", arm64: "No GPU." } }),
    "pipeline.suites[4].collectOnly",
    '"e2e-multi-gpu" is only collected, on amd64, arm64',
    "an architecture on which the tests run",
  ],
  [
    "suite-never-runs",
    withSuite("e2e-long", { markers: {} }),
    "pipeline.suites[3].markers.nightly",
    "nothing",
    "a pytest marker expression for each mode of the suite",
  ],
  [
    "suite-runner",
    withSuite("e2e-multi-gpu", { runners: { amd64: "tester-amd64-gpu", arm64: "tester-arm64" } }),
    "pipeline.suites[4].runners.amd64",
    '"tester-amd64-gpu" with 1 GPUs',
    "a runner class with at least 4 GPUs, or a reason in collectOnly",
  ],
  [
    "runner-architecture",
    withPipeline({ builders: { amd64: "builder-amd64", arm64: "builder-amd64" } }),
    "pipeline.builders.arm64",
    '"builder-amd64" is amd64',
    "a runner class of arm64",
  ],
  ["timeout", withSuite("unit", { timeoutMinutes: 0 }), "pipeline.suites[0].timeoutMinutes", "0 minutes", "a whole number from 1 to 7200"],
  [
    "timeout",
    withPipeline({ core: { ...pipeline.core, timeoutMinutes: 500 } }),
    "pipeline.core.timeoutMinutes",
    "500 minutes",
    "a whole number from 1 to 360",
  ],
  [
    "deployment-limits",
    withPipeline({ deployments: { ...pipeline.deployments, expiryMinutes: 30 } }),
    "pipeline.deployments.expiryMinutes",
    "30 minutes",
    "at least the timeout of a deployment test, 60 minutes",
  ],
  [
    "deployment-limits",
    withPipeline({ deployments: { ...pipeline.deployments, modes: ["pull-request", "post-merge", "nightly"] } }),
    "pipeline.deployments.modes",
    '["pull-request","post-merge","nightly"]',
    "post-merge and nightly: only main deploys",
  ],
  [
    "scale-set-name",
    runner("prod-default-v1", { label: "prod-tester-amd-gpu-a100-80gb-4-westus3-eks-v1" }),
    "pipeline.runnerClasses[6].label",
    '"prod-tester-amd-gpu-a100-80gb-4-westus3-eks-v1", 46 characters',
    "1 to 42 lower case letters, digits and inner hyphens",
  ],
  [
    "scale-set-numbers",
    runner("prod-default-v1", { minRunners: 9 }),
    "pipeline.runnerClasses[6].minRunners",
    "9",
    "a whole number from 0 to maxRunners, 8",
  ],
  [
    "fork-runner-shared",
    runner("prod-default-v1", { trust: ["fork", "protected"] }),
    "pipeline.runnerClasses[6].trust",
    "fork, protected",
    "fork alone, or no fork: what fork code leaves behind must not meet other jobs",
  ],
  [
    "runner-trust-empty",
    runner("prod-default-v1", { trust: [] }),
    "pipeline.runnerClasses[6].trust",
    "none",
    "at least one of fork, mirror, protected",
  ],
  [
    "runner-trust",
    runner("prod-default-v1", { trust: ["mirror"] }),
    "pipeline.deployments.runner",
    '"deploy-tester", which does not admit protected',
    "a runner class that admits protected",
  ],
  [
    "runner-trust",
    withPipeline({ core: { ...pipeline.core, runners: { ...pipeline.core.runners, fork: "builder-amd64" } } }),
    "pipeline.core.runners.fork",
    '"builder-amd64", which does not admit fork',
    "a runner class that admits fork",
  ],
  [
    "repository-ids",
    withPipeline({ mirrorBot: { ...pipeline.mirrorBot, appId: 0 } }),
    "pipeline.mirrorBot.appId",
    "0",
    "the id of the app that writes the mirror branches: gh api apps/SLUG --jq .id",
  ],
  [
    "branches-overlap",
    withPipeline({ repository: { ...pipeline.repository, releaseBranches: "m*" } }),
    "pipeline.repository.releaseBranches",
    '"m*"',
    'a pattern that "main" does not match',
  ],
  [
    "environment-limits",
    withEnvironment("notifications", { waitMinutes: 43_201 }),
    "pipeline.environments[3].waitMinutes",
    "43201",
    "a whole number from 0 to 43200",
  ],
  [
    "environment-limits",
    withEnvironment("notifications", { branches: [] }),
    "pipeline.environments[3].branches",
    "none",
    "at least one branch pattern: without any, every branch can use the environment",
  ],
  [
    "identity-branches",
    withEnvironment("main-images", { branches: ["main", "release/*", "pull-request/*"] }),
    "pipeline.environments[1].branches[2]",
    '"pull-request/*" with identity main-images',
    "branches within main, release/*",
  ],
  [
    "identity-shared",
    withEnvironment("notifications", { identity: "main-images" }),
    "pipeline.environments[3].identity",
    'main-images, as "main-images" has it',
    "an identity of its own, or none",
  ],
  [
    "secret-name",
    withPipeline({
      secrets: [...pipeline.secrets, { name: "AWS_SECRET_ACCESS_KEY", title: "Key", environments: ["main-images"], optional: false }],
    }),
    "pipeline.secrets[2].name",
    '"AWS_SECRET_ACCESS_KEY", a long-lived cloud credential by its name',
    "no cloud key, registry password or kubeconfig: jobs log in by OIDC",
  ],
  [
    "required-check-app",
    withPipeline({ requiredChecks: changed(pipeline.requiredChecks, ({ context }) => context === "DCO", { appId: 0 }) }),
    "pipeline.requiredChecks[2].appId",
    "0",
    "the id of a GitHub App; without it anybody with write access can report the check",
  ],
  [
    "schedule",
    withPipeline({ schedule: { cron: "0 24 * * *", timezone: "America/Los_Angeles" } }),
    "pipeline.schedule.cron",
    '"0 24 * * *"',
    "values within their fields: minute 0-59, hour 0-23, day 1-31, month 1-12, day of week 0-6",
  ],
  [
    "schedule",
    withPipeline({ schedule: { cron: "@daily", timezone: "America/Los_Angeles" } }),
    "pipeline.schedule.cron",
    '"@daily"',
    "five cron fields: minute, hour, day, month, day of week",
  ],
  [
    "schedule",
    withPipeline({ schedule: { cron: "* * * * *", timezone: "UTC" } }),
    "pipeline.schedule.cron",
    '"* * * * *"',
    "runs at least 5 minutes apart",
  ],
  [
    "schedule",
    withPipeline({ schedule: { cron: "0 0 * * *", timezone: "America/Cupertino" } }),
    "pipeline.schedule.timezone",
    '"America/Cupertino"',
    "an IANA time zone, such as America/Los_Angeles",
  ],

  // The infrastructure by itself.
  [
    "account-ids",
    withInfrastructure({ aws: { accountId: "12345", region: "us-west-2" } }),
    "infrastructure.aws.accountId",
    '"12345"',
    "twelve digits",
  ],
  [
    "registry-name",
    withInfrastructure({ registries: { ...infrastructure.registries, acrName: "dynamo-ci" } }),
    "infrastructure.registries.acrName",
    '"dynamo-ci", 9 characters',
    "5 to 50 letters and digits",
  ],
  [
    "registry-name",
    withInfrastructure({ registries: { ...infrastructure.registries, repository: "AI-Dynamo/dynamo" } }),
    "infrastructure.registries.repository",
    '"AI-Dynamo/dynamo", 16 characters',
    "2 to 243 lower case letters and digits, with single . _ - / between them",
  ],
  [
    "retention",
    withInfrastructure({
      registries: { ...infrastructure.registries, retention: { ...infrastructure.registries.retention, mainCount: 0 } },
    }),
    "infrastructure.registries.retention.mainCount",
    "0",
    "a whole number from 1 to 10000",
  ],
  [
    "runner-software",
    withInfrastructure({ runners: { ...infrastructure.runners, image: "ghcr.io/actions/actions-runner:latest" } }),
    "infrastructure.runners.image",
    '"ghcr.io/actions/actions-runner:latest"',
    "NAME:TAG@sha256:DIGEST",
  ],
  [
    "account-ids",
    withInfrastructure({ github: { ...infrastructure.github, applyReviewers: ["nobody"] } }),
    "infrastructure.github.applyReviewers[0]",
    '"nobody"',
    "a team of infrastructure.github.teams: ci-platform",
  ],
  [
    "resource-tags",
    withInfrastructure({ tags: { "aws:owner": "me" } }),
    'infrastructure.tags["aws:owner"]',
    '"aws:owner"',
    "1 to 128 characters without < > % & \\ ? /, not beginning with aws:",
  ],
  [
    "cluster-name",
    withGpuPool({ name: "gpu-pool" }),
    "infrastructure.deploymentCluster.nodePools[0].name",
    '"gpu-pool", 8 characters',
    "1 to 12 lower case letters and digits, a letter first",
  ],
  [
    "cluster-settings",
    withDeploymentCluster({ kubernetesVersion: "1.34.2" }),
    "infrastructure.deploymentCluster.kubernetesVersion",
    '"1.34.2"',
    "a minor version, such as 1.34",
  ],
  [
    "address-range",
    withDeploymentCluster({ authorizedIpRanges: ["203.0.113.0/33"] }),
    "infrastructure.deploymentCluster.authorizedIpRanges[0]",
    '"203.0.113.0/33"',
    "an IPv4 range in CIDR form, such as 203.0.113.0/24",
  ],
  [
    "address-range",
    withDeploymentCluster({ authorizedIpRanges: ["203.0.113.7/24"] }),
    "infrastructure.deploymentCluster.authorizedIpRanges[0]",
    '"203.0.113.7/24"',
    "the range's first address, 203.0.113.0/24",
  ],
  [
    "address-range",
    withDeploymentCluster({ authorizedIpRanges: ["0.0.0.0/0"] }),
    "infrastructure.deploymentCluster.authorizedIpRanges[0]",
    '"0.0.0.0/0"',
    "a range that does not hold every address; an empty list makes the cluster private",
  ],
  [
    "pool-numbers",
    withGpuPool({ minCount: 1 }),
    "infrastructure.deploymentCluster.nodePools[0].minCount",
    "1 nodes with GPUs",
    "0: GPU pools start from zero",
  ],
  [
    "pool-numbers",
    withDeploymentCluster({ systemPool: { vmSize: "Standard_D4ds_v5", minCount: 5, maxCount: 4 } }),
    "infrastructure.deploymentCluster.systemPool.minCount",
    "5",
    "a whole number from 1 to maxCount, 4",
  ],
  [
    "vm-size",
    withGpuPool({ vmSize: "Standard_NC24ads_B200_v9" }),
    "infrastructure.deploymentCluster.nodePools[0].vmSize",
    '"Standard_NC24ads_B200_v9"',
    "a VM size that pipeline/machines.ts knows",
  ],
  [
    "vm-size",
    withGpuPool({ gpus: 2 }),
    "infrastructure.deploymentCluster.nodePools[0].gpus",
    "2",
    "1, as Standard_NC24ads_A100_v4 has them",
  ],

  // The pipeline on its infrastructure.
  [
    "unknown-pool",
    runner("prod-default-v1", { nodePool: "small" }),
    "pipeline.runnerClasses[6].nodePool",
    '"small"',
    "a node pool of the runners' cluster: bldamd, bldarm, default, gpu1, gpu4, testarm",
  ],
  [
    "unknown-pool",
    runner("prod-default-v1", { nodePool: "testarm" }),
    "pipeline.runnerClasses[6].arch",
    'amd64 on pool "testarm", which is arm64',
    "arm64",
  ],
  [
    "pod-fits-node",
    runner("prod-tester-amd-gpu-v1", { pod: { cpu: 20, memoryGiB: 190, gpus: 2, storageGiB: 200 } }),
    "pipeline.runnerClasses[3].pod.gpus",
    "2",
    'at most 1, what a Standard_NC24ads_A100_v4 node of pool "gpu1" has for pods',
  ],
  [
    "pod-fits-node",
    runner("prod-builder-amd-v1", { pod: { cpu: 16, memoryGiB: 54, gpus: 0, storageGiB: 350 } }),
    "pipeline.runnerClasses[1].pod.cpu",
    "16",
    'at most 15.24, what a Standard_D16ds_v5 node of pool "bldamd" has for pods',
  ],
  [
    "pool-capacity",
    withRunnerPool("gpu1", { maxCount: 10 }),
    "infrastructure.runners.cluster.nodePools[2].maxCount",
    "10 nodes",
    "at least 16: 16 for 16 of prod-tester-amd-gpu-v1",
  ],
  [
    "deployment-capacity",
    withGpuPool({ maxCount: 7 }),
    "infrastructure.deploymentCluster.nodePools",
    "7 GPUs on amd64 nodes at most",
    "at least 8: 2 graphs at once, the largest with 4",
  ],
  [
    "maintenance-window",
    withDeploymentCluster({ maintenance: { dayOfWeek: "Sunday", startHour: 12, durationHours: 4 } }),
    "infrastructure.deploymentCluster.maintenance",
    "Sunday, 4 hours from 12:00 UTC; a nightly run starts at 2026-01-11T08:00:00.000Z",
    "a window that no nightly run meets, which takes up to 5 hours",
  ],

  [
    "unknown-team",
    withEnvironment("deployment-tests", { reviewers: ["release-team"] }),
    "pipeline.environments[2].reviewers[0]",
    '"release-team"',
    "a team of infrastructure.github.teams: ci-platform",
  ],

  // The rendered jobs.
  [
    "job-duplicate",
    { jobs: [...jobs, job("pr.yaml", "plan", { trust: ["mirror"] })] },
    'workflow pr.yaml, job "plan"',
    "a second job of this id",
    "each job once",
  ],
  [
    "unknown-label",
    withJob("ci-test-suite.yml", "plan", { runsOn: ["prod-default-v2"] }),
    'workflow ci-test-suite.yml, job "plan", runs-on',
    '"prod-default-v2"',
    "the label of a runner class: prod-builder-amd-v1, prod-builder-arm-v1, prod-default-v1, prod-tester-amd-gpu-4-v1, prod-tester-amd-gpu-v1, prod-tester-arm-v1, ubuntu-24.04",
  ],
  [
    "unknown-label",
    withJob("dynamo-status-check.yml", "core", { runsOn: ["prod-builder-amd-v1"] }),
    'workflow dynamo-status-check.yml, job "core", runs-on',
    '"prod-builder-amd-v1", which does not admit fork',
    "a runner class that admits fork",
  ],
  [
    "runner-unused",
    withPipeline({
      runnerClasses: [
        ...pipeline.runnerClasses,
        { kind: "hosted", id: "hosted-arm64", label: "ubuntu-24.04-arm", arch: "arm64", trust: ["fork"] },
      ],
    }),
    "pipeline.runnerClasses[7].label",
    '"ubuntu-24.04-arm", which no job asks for',
    "a runner class that a job runs on",
  ],
  [
    "unknown-need",
    withJob("pr.yaml", "backend-status-check", { needs: ["plan", "images", "tests"] }),
    'workflow pr.yaml, job "backend-status-check", needs',
    '"tests"',
    "a job of the same workflow",
  ],
  [
    "unknown-need",
    withJob("pr.yaml", "plan", { needs: ["plan"] }),
    'workflow pr.yaml, job "plan", needs',
    "a circle that comes back to the job",
    "needs without a circle",
  ],
  [
    "need-not-declared",
    withJob("ci-test-suite.yml", "deployments", { readsNeeds: ["changed-files"] }),
    'workflow ci-test-suite.yml, job "deployments", needs',
    "needs.changed-files is read and changed-files is not needed",
    '"changed-files" among the needs',
  ],
  [
    "image-not-pushed",
    withJob("ci-test-suite.yml", "deployments", { needs: ["plan"] }),
    'workflow ci-test-suite.yml, job "deployments"',
    "pulls operator-amd64, vllm-amd64, which no needed job pushes",
    "images that its needs push: none",
  ],
  [
    "required-check-reporter",
    withJob("pr.yaml", "backend-status-check", { context: "backend-status" }),
    "pipeline.requiredChecks[4]",
    'no job of pr.yaml reports "backend-status-check"',
    "one job of pr.yaml with this name",
  ],
  [
    "required-check-reporter",
    withJob("ci-test-suite.yml", "plan", { context: "pre-commit" }),
    "pipeline.requiredChecks[0]",
    '"pre-commit" is reported by 2 jobs: workflow ci-test-suite.yml, job "plan", workflow pre-commit.yml, job "pre-commit"',
    "one job: GitHub takes whichever reported last",
  ],
  [
    "required-check-reporter",
    withJob("ci-test-suite.yml", "plan", { context: "DCO" }),
    "pipeline.requiredChecks[2]",
    '"DCO" is reported by workflow ci-test-suite.yml, job "plan" too',
    "reports of the app dco alone",
  ],
  [
    "required-check-always",
    withJob("pr.yaml", "backend-status-check", { always: false }),
    'workflow pr.yaml, job "backend-status-check", if',
    "needs other jobs without always()",
    "if: always(): a skipped job counts as passed",
  ],
  [
    "required-check-always",
    withJob("pre-commit.yml", "pre-commit", { filtered: true }),
    'workflow pre-commit.yml, job "pre-commit"',
    "a workflow with branch or path filters that leave it out",
    "a workflow that every pull request starts: a check that is never reported blocks for ever",
  ],
  [
    "required-check-always",
    withJob("pre-commit.yml", "pre-commit", { matrix: true }),
    'workflow pre-commit.yml, job "pre-commit", strategy',
    "a matrix",
    "no matrix: its legs report under other names, and none when it is skipped",
  ],
  [
    "required-check-always",
    withJob("pre-commit.yml", "pre-commit", { trust: ["mirror"] }),
    'workflow pre-commit.yml, job "pre-commit"',
    "started by mirror",
    "started by fork too, as the check reports on every pull request",
  ],
  [
    "job-environment",
    withJob("pr.yaml", "images / build-amd64", { environment: "main-images" }),
    'workflow pr.yaml, job "images / build-amd64", environment',
    '"main-images", which admits main, release/* and none of mirror',
    "an environment of the branches that start the job",
  ],
  [
    "fork-access",
    withJob("dynamo-status-check.yml", "core", { secrets: ["GITHUB_TOKEN", "HF_TOKEN"] }),
    'workflow dynamo-status-check.yml, job "core"',
    "reads HF_TOKEN and can be started from a fork",
    "no secret",
  ],
  [
    "fork-access",
    withJob("dynamo-status-check.yml", "core", { idToken: true }),
    'workflow dynamo-status-check.yml, job "core", permissions',
    "id-token: write and can be started from a fork",
    "no OIDC token",
  ],
  [
    "secret-not-provided",
    withJob("ci-test-suite.yml", "notify", { secrets: ["SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL", "HF_TOKEN"] }),
    'workflow ci-test-suite.yml, job "notify"',
    'reads secret "HF_TOKEN" in environment "notifications"',
    "an environment that holds it: deployment-tests, main-images, pull-request-images",
  ],
  [
    "secret-not-provided",
    withJob("ci-test-suite.yml", "plan", { secrets: ["NGC_CI_ACCESS_TOKEN"] }),
    'workflow ci-test-suite.yml, job "plan"',
    'reads secret "NGC_CI_ACCESS_TOKEN", which nothing provides',
    "a secret of the pipeline: HF_TOKEN, SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL",
  ],
  [
    "secret-unread",
    withJob("ci-test-suite.yml", "notify", { secrets: [] }),
    "pipeline.secrets[1].environments[0]",
    '"notifications" holds SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL, which no job reads there',
    "environments whose jobs read it",
  ],
  [
    "variable-not-provided",
    { variables: variables.filter(({ environment }) => environment !== "deployment-tests") },
    'workflow ci-test-suite.yml, job "deployments"',
    'reads variable "AKS_API_SERVER" in environment "deployment-tests"',
    "a variable that the stack provides",
  ],
  [
    "variable-unread",
    { variables: [...variables, { name: "ECR_REGISTRY", environment: "notifications" }] },
    'variable ECR_REGISTRY of environment "notifications"',
    "no job reads it there",
    "variables that jobs read",
  ],
  [
    "job-identity",
    withJob("ci-test-suite.yml", "notify", { idToken: true }),
    'workflow ci-test-suite.yml, job "notify", environment',
    "asks for an OIDC token without an environment that has an identity",
    "an environment with an identity: deployment-tests, main-images, pull-request-images",
  ],
  [
    "job-identity",
    withJob("ci-test-suite.yml", "deployments", { pushes: ["vllm-amd64"] }),
    'workflow ci-test-suite.yml, job "deployments", environment',
    "pushes vllm-amd64 with deployment-tests",
    "an environment whose identity pushes images: main-images, pull-request-images",
  ],
  [
    "identity-unused",
    { jobs: jobs.map((each) => (each.environment === "pull-request-images" ? { ...each, pushes: [] } : each)) },
    "pipeline.environments[0].identity",
    'pull-request-images may push images, and no job of "pull-request-images" does',
    "an identity that a job pushes with, or none",
  ],
  [
    "image-never-pushed",
    withJob("ci-test-suite.yml", "deployments", { pulls: ["vllm-cuda12-amd64"] }),
    'workflow ci-test-suite.yml, job "deployments"',
    'image "vllm-cuda12-amd64"',
    "an image of the pipeline: frontend-amd64, frontend-arm64, operator-amd64, operator-arm64, sglang-amd64, sglang-arm64, sglang-cuda13-amd64, sglang-cuda13-arm64, trtllm-cuda13-amd64, trtllm-cuda13-arm64, vllm-amd64, vllm-arm64, vllm-cuda13-amd64, vllm-cuda13-arm64",
  ],
];

describe("coherence", () => {
  it("finds nothing in a coherent stack", () => {
    expect(coherence(coherent)).toEqual([]);
  });

  it.each(cases)("%s: %#", (check, input, path, found, allowed) => {
    const findings = coherence({ ...coherent, ...input });
    expect(findings).toContainEqual<Finding>({ check, path, found, allowed });
  });

  it("has a test for every check, whose names are unique and whose sentences end", () => {
    const checks = [...pipelineChecks, ...infrastructureChecks, ...placementChecks, ...jobChecks];
    const names = checks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const covered = new Set([...cases.map(([name]) => name), "tag-format", "fork-pool-shared"]);
    expect(names.filter((name) => !covered.has(name))).toEqual([]);
    for (const { holds } of checks) expect(holds).toMatch(/^[A-Z].*\.$/);
  });

  it("refuses a tag that is too long for a registry", () => {
    const id = "v".repeat(120);
    const findings = coherence({ ...coherent, ...withFramework("vllm", { id }) });
    expect(findings).toContainEqual<Finding>({
      check: "tag-format",
      path: `tag "nightly-${id}-cuda13-arm64"`,
      found: "141 characters",
      allowed: "at most 128 characters, with 40 for {sha}: letters, digits, _ . -, the first a letter, digit or _",
    });
  });

  it("keeps nodes that run code from forks apart", () => {
    const shared = {
      ...coherent,
      ...runner("prod-tester-arm-v1", { trust: ["fork"], nodePool: "bldarm" }),
      ...withInfrastructure({ runners: { ...infrastructure.runners, cluster: "deployment-tests" } }),
    };
    expect(structuralFindings(shared).filter(({ check }) => check === "fork-pool-shared")).toEqual([
      {
        check: "fork-pool-shared",
        path: "pipeline.runnerClasses[5].nodePool",
        found: '"bldarm", where prod-builder-arm-v1 runs too',
        allowed: "a node pool for code from forks alone",
      },
      {
        check: "fork-pool-shared",
        path: "infrastructure.runners.cluster",
        found: '"deployment-tests"',
        allowed: "a cluster of its own, as prod-tester-arm-v1 runs code from forks",
      },
    ]);
  });

  it("asks config for the ids that the default pipeline leaves open", () => {
    expect(pipelineFindings({ pipeline: seedPipeline }).map(({ path }) => path)).toEqual([
      "pipeline.repository.ownerId",
      "pipeline.repository.repositoryId",
      "pipeline.mirrorBot.appId",
    ]);
  });

  it("treats every variable as missing when the stack provides none", () => {
    const missing = jobFindings({ pipeline, infrastructure, jobs }).filter(({ check }) => check === "variable-not-provided");
    expect(missing.length).toBe(jobs.filter((each) => each.variables.length > 0).length);
  });

  it("lists every finding in one text", () => {
    const findings = coherence({ ...coherent, ...withInfrastructure({ aws: { accountId: "1", region: "moon" } }) });
    expect(renderFindings(findings)).toBe(
      [
        "2 findings; nothing was changed.",
        "",
        "  infrastructure.aws.accountId (account-ids)",
        '    found:   "1"',
        "    allowed: twelve digits",
        "",
        "  infrastructure.aws.region (account-ids)",
        '    found:   "moon"',
        "    allowed: an AWS region, such as us-west-2",
      ].join("\n"),
    );
    expect(renderFindings([])).toBe("");
  });
});
