/** A stack that is coherent: the default pipeline, an infrastructure for it, and the facts of jobs that serve both. Tests break one thing of it. */
import type { Cluster, Infrastructure, NodePool } from "../../pipeline/infrastructure";
import type { JobFacts, ProvidedVariable } from "../../pipeline/jobs";
import type { MergeQueue, Pipeline } from "../../pipeline/model";
import { seedPipeline } from "../../pipeline/seed";
import { seedLoad } from "../../pipeline/seed/load";
import { seedPrices } from "../../pipeline/seed/prices";
import type { CoherenceInput } from "../../pipeline/coherence";
import type { ChangedFile, Changes } from "../../pipeline/plan";

export const pipeline: Pipeline = {
  ...seedPipeline,
  repository: { ...seedPipeline.repository, ownerId: 101, repositoryId: 202 },
  mirrorBot: { ...seedPipeline.mirrorBot, appId: 303 },
};

/** A merge queue that is coherent with the default pipeline, and a pipeline that has it. */
export const mergeQueue: MergeQueue = {
  mergeMethod: "SQUASH",
  groupingStrategy: "ALLGREEN",
  maxEntriesToBuild: 5,
  minEntriesToMerge: 1,
  maxEntriesToMerge: 5,
  minEntriesToMergeWaitMinutes: 5,
  checkResponseTimeoutMinutes: 120,
  reportingApps: ["dco"],
};
export const queued: Pipeline = { ...pipeline, mergeQueue };

const GUID = "00000000-0000-4000-8000-000000000001";

function pool(name: string, vmSize: string, more: Partial<NodePool> = {}): NodePool {
  return { name, vmSize, arch: "amd64", gpus: 0, minCount: 0, maxCount: 16, spot: false, osDiskGiB: 512, maxPods: 30, zones: [], ...more };
}

function cluster(name: string, nodePools: readonly NodePool[]): Cluster {
  return {
    name,
    kubernetesVersion: "1.34",
    skuTier: "Standard",
    adminGroupObjectIds: [GUID],
    authorizedIpRanges: ["203.0.113.0/24"],
    upgradeChannel: "patch",
    maintenance: { dayOfWeek: "Saturday", startHour: 18, durationHours: 6 },
    systemPool: { vmSize: "Standard_D4ds_v5", minCount: 2, maxCount: 4 },
    nodePools,
  };
}

export const infrastructure: Infrastructure = {
  stateBackend: "azblob://state?storage_account=state",
  aws: { accountId: "123456789012", region: "us-west-2" },
  azure: { subscriptionId: GUID, tenantId: GUID, location: "westus3" },
  github: {
    subjectForm: "both",
    applyingApp: { appId: 1, installationId: 2 },
    runnerApp: { appId: 3, installationId: 4 },
    infrastructureRepository: { owner: "ai-dynamo", name: "gpu-cicd", ownerId: 101, repositoryId: 404, runner: "infrastructure" },
    requiredReviews: 1,
    teams: { "ci-platform": 505 },
    applyReviewers: ["ci-platform"],
  },
  registries: {
    repository: "ai-dynamo/dynamo",
    acrName: "dynamoci",
    acrSku: "Premium",
    pullRequestImages: "shared",
    retention: { pullRequestDays: 14, untaggedDays: 7, nightlyCount: 30, mainCount: 50, cacheDays: 14 },
  },
  deploymentCluster: cluster("dynamo-deployment-tests", [pool("gpu", "Standard_NC24ads_A100_v4", { gpus: 1, maxCount: 10 })]),
  runners: {
    cluster: cluster("dynamo-runners", [
      pool("bldamd", "Standard_D16ds_v5"),
      pool("bldarm", "Standard_D16pds_v6", { arch: "arm64", maxCount: 12 }),
      pool("gpu1", "Standard_NC24ads_A100_v4", { gpus: 1 }),
      pool("gpu4", "Standard_NC96ads_A100_v4", { gpus: 4, maxCount: 4 }),
      pool("testarm", "Standard_D16pds_v6", { arch: "arm64", maxCount: 4 }),
      pool("default", "Standard_D8ds_v5", { maxCount: 3 }),
    ]),
    controllerVersion: "0.15.1",
    image: `ghcr.io/actions/actions-runner:2.338.1@sha256:${"a".repeat(64)}`,
    dockerImage: `docker:29.1.2-dind@sha256:${"b".repeat(64)}`,
    devicePluginVersion: "0.17.4",
    failedRunnerMinutes: 60,
  },
  tags: { owner: "ci-platform", stack: "prod", "cost-centre": "1234" },
  protect: true,
  prices: seedPrices,
  load: seedLoad,
};

/** A job with nothing in it, on the hosted runner. */
export function job(workflow: string, id: string, more: Partial<JobFacts> = {}): JobFacts {
  return {
    workflow,
    id,
    context: id,
    runsOn: ["ubuntu-24.04"],
    needs: [],
    readsNeeds: [],
    secrets: [],
    variables: [],
    trust: ["protected"],
    idToken: false,
    always: false,
    matrix: false,
    filtered: false,
    pushes: [],
    pulls: [],
    ...more,
  };
}

function imageJobs(workflow: string, trust: "mirror" | "protected"): JobFacts[] {
  const environment = trust === "mirror" ? "pull-request-images" : "main-images";
  const access = { trust: [trust], environment, variables: ["ECR_REGISTRY"], secrets: ["HF_TOKEN"] } as const;
  return [
    job(workflow, "images", { runsOn: [], needs: ["plan"], readsNeeds: ["plan"], trust: [trust] }),
    job(workflow, "images / build-amd64", { ...access, secrets: [], runsOn: ["prod-builder-amd-v1"], idToken: true, pushes: ["*"] }),
    job(workflow, "images / build-arm64", { ...access, secrets: [], runsOn: ["prod-builder-arm-v1"], idToken: true, pushes: ["*"] }),
    ...["prod-tester-amd-gpu-v1", "prod-tester-amd-gpu-4-v1", "prod-tester-arm-v1"].map((label) =>
      job(workflow, `images / ${label}`, {
        ...access,
        runsOn: [label],
        idToken: true,
        needs: ["images / build-amd64", "images / build-arm64"],
        pulls: ["vllm-amd64"],
      }),
    ),
  ];
}

export const jobs: readonly JobFacts[] = [
  job("pre-commit.yml", "pre-commit", { trust: ["fork"] }),
  job("copyright-checks.yml", "copyright-checks", { trust: ["fork"] }),
  job("dynamo-status-check.yml", "plan", { trust: ["fork"] }),
  job("dynamo-status-check.yml", "core", { trust: ["fork"], needs: ["plan"], readsNeeds: ["plan"] }),
  job("dynamo-status-check.yml", "dynamo-status-check", {
    trust: ["fork"],
    needs: ["plan", "core"],
    readsNeeds: ["plan", "core"],
    always: true,
  }),
  job("pr.yaml", "plan", { trust: ["mirror"] }),
  ...imageJobs("pr.yaml", "mirror"),
  job("pr.yaml", "backend-status-check", { trust: ["mirror"], needs: ["plan", "images"], readsNeeds: ["plan", "images"], always: true }),
  job("ci-test-suite.yml", "plan"),
  ...imageJobs("ci-test-suite.yml", "protected"),
  job("ci-test-suite.yml", "deployments-vllm", {
    runsOn: ["prod-default-v1"],
    needs: ["plan", "images"],
    environment: "deployment-tests",
    secrets: ["HF_TOKEN"],
    variables: ["AKS_API_SERVER"],
    idToken: true,
    pulls: ["vllm-amd64", "operator-amd64"],
  }),
  job("ci-test-suite.yml", "notify", {
    needs: ["deployments-vllm"],
    environment: "notifications",
    secrets: ["SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL"],
    always: true,
  }),
];

export const variables: readonly ProvidedVariable[] = [
  { name: "ECR_REGISTRY", environment: "pull-request-images" },
  { name: "ECR_REGISTRY", environment: "main-images" },
  { name: "AKS_API_SERVER", environment: "deployment-tests" },
];

export const coherent: CoherenceInput = { pipeline, infrastructure, jobs, variables };

/** A list with one element changed. */
export function changed<Value extends object>(
  values: readonly Value[],
  wanted: (value: Value) => boolean,
  change: Partial<Value>,
): Value[] {
  if (!values.some(wanted)) throw new Error("Nothing to change: the fixture has no such element.");
  return values.map((value) => (wanted(value) ? { ...value, ...change } : value));
}

/** Modified files. */
export function files(...paths: readonly string[]): Changes {
  return { known: true, files: paths.map((path): ChangedFile => ({ path, status: "modified" })) };
}
