/** Default deployment tests: the frameworks' graphs, with the most GPUs that the manifests' replicas take. */
import type { DeploymentTest } from "../model";
import type { GivenDeploymentTests } from "../schema/tests";
import { DEPLOY_TESTER } from "./runners";

/** GPUs by graph: one a worker. The routers' graphs have two workers of a kind. */
const GPUS = { agg: 1, agg_router: 2, disagg: 2, disagg_router: 4 } as const;
/** A graph whose manifest has fewer workers. */
const GPUS_OF: Readonly<Partial<Record<string, number>>> = { "sglang-agg_router": 1 };
type Profile = keyof typeof GPUS;

const PROFILES: Readonly<Record<string, readonly Profile[]>> = {
  vllm: ["agg", "agg_router", "disagg", "disagg_router"],
  sglang: ["agg", "agg_router"],
  trtllm: ["agg", "agg_router", "disagg", "disagg_router"],
};

function graphs(): DeploymentTest[] {
  return Object.entries(PROFILES).flatMap(([framework, profiles]) =>
    profiles.map((profile) => ({
      framework,
      profile,
      manifest: `examples/backends/${framework}/deploy/${profile}.yaml`,
      gpus: GPUS_OF[`${framework}-${profile}`] ?? GPUS[profile],
    })),
  );
}

export const seedDeployments: GivenDeploymentTests = {
  tests: graphs(),
  modes: ["post-merge", "nightly"],
  runner: DEPLOY_TESTER,
  timeoutMinutes: 60,
  operatorChart: "deploy/helm/charts/platform",
  operatorImage: "operator",
  model: "Qwen/Qwen3-0.6B",
  // Newest release of vCluster, with the Kubernetes that it packs and the DNS of its own default. Whoever copies them into a registry has their digests.
  virtualCluster: {
    chart: "charts/vcluster@sha256:",
    images: {
      controlPlane: "cache/ghcr.io/loft-sh/vcluster-oss:0.36.1@sha256:",
      kubernetes: "cache/ghcr.io/loft-sh/kubernetes:v1.36.0@sha256:",
      dns: "cache/docker.io/coredns/coredns:1.14.2@sha256:",
      hosts: "cache/docker.io/library/alpine:3.20@sha256:",
    },
  },
  crdsChart: "deploy/helm/charts/crds",
  imageCache: "cache",
  namespacePrefix: "dynamo-ci-",
  // Two runs side by side: main moves on while a graph of the commit before is still up.
  namespaces: 6,
  expiryMinutes: 120,
  quota: { gpus: 4, pods: 40, cpu: 64, memoryGiB: 400, storageGiB: 200 },
  // One graph of each framework: three at once in a run. More have been seen to starve each other.
  maxParallel: 1,
};
