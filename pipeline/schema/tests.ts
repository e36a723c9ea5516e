/** What is tested: suites, deployment tests. */
import { z } from "zod";
import { ownTestContract } from "./test-contract";
import { arch, bySomeArchitectures, bySomeModes, gpus, inUnit, literalText, minutes, mode, namedList, nameFrom, number, text, type Given, type Resolved } from "./kit";

export const suite = z
  .strictObject({
    id: text.describe("Identifier used in job names: lower case, digits and `-`."),
    kind: z.enum(["unit", "integration", "e2e"]).describe("What its tests take in: one unit, several, or the whole. Durations of the load profile go by it."),
    title: text.describe("What it tests, for people."),
    modes: z.array(mode).describe("Modes in which it runs."),
    markers: bySomeModes(text).describe("pytest marker expression by mode; `{framework}` stands for the framework's id."),
    gpus: gpus.describe("GPUs that a test of this suite needs on one runner."),
    runners: bySomeArchitectures(nameFrom("runnerClasses")).describe("Runner class by architecture."),
    collectOnly: bySomeArchitectures(text).default({}).describe("Architectures on which tests are only collected, each with its reason."),
    testContract: ownTestContract,
    timeoutMinutes: minutes.describe("Minutes until the job is given up."),
    joins: text
      .optional()
      .describe(
        "Where tests are placed by need (`testPlacement.by: need`), the suites of one name here share two jobs on an image: `NAME-cpu` for their tests that need no GPU and `NAME-gpu` for the others. They have " +
          "the same modes, GPUs and runners. Left out: the suite stays a job of its own.",
      )
      .meta({ examples: ["tests"] }),
    shard: z
      .strictObject({ number: inUnit(number.int().min(1), "shard").describe("Which one it is, from 1."), of: inUnit(number.int().min(2), "shards").describe("How many there are.") })
      .optional()
      .describe("The part of its tests that the suite runs, by pytest-split; the other parts are suites with the same markers. Left out: all of them."),
  })
  .describe("A pytest suite that runs inside an image of a framework.");

/** What suites that share jobs have in common, and what each may say for itself of the pod: the shared one has all of it. */
const SHARED = ["modes", "gpus", "runners", "collectOnly"] as const;
const ADDED = ["services", "sharedMemoryGiB", "environment"];

/** The suites by id. Those that join under one name agree on what their shared jobs can have only once. */
export const suites = z
  .array(suite)
  .superRefine((given, context) =>
    given.forEach(({ joins, ...own }, index) => {
      const other = given.find((each) => each.joins === joins);
      if (joins === undefined || other === undefined || other.id === own.id) return;
      const same = (one: unknown, two: unknown): boolean => JSON.stringify(one) === JSON.stringify(two);
      const allowed = `what suite ${other.id} has: both join ${JSON.stringify(joins)}`;
      for (const field of SHARED) if (!same(own[field], other[field])) context.addIssue({ code: "custom", path: [index, field], message: allowed });
      const kept = (contract: object): object => Object.fromEntries(Object.entries(contract).filter(([field]) => !ADDED.includes(field)));
      if (!same(kept(own.testContract), kept(other.testContract))) context.addIssue({ code: "custom", path: [index, "testContract"], message: `${allowed}. ${ADDED.join(", ")} may differ: their sum counts` });
    }),
  )
  .meta({ namedBy: ["id"] });

export const testPlacement = z
  .strictObject({
    by: z
      .enum(["suite", "need"])
      .default("suite")
      .describe(
        "What decides on which machine a test runs. `suite`: its suite, as the system's description has it: unit, integration and e2e tests each take a machine with GPUs. `need`: what its markers say it " +
          "needs: tests without GPU run on `cpuRunners`, and all others of an image in one job, so that a GPU node starts once and pulls the image once. Both run the same tests.",
      ),
    withoutGpu: literalText.default("gpu_0").describe("pytest marker expression of the tests that need no GPU."),
    cpuRunners: bySomeArchitectures(nameFrom("runnerClasses")).default({}).describe("Runner classes of the tests that need no GPU, by architecture; wanted for each architecture on which suites that join others run."),
    pullRequestGpus: z
      .enum(["every-version", "primary-version"])
      .default("every-version")
      .describe(
        "Images that GPU tests run in on a pull request. `every-version`: those of each CUDA version. `primary-version`: those of the framework's first CUDA version of that mode; images of the others run their tests " +
          "that need no GPU, and where tests are placed by suite, none. Main and the night run every test of every image in both cases.",
      ),
    gpuShards: inUnit(number.int().min(1), "jobs")
      .default(1)
      .describe(
        "Jobs into which the GPU tests that suites join are split on a pull request, by measured time (`durations`). Each starts a node and pulls the image, so feedback comes sooner for more GPU minutes. With 2 or " +
          "more the images' test environment has to hold pytest-split; without it their jobs fail.",
      ),
    durations: literalText.default(".test_durations").describe("File of the repository with the measured durations of tests, as `pytest --store-durations` writes it. Without it shards have as many tests each."),
  })
  .describe("Where tests run, and which of them on a pull request.");

export const untested = z
  .strictObject({
    images: text.describe("Framework or component id, or `*` for every framework."),
    modes: z.array(mode).describe("Modes in which they are not tested."),
    architectures: z.array(arch).describe("Architectures on which they are not tested."),
    why: text.describe("One sentence for people."),
  })
  .describe("Images that no suite runs or collects, and why: without such an entry an untested image is a finding.");

export const deploymentTest = z
  .strictObject({
    framework: nameFrom("frameworks").describe("Id of the framework whose image is deployed."),
    profile: text.describe("Name of the graph.").meta({ examples: ["agg", "disagg_router"] }),
    manifest: text.describe("Path of the graph's manifest in the repository."),
    gpus: gpus.describe("GPUs that the graph takes."),
  })
  .describe("A deployment of an image to the deployment-test cluster.");

const undeployed = z
  .strictObject({
    framework: nameFrom("frameworks").describe("Id of the framework."),
    why: text.describe("One sentence for people."),
  })
  .describe("A framework that no deployment test deploys, and why: without such an entry it is a finding.");

const quota = z
  .strictObject({
    gpus: gpus.describe("GPUs."),
    pods: inUnit(number, "pods").describe("Pods."),
    cpu: inUnit(number, "vCPUs").describe("vCPUs."),
    memoryGiB: inUnit(number, "GiB").describe("Memory."),
    storageGiB: inUnit(number, "GiB").describe("Storage of all persistent volume claims together."),
  })
  .describe("Most GPUs, pods, vCPUs, memory and storage that one namespace may ask for.");

const inRegistry = "in the stack's Azure registry, without the registry's name";

const virtualCluster = z
  .strictObject({
    chart: text.describe(`vCluster's chart ${inRegistry}, \`REPOSITORY@sha256:DIGEST\`. docs/operations.md says how it gets there.`),
    images: z
      .strictObject({
        controlPlane: text.describe("vCluster itself: the API server's companion that syncs objects."),
        kubernetes: text.describe("Kubernetes' API server and controllers, as vCluster packs them."),
        dns: text.describe("CoreDNS, the virtual cluster's names."),
        hosts: text.describe("Image that writes a stateful set's host names into its pods."),
      })
      .describe(`Images ${inRegistry}, \`REPOSITORY:TAG@sha256:DIGEST\`.`),
  })
  .describe("The cluster that each run makes for itself inside of its namespace: vCluster, at one version for chart and images.");

export const deployments = z
  .strictObject({
    tests: namedList(deploymentTest, "framework", "profile").describe("The graphs that are deployed, named `FRAMEWORK/PROFILE`."),
    excused: namedList(undeployed, "framework").default([]).describe("Frameworks that are not deployed, by id, each with its reason."),
    modes: z.array(mode).describe("Modes in which they run; only ever on the default branch."),
    runner: nameFrom("runnerClasses").describe("Runner class of their jobs."),
    timeoutMinutes: minutes.describe("Minutes until a job is given up."),
    virtualCluster,
    crdsChart: text.describe("Path of the chart with the operator's custom resource definitions in the repository; none when empty."),
    imageCache: text.describe("Repository prefix of the Azure registry behind which images of other registries are cached, such as those of a chart's hooks: `PREFIX/docker.io/library/alpine`."),
    operatorChart: text.describe("Path of the operator's Helm chart in the repository."),
    operatorImage: nameFrom("components").describe("The component image that is the operator."),
    model: text.describe("Model that is asked for one completion, as the model hub names it."),
    namespacePrefix: text.describe("Prefix of the namespaces that runs make; a number from 1 to `namespaces` follows."),
    namespaces: inUnit(number, "namespaces").describe("Namespaces that there can be at once, each for one graph of one run; a run waits for a free one. The API server refuses one more, so that no run can ask for the whole cluster."),
    expiryMinutes: minutes.describe("Minutes after which the cleaner removes what a run left."),
    quota,
    maxParallel: inUnit(number, "graphs").describe(
      "How many graphs of one framework are deployed at once. Each framework has a matrix of its own, so that its graphs wait only for its own image, and GitHub bounds a matrix " +
        "(`max-parallel`) but no two together: graphs of the other frameworks run beside these.",
    ),
  })
  .describe("Deployment tests as a whole.");

export type TestSuite = Resolved<typeof suite>;
export type GivenTestSuite = Given<typeof suite>;
export type TestPlacement = Resolved<typeof testPlacement>;
export type UntestedImages = Resolved<typeof untested>;
export type DeploymentTest = Resolved<typeof deploymentTest>;
export type DeploymentTests = Resolved<typeof deployments>;
export type GivenDeploymentTests = Given<typeof deployments>;
