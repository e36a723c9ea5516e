/** What tests need of their pods, held against what a runner class can give. */
import { nodeOf } from "./placement";
import { clusters } from "./clusters";
import { shortages, TEST_SERVICE } from "../machines";
import type { Finding, Pipeline, PodSize } from "../model";
import { contractsOn, podContract, type Contracted } from "../test-contract";
import { PINNED_IMAGE } from "./accounts";
import type { Check, PipelineInput, PlacementInput } from "./check";
import { each, listed, repeated, shown, unless } from "./check";
import { scaleSets } from "./runners";

/** The variables without which a checkout finds a home that is another user's, and torch no user's name. */
const IDENTITY = ["HOME", "USER"];

export const contractsKept: Check<PipelineInput> = {
  name: "test-contract",
  holds: "What a suite needs of its pod can be given: services exist, only root locks memory, and HOME and USER are set.",
  find: ({ pipeline }) =>
    each(pipeline.suites, "pipeline.suites", (suite, at) =>
      once(Object.values(suite.runners).flatMap((runner) => contractsOn(pipeline, runner).filter((each) => each.suite === suite))).flatMap(({ framework, contract }) => {
        const path = `${at}.testContract`;
        const on = `with ${shown(framework)}`;
        const services = pipeline.testServices.map(({ id }) => id);
        return [
          ...each(contract.services, `${path}.services`, (id, service) => unless(services.includes(id), service, shown(id), `a service of testServices: ${listed(services)}`)),
          // Kubernetes gives added capabilities only to root: KEP-2763, ambient capabilities, is not built.
          ...unless(contract.memlock === "node" || contract.user === 0, `${path}.memlock`, `"unlimited" for user ${contract.user} ${on}`, "user 0, or memlock: node: Kubernetes gives an added capability only to root"),
          ...IDENTITY.flatMap((name) => unless(Boolean(contract.environment[name]), `${path}.environment.${name}`, `nothing ${on}`, "a value: the runner's own home belongs to another user than the tests'")),
          ...unless(!contract.directory.split("/").includes(".."), `${path}.directory`, shown(contract.directory), "a folder inside of the repository, or an absolute path"),
        ];
      }),
    ),
};

export const servicesPinned: Check<PipelineInput> = {
  name: "test-service",
  holds: "Services of tests have a name of their own and an image by digest.",
  find: ({ pipeline: { testServices } }) => [
    ...repeated(testServices.map(({ id }) => id), (index) => `pipeline.testServices[${index}].id`, "service"),
    ...each(testServices, "pipeline.testServices", ({ image }, at) => unless(PINNED_IMAGE.test(image), `${at}.image`, shown(image), "NAME:TAG@sha256:DIGEST")),
  ],
};

export const classesAgree: Check<PipelineInput> = {
  name: "test-contract-class",
  holds: "One pod template serves all suites of a runner class, so they agree on the user.",
  find: ({ pipeline }) =>
    scaleSets(pipeline, ({ id }, at) => {
      const all = contractsOn(pipeline, id);
      const users = [...new Set(all.map(({ contract }) => contract.user))];
      return unless(users.length < 2, at, `suites of the users ${listed(users.map((user) => usersOf(all, user)))}`, "one user for all suites of a class, or classes of their own");
    }),
};

export const testPodsFit: Check<PlacementInput> = {
  name: "test-pod",
  holds: "A pod of tests has the memory and the GPUs that its suites want, and its node has room for the services beside it.",
  find: ({ pipeline, infrastructure }) =>
    scaleSets(pipeline, (set, at) => {
      const all = contractsOn(pipeline, set.id);
      const pool = clusters(infrastructure).flatMap(({ cluster }) => cluster.nodePools).find(({ name }) => name === set.nodePool);
      const node = pool && nodeOf(infrastructure, pool);
      // Without a node, or where only the pod has none, another check says so.
      if (all.length === 0 || node === undefined || shortages(set.pod, node).length > 0) return [];
      const { sharedMemoryGiB, services } = podContract(pipeline, set.id);
      return [
        ...unless(sharedMemoryGiB < set.pod.memoryGiB, `${at}.pod.memoryGiB`, `${set.pod.memoryGiB} GiB, and ${sharedMemoryGiB} GiB of shared memory in it`, "more memory than the shared memory, which counts against it"),
        ...once(all).flatMap((each) => workerFinding(pipeline, each, set.pod.gpus)),
        ...shortages(withServices(set.pod, services), node).map(({ resource, available }) => ({
          path: `${at}.pod.${resource}`,
          found: `${set.pod[resource]}, and ${services * TEST_SERVICE[resource]} for ${services === 1 ? "a service" : `${services} services`}`,
          allowed: `at most ${Math.floor(available * 100) / 100} together, what a node of pool ${shown(set.nodePool)} has for pods`,
        })),
      ];
    }),
};

function withServices(pod: PodSize, services: number): PodSize {
  const { cpu, memoryGiB, gpus, storageGiB } = TEST_SERVICE;
  return { cpu: pod.cpu + services * cpu, memoryGiB: pod.memoryGiB + services * memoryGiB, gpus: pod.gpus + services * gpus, storageGiB: pod.storageGiB + services * storageGiB };
}

function workerFinding({ suites }: Pipeline, { suite, framework, contract: { workers } }: Contracted, gpus: number): Finding[] {
  return unless(
    workers === 1 || workers * suite.gpus <= gpus,
    `pipeline.suites[${suites.indexOf(suite)}].testContract.workers`,
    `${workers} on ${gpus === 1 ? "a GPU" : `${gpus} GPUs`}, with ${shown(framework)}`,
    `at most ${Math.max(1, Math.floor(gpus / Math.max(1, suite.gpus)))}: the tests of each worker take ${suite.gpus}`,
  );
}

function usersOf(all: readonly Contracted[], user: number): string {
  return `${user} (${listed(all.filter(({ contract }) => contract.user === user).map(({ suite, framework }) => `${suite.id} of ${framework}`))})`;
}

/** Frameworks mostly want the same of a suite, and then one finding tells it. */
function once(all: readonly Contracted[]): Contracted[] {
  const seen = new Map(all.map((each) => [`${each.suite.id} ${JSON.stringify(each.contract)}`, each] as const));
  return [...seen.values()];
}
