/** Broken accounts, registries and clusters, and a pipeline that does not fit them. */
import type { CoherenceInput } from "../../../../pipeline/coherence";
import type { Infrastructure } from "../../../../pipeline/infrastructure";
import type { Change, Load } from "../../../../pipeline/load";
import { infrastructure, pipeline } from "../../fixtures";
import { runner, withDeploymentCluster, withEnvironment, withGpuPool, withInfrastructure, withPipeline, withRunnerPool, type Broken } from "../breaking";

const { load } = infrastructure;
const withLoad = (change: Partial<Load>): Partial<CoherenceInput> => withInfrastructure({ load: { ...load, ...change } });
const withChanges = (change: Partial<Load["pullRequests"]>): Partial<CoherenceInput> => withLoad({ pullRequests: { ...load.pullRequests, ...change } });
const oneChange: Change = { id: "one", title: "One", weight: 1, files: ["lib/a.rs"] };

const { deploymentCluster } = infrastructure;
const zonal = { ...deploymentCluster, nodePools: deploymentCluster.nodePools.map((pool) => ({ ...pool, vmSize: "Standard_D16ds_v5", gpus: 0, zones: ["1", "2"] })) };

function withSize(name: string, change: Partial<Infrastructure["vmSizes"][string]>, more: Partial<Infrastructure> = {}): Broken[1] {
  return withInfrastructure({ ...more, vmSizes: { ...infrastructure.vmSizes, [name]: { ...infrastructure.vmSizes[name]!, ...change } } });
}

export const infrastructureCases: readonly Broken[] = [
  [
    "account-ids",
    withInfrastructure({ aws: { accountId: "12345", region: "us-west-2" } }),
    "infrastructure.aws.accountId",
    '"12345"',
    "twelve digits",
  ],
  ...["file:///tmp/state", "state"].map(
    (url): Broken => ["state-backend", withInfrastructure({ stateBackend: url }), "infrastructure.stateBackend", JSON.stringify(url), "a URL that begins with azblob://, s3://, gs://, https://"],
  ),
  [
    "registry-name",
    withInfrastructure({ registries: { ...infrastructure.registries, acrName: "orbit-ci" } }),
    "infrastructure.registries.acrName",
    '"orbit-ci", 8 characters',
    "5 to 50 letters and digits",
  ],
  [
    "registry-name",
    withInfrastructure({ registries: { ...infrastructure.registries, repository: "Orbit/serving" } }),
    "infrastructure.registries.repository",
    '"Orbit/serving", 13 characters',
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
    "a team of infrastructure.github.teams: orbit-leads, orbit-ops",
  ],
  [
    "resource-tags",
    withInfrastructure({ tags: { "aws:owner": "me" } }),
    'infrastructure.tags["aws:owner"]',
    '"aws:owner"',
    "1 to 128 characters without < > % & \\ ? /, not beginning with aws:",
  ],
  [
    "price-table",
    withInfrastructure({ prices: { ...infrastructure.prices, asOf: "2026-02-31" } }),
    "infrastructure.prices.asOf",
    '"2026-02-31"',
    "a day, such as 2026-11-23",
  ],
  [
    "price-table",
    withInfrastructure({ prices: { ...infrastructure.prices, currency: "$" } }),
    "infrastructure.prices.currency",
    '"$"',
    "a currency's code, such as USD",
  ],
  [
    "price-table",
    withInfrastructure({ prices: { ...infrastructure.prices, source: " " } }),
    "infrastructure.prices.source",
    '" "',
    "where the prices are from, in words",
  ],
  [
    "price-unknown",
    withGpuPool({ vmSize: "Standard_ND96asr_v4", gpus: 8 }),
    "infrastructure.vmSizes.Standard_ND96asr_v4.prices.westus3",
    "nothing",
    "the price of a node an hour in westus3: pool gpu of orbit-launches has such nodes",
  ],
  [
    "price-unknown",
    withRunnerPool("farm", { spot: true }),
    "infrastructure.vmSizes.Standard_D16pds_v6.prices.westus3.spotHourly",
    "nothing",
    "the price of a spot node an hour in westus3: pool farm of orbit-runners is spot",
  ],
  [
    "budget",
    withInfrastructure({ budget: { maxGpus: 18, maxHourly: 1000 } }),
    "infrastructure.budget.maxGpus",
    "18",
    "at least 19: 8 for 8 nodes of pool gone of orbit-runners, 6 for 3 nodes of pool gtwo of orbit-runners, 5 for 5 nodes of pool gpu of orbit-launches; or fewer nodes",
  ],
  [
    "budget",
    withInfrastructure({ budget: { maxGpus: 19, maxHourly: 50 } }),
    "infrastructure.budget.maxHourly",
    "50",
    "at least 91.80 USD an hour: 29.38 USD for 8 nodes of pool gone of orbit-runners, 22.04 USD for 3 nodes of pool gtwo of orbit-runners, " +
      "18.37 USD for 5 nodes of pool gpu of orbit-launches, 8.14 USD for 9 nodes of pool famd of orbit-runners, " +
      "5.06 USD for 7 nodes of pool farm of orbit-runners, 8.82 USD for 5 other pools; or fewer nodes",
  ],
  ["budget", withInfrastructure({ budget: { maxGpus: 1.5, maxHourly: 1000 } }), "infrastructure.budget.maxGpus", "1.5", "a whole number from 0 to 100000"],
  ["load-profile", withLoad({ asOf: "yesterday" }), "infrastructure.load.asOf", '"yesterday"', "a day, such as 2026-11-23"],
  ["load-profile", withLoad({ source: "" }), "infrastructure.load.source", '""', "where the figures are from, in words"],
  ["load-profile", withLoad({ hours: [1, 2, 3] }), "infrastructure.load.hours", "3 weights", "24, one for each hour, UTC"],
  ["load-profile", withLoad({ hours: Array<number>(24).fill(0) }), "infrastructure.load.hours", "no hour with a weight", "a weight above 0 for an hour at least"],
  ["load-profile", withLoad({ hosted: { ...load.hosted, concurrent: 0 } }), "infrastructure.load.hosted.concurrent", "0", "a whole number from 1 to 100000"],
  ["load-profile", withChanges({ open: 0 }), "infrastructure.load.pullRequests.open", "0", "a whole number from 1 to 100000"],
  ["load-profile", withChanges({ mirrored: 1.1 }), "infrastructure.load.pullRequests.mirrored", "1.1", "a share, from 0 to 1"],
  ["load-profile", withChanges({ changes: [] }), "infrastructure.load.pullRequests.changes", "no change with a weight", "a kind of change with a weight above 0 at least"],
  [
    "load-profile",
    withChanges({ changes: [oneChange, { ...oneChange, title: "Other" }] }),
    "infrastructure.load.pullRequests.changes[1].id",
    '"one", as in infrastructure.load.pullRequests.changes[0].id',
    "each kind of change once",
  ],
  ["load-profile", withChanges({ changes: [{ ...oneChange, files: [] }] }), "infrastructure.load.pullRequests.changes[0].files", "none", "files that such a change touches"],
  [
    "load-profile",
    withChanges({ changes: [{ ...oneChange, files: ["/lib/a.rs"] }] }),
    "infrastructure.load.pullRequests.changes[0].files[0]",
    '"/lib/a.rs"',
    "a path from the repository's root, such as lib/llm/src/a.rs",
  ],
  [
    "load-duration",
    withLoad({ runners: { ...load.runners, start: { median: 0, p95: 1 } } }),
    "infrastructure.load.runners.start.median",
    "0",
    "minutes, more than 0",
  ],
  [
    "load-duration",
    withLoad({ durations: { ...load.durations, build: { ...load.durations.build, component: { median: 8, p95: 7 } } } }),
    "infrastructure.load.durations.build.component.p95",
    "7",
    "minutes, 8 or more: the median is no longer than the 95th percentile",
  ],
  [
    "load-suite",
    withLoad({ durations: { ...load.durations, suites: { "overnite": { median: 1, p95: 2 } } } }),
    "infrastructure.load.durations.suites.overnite",
    '"overnite"',
    "a suite of the pipeline: joint, overnight, pairs, quick, whole",
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
    "a minor version, such as 1.36",
  ],
  ["cluster-name", withGpuPool({ name: "a0" }), "infrastructure.deploymentCluster.nodePools[0].name", '"a0"', "a name that sorts after the system pool's, a0system"],
  ...(
    [
      ["2026-11-30", "1.34", "which AKS supports until 2026-11-30", "1.35, 1.36, 1.37"],
      ["2026-12-31", "1.35", "which AKS supports until 2027-03-31", "1.36, 1.37"],
      ["2027-05-01", "1.36", "which AKS supports until 2027-06-30", "1.37"],
      ["2026-11-30", "1.40", "which pipeline/kubernetes-versions.ts does not know", "1.35, 1.36, 1.37"],
    ] as const
  ).map(([today, version, found, allowed]): Broken => [
    "kubernetes-support",
    { ...withDeploymentCluster({ kubernetesVersion: version }), today },
    "infrastructure.deploymentCluster.kubernetesVersion",
    `${version}, ${found}`,
    allowed,
  ]),
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
    "deployment-cluster-private",
    withDeploymentCluster({ authorizedIpRanges: [] }),
    "infrastructure.deploymentCluster.authorizedIpRanges",
    "a private cluster, whose API server no pod of a test reaches",
    "at least one range; the virtual cluster of a test works with that API server, and pods of tests reach no private address",
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
    "a VM size of the table, such as Standard_NC16as_T4_v3, Standard_NC24ads_A100_v4, Standard_NC4as_T4_v3, Standard_NC64as_T4_v3, Standard_NC8as_T4_v3; gpu-cicd:vmSizes adds one",
  ],
  [
    "vm-size",
    withGpuPool({ zones: ["1"] }),
    "infrastructure.deploymentCluster.nodePools[0].zones",
    "1",
    "none, as it is not known in which zones of westus3 Standard_NC24ads_A100_v4 is offered: az vm list-skus --location westus3 --size Standard_NC24ads_A100_v4 --zone tells, and " +
      "gpu-cicd:vmSizes takes it",
  ],
  [
    "vm-size",
    withSize("Standard_D16ds_v5", { zones: { westus3: ["1", "3"] } }, { deploymentCluster: zonal }),
    "infrastructure.deploymentCluster.nodePools[0].zones",
    "1, 2",
    "some of 1, 3, where Standard_D16ds_v5 is offered in westus3",
  ],
  ["vm-size-table", withSize("Standard_D16ds_v5", { vcpus: 1.5 }), "infrastructure.vmSizes.Standard_D16ds_v5.vcpus", "1.5", "a whole number from 1 to 4096"],
  ["vm-size-table", withSize("Standard_D16ds_v5", { memoryGiB: 0 }), "infrastructure.vmSizes.Standard_D16ds_v5.memoryGiB", "0", "more than 0"],
  [
    "vm-size-table",
    withSize("Standard_NC24ads_A100_v4", { gpus: 0.5 }),
    "infrastructure.vmSizes.Standard_NC24ads_A100_v4.gpus",
    "0.5",
    "a whole number of GPUs: Kubernetes counts a part of one as one",
  ],
  ["vm-size-table", withSize("Standard_D16ds_v5", { gpus: 1 }), "infrastructure.vmSizes.Standard_D16ds_v5.gpuModel", "nothing", "the model of the GPUs"],
  ["vm-size-table", withSize("Standard_D16ds_v5", { zones: { westus3: ["4"] } }), "infrastructure.vmSizes.Standard_D16ds_v5.zones.westus3[0]", '"4"', "1, 2 or 3"],
  [
    "vm-size-table",
    withInfrastructure({ vmSizes: { ...infrastructure.vmSizes, standard_d16DS_v5: infrastructure.vmSizes["Standard_D16ds_v5"]! } }),
    "infrastructure.vmSizes.standard_d16DS_v5",
    '"standard_d16ds_v5", as in infrastructure.vmSizes.Standard_D16ds_v5',
    "each VM size once",
  ],
  [
    "vm-size",
    withGpuPool({ gpus: 2 }),
    "infrastructure.deploymentCluster.nodePools[0].gpus",
    "2",
    "1, as Standard_NC24ads_A100_v4 has them",
  ],

  [
    "unknown-pool",
    runner("launcher-v3", { nodePool: "tiny" }),
    "pipeline.runnerClasses[6].nodePool",
    '"tiny"',
    "a node pool of the runners' cluster: famd, farm, gone, gtwo, small, tarm",
  ],
  [
    "unknown-pool",
    runner("launcher-v3", { nodePool: "tarm" }),
    "pipeline.runnerClasses[6].arch",
    'amd64 on pool "tarm", which is arm64',
    "arm64",
  ],
  [
    "pod-fits-node",
    runner("bench-gpu-v3", { pod: { cpu: 20, memoryGiB: 180, gpus: 2, storageGiB: 200 } }),
    "pipeline.runnerClasses[3].pod.gpus",
    "2",
    'at most 1, what a Standard_NC24ads_A100_v4 node of pool "gone" has for pods',
  ],
  [
    "pod-fits-node",
    runner("forge-amd-v3", { pod: { cpu: 16, memoryGiB: 50, gpus: 0, storageGiB: 300 } }),
    "pipeline.runnerClasses[1].pod.cpu",
    "16",
    'at most 15.24, what a Standard_D16ds_v5 node of pool "famd" has for pods',
  ],
  [
    "pool-capacity",
    withRunnerPool("gone", { maxCount: 7 }),
    "infrastructure.runners.cluster.nodePools[2].maxCount",
    "7 nodes",
    "at least 8: 8 for 8 of bench-gpu-v3",
  ],
  [
    "deployment-capacity",
    withGpuPool({ maxCount: 3 }),
    "infrastructure.deploymentCluster.nodePools",
    "3 GPUs on amd64 nodes at most",
    "at least 4: 2 for the largest graph of alpha, 1 for the largest graph of beta, 1 for the largest graph of gamma",
  ],
  [
    "deployment-capacity",
    withPipeline({ deployments: { ...pipeline.deployments, maxParallel: 2, tests: [...pipeline.deployments.tests, { framework: "beta", profile: "split", manifest: "samples/beta/launch/split.yaml", gpus: 2 }] } }),
    "infrastructure.deploymentCluster.nodePools",
    "5 GPUs on amd64 nodes at most",
    "at least 7: 3 for the 2 largest graphs of alpha, 3 for the 2 largest graphs of beta, 1 for the largest graph of gamma",
  ],
  [
    "deployment-capacity",
    { ...withInfrastructure({ runners: { ...infrastructure.runners, cluster: "deployment-tests" } }), ...runner("bench-gpu-v3", { nodePool: "gpu", maxRunners: 3 }) },
    "infrastructure.deploymentCluster.nodePools",
    "5 GPUs on amd64 nodes at most",
    "at least 7: 2 for the largest graph of alpha, 1 for the largest graph of beta, 1 for the largest graph of gamma, 3 for 3 of bench-gpu-v3",
  ],
  [
    "maintenance-window",
    withDeploymentCluster({ maintenance: { dayOfWeek: "Sunday", startHour: 5, durationHours: 4 } }),
    "infrastructure.deploymentCluster.maintenance",
    "Sunday, 4 hours from 5:00 UTC; a nightly run starts at 2026-01-11T01:30:00.000Z",
    "a window that no nightly run meets, which takes up to 5 hours",
  ],

  [
    "unknown-team",
    withEnvironment("launches", { reviewers: ["release-team"] }),
    "pipeline.environments[2].reviewers[0]",
    '"release-team"',
    "a team of infrastructure.github.teams: orbit-leads, orbit-ops",
  ],

  [
    "maintenance-window",
    withDeploymentCluster({ maintenance: { dayOfWeek: "Sunday", startHour: 0, durationHours: 4 } }),
    "infrastructure.deploymentCluster.maintenance",
    "Sunday, 4 hours from 0:00 UTC; a nightly run starts at 2026-01-11T01:30:00.000Z",
    "a window that no nightly run meets, which takes up to 5 hours",
  ],
  // In summer the run starts an hour earlier, by UTC.
  [
    "maintenance-window",
    withDeploymentCluster({ maintenance: { dayOfWeek: "Saturday", startHour: 20, durationHours: 5 } }),
    "infrastructure.deploymentCluster.maintenance",
    "Saturday, 5 hours from 20:00 UTC; a nightly run starts at 2026-07-19T00:30:00.000Z",
    "a window that no nightly run meets, which takes up to 5 hours",
  ],
];
