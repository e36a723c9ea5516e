/** Default deployment tests: the frameworks' graphs, with the most GPUs that the manifests' replicas take. */
import type { DeploymentTest, DeploymentTests } from "../model";
import { DEPLOY_TESTER } from "./runners";

/** GPUs by graph: one a worker. The routers' graphs have two workers of a kind. */
const GPUS = { agg: 1, agg_router: 2, disagg: 2, disagg_router: 4 } as const;
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
      gpus: GPUS[profile],
    })),
  );
}

export const seedDeployments: DeploymentTests = {
  tests: graphs(),
  modes: ["post-merge", "nightly"],
  runner: DEPLOY_TESTER,
  timeoutMinutes: 60,
  operatorChart: "deploy/helm/charts/platform",
  operatorImage: "operator",
  model: "Qwen/Qwen3-0.6B",
  namespacePrefix: "dynamo-ci-",
  expiryMinutes: 120,
  quota: { gpus: 4, pods: 40, cpu: 64, memoryGiB: 400 },
  // One graph of each framework: three at once in a run. More have been seen to starve each other.
  maxParallel: 1,
};
