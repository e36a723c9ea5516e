/** Tests that ask of their pods what no runner class can give. */
import { pipeline } from "../../fixtures";
import { runner, withPipeline, withSuite, type Broken } from "../breaking";

const [store] = pipeline.testServices;
const AT = "pipeline.suites[0].testContract";
const gpuClass = pipeline.runnerClasses.findIndex(({ id }) => id === "bench-gpu");

export const testContractCases: readonly Broken[] = [
  ["test-contract", withSuite("quick", { testContract: { services: ["shop"] } }), `${AT}.services[0]`, '"shop"', "a service of testServices: store"],
  ["test-contract", withSuite("quick", { testContract: { user: 1000 } }), `${AT}.memlock`, '"unlimited" for user 1000 with "gamma"', "user 0, or memlock: node: Kubernetes gives an added capability only to root"],
  ["test-contract", withSuite("quick", { testContract: { environment: { USER: "" } } }), `${AT}.environment.USER`, 'nothing with "gamma"', "a value: the runner's own home belongs to another user than the tests'"],
  ["test-contract", withSuite("quick", { testContract: { directory: "../elsewhere" } }), `${AT}.directory`, '"../elsewhere"', "a folder inside of the repository, or an absolute path"],
  ["test-service", withPipeline({ testServices: [{ ...store!, image: "store:latest" }] }), "pipeline.testServices[0].image", '"store:latest"', "NAME:TAG@sha256:DIGEST"],
  ["test-service", withPipeline({ testServices: [store!, store!] }), "pipeline.testServices[1].id", '"store", as in pipeline.testServices[0].id', "each service once"],
  [
    "test-contract-class",
    withSuite("quick", { testContract: { user: 1000, memlock: "node" } }),
    `pipeline.runnerClasses[${gpuClass}]`,
    "suites of the users 0 (joint of alpha, joint of beta, joint of gamma, overnight of alpha, overnight of beta, overnight of gamma, whole of alpha, whole of beta, whole of gamma), 1000 (quick of alpha, quick of beta, quick of gamma)",
    "one user for all suites of a class, or classes of their own",
  ],
  ["test-pod", withSuite("quick", { testContract: { workers: 4 } }), `${AT}.workers`, '4 on a GPU, with "gamma"', "at most 1: the tests of each worker take 1"],
  [
    "test-pod",
    withSuite("quick", { testContract: { sharedMemoryGiB: 4000 } }),
    `pipeline.runnerClasses[${gpuClass}].pod.memoryGiB`,
    `${(pipeline.runnerClasses[gpuClass] as { pod: { memoryGiB: number } }).pod.memoryGiB} GiB, and 4000 GiB of shared memory in it`,
    "more memory than the shared memory, which counts against it",
  ],
  [
    "test-pod",
    runner("bench-gpu-v3", { pod: { cpu: 23.1, memoryGiB: 100, gpus: 1, storageGiB: 100 } }),
    `pipeline.runnerClasses[${gpuClass}].pod.cpu`,
    "23.1, and 0.25 for a service",
    'at most 23.16 together, what a node of pool "gone" has for pods',
  ],
];
