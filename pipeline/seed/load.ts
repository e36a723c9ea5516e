/**
 * Default load profile. Each figure is either reported or an assumption, and says which; put in your own as soon as you have measured them.
 *
 * Reported: of the system itself, its repository in 2025 and 2026; of AKS and Actions Runner Controller, their issue trackers and pull requests.
 */
import type { Load } from "../load";

export const seedLoad: Load = {
  asOf: "2026-12-01",
  source:
    "Reported, of ai-dynamo/dynamo in 2026: 115 pushes to pull requests and 26.5 merges a weekday, merges a median of 18.5 minutes apart in peak hours; 16 to 36% of pull requests started again by hand, 1.3 to " +
    "3.2 times each; 73% of 499 merged changes concern all frameworks, 8% one or two; 50 to 74 hours of tests a weekday; pull requests 30 to 90 minutes, main 3 to 4 hours, nightly 3 to 5 hours end to end. An AKS " +
    "GPU node Ready after 353 s (AgentBaker, June 2026); a 7 GB image pulled in about 5 minutes; a runner gone 10.8 s after its job, 17.6 s at p95 (ARC 0.15). Assumed: everything else.",
  weekday: {
    // Reported: a week of 2026.
    pullRequestPushes: 115,
    mainPushes: 26.5,
    // Assumed.
    releasePushes: 2,
    dispatches: 1,
  },
  weekend: 0.15,
  // Assumed: people in Europe, most on the Pacific coast; the peak is 16:00 to 01:00 UTC. In an hour of it 2.2 merges come, a median of 18.6 minutes apart.
  hours: [5, 3, 2, 1, 1, 1, 1, 2, 3, 3, 3, 3, 4, 5, 6, 8, 11, 12, 12, 11, 12, 12, 12, 9],
  pullRequests: {
    open: 60,
    mirrored: 0.9,
    // Reported: 26% of pull requests (16 to 36), 2.25 times each (1.3 to 3.2), of four pushes (2.3 to 5.7).
    reruns: 0.15,
    rerunAfter: { median: 90, p95: 600 },
    // Reported: 73% concern all frameworks, 8% one or two, the rest none. Assumed: how these parts are made up.
    changes: [
      { id: "documentation", title: "Documentation alone", weight: 11, files: ["docs/guide.md"] },
      { id: "examples", title: "Examples and recipes", weight: 4, files: ["examples/basics/run.sh"] },
      { id: "core", title: "Rust and Python of the core", weight: 55, files: ["lib/runtime/src/lib.rs", "tests/serve/test_core.py"] },
      { id: "frontend", title: "The frontend and the model library", weight: 14, files: ["lib/llm/src/http.rs", "components/src/dynamo/frontend/main.py"] },
      { id: "vllm", title: "vLLM alone", weight: 3.5, files: ["components/src/dynamo/vllm/main.py"] },
      { id: "sglang", title: "SGLang alone", weight: 2.3, files: ["components/src/dynamo/sglang/main.py"] },
      { id: "trtllm", title: "TRT-LLM alone", weight: 2.2, files: ["components/src/dynamo/trtllm/main.py"] },
      { id: "operator", title: "The operator and its charts", weight: 4, files: ["deploy/operator/main.go"] },
      { id: "pipeline", title: "Workflows and build settings", weight: 4, files: [".github/workflows/pr.yaml"] },
    ],
  },
  // Assumed, so that runs take what is reported of them end to end.
  durations: {
    plan: { median: 0.5, p95: 1 },
    checks: { median: 2, p95: 5 },
    core: { median: 16, p95: 32 },
    build: { framework: { median: 18, p95: 40 }, component: { median: 7, p95: 15 }, reused: { median: 1.5, p95: 3 } },
    publish: { median: 1, p95: 3 },
    // Reported sums come to about 50 minutes an image and run.
    tests: { unit: { median: 5, p95: 12 }, integration: { median: 7, p95: 18 }, e2e: { median: 12, p95: 28 } },
    // Counted in February 2026, by markers: 22 of 73 unit tests need a GPU and 4 of 22 integration tests; the share of the time is taken to be that of the tests.
    withoutGpu: { unit: 0.7, integration: 0.8, e2e: 0 },
    suites: { "e2e-long": { median: 50, p95: 130 }, "e2e-multi-gpu": { median: 18, p95: 45 } },
    collect: { median: 2, p95: 4 },
    deployment: { median: 8, p95: 20 },
    verdict: { median: 0.4, p95: 0.8 },
  },
  nodes: {
    // GPU: reported. CPU: assumed.
    start: { cpu: { median: 2.5, p95: 4 }, gpu: { median: 5.9, p95: 9 } },
    // AKS' default of the autoscaler.
    idleMinutes: 10,
  },
  runners: {
    start: { median: 0.3, p95: 0.6 },
    stop: { median: 0.18, p95: 0.29 },
  },
  pulls: { runner: { median: 0.5, p95: 1.2 }, image: { median: 5, p95: 8 } },
  // GitHub's limit of the Team plan; a public repository's minutes cost nothing.
  hosted: { concurrent: 60, start: { median: 0.2, p95: 0.6 } },
  // Azure publishes bands of eviction rates: 0 to 5, 5 to 10, ..., above 20 per cent an hour.
  spot: { evictionsPerHour: 0.05, rerunAfter: { median: 15, p95: 90 } },
  deploymentPod: { cpu: 2, memoryGiB: 8, gpus: 0, storageGiB: 20 },
  imageGiB: 1.5,
};
