/** What `plan.mjs` puts out for the workflow: strings that the renderer's expressions read. Names are in `files/plan-job.ts`. */
import type { Pipeline, TestContract, TestSuite } from "../pipeline/model";
import type { Plan, PlannedTest, PlanScope } from "../pipeline/plan";
import { contractOf } from "../pipeline/test-contract";
import { switchedJobs } from "./legs";
import { runnerModes } from "./runner-modes";

/** What is known on the runner only. */
export interface RunFacts {
  /** The prefix of the run's tags, with the commit in place. */
  readonly tagPrefix: string;
}

/** One leg of an image's tests, as the matrix of `image.yml` takes it. */
export interface TestLeg {
  readonly suite: string;
  /** Marker expression; `{framework}` is filled in by the job. */
  readonly markers: string;
  /** Label of the runner. */
  readonly runner: string;
  readonly "timeout-minutes": number;
  /** `NUMBER/OF` of a shard; empty for a suite that runs whole. */
  readonly shard: string;
  /** Reason for which tests are only collected; empty when they run. */
  readonly "collect-only": string;
  /** Variables of every step, `NAME=VALUE`, one a line. */
  readonly environment: string;
  /** What the pod has to be like: the job looks before it tests, as a pod that lacks it fails in ways that nobody understands. */
  readonly user: number;
  readonly "shared-memory-gib": number;
  readonly memlock: TestContract["memlock"];
  /** Options of the container, only for Docker: the container hooks of Kubernetes drop them without a word. */
  readonly options: string;
  /** Ids of the services that run beside the tests, and the addresses at which they answer, one a line. */
  readonly services: readonly string[];
  readonly ready: string;
  /** Command that has to succeed before, empty for none, and its folder. */
  readonly sanity: string;
  readonly "sanity-directory": string;
  readonly workers: number;
  /** Folder of pytest. */
  readonly directory: string;
}

/** One leg of a framework's deployment tests. */
export interface DeploymentLeg {
  readonly profile: string;
  readonly manifest: string;
}

/** The outputs by name. Each is one line; images that are tested alike share one list, so that what a job is handed stays small. */
export function planOutputs(pipeline: Pipeline, plan: Plan, scope: PlanScope, run: RunFacts): Record<string, string> {
  const jobs = switchedJobs(pipeline, scope).filter(({ decide }) => decide(plan).run);
  const { tests, suites } = groupedTests(pipeline, plan);
  return {
    jobs: JSON.stringify(jobs.map(({ id }) => id)),
    parts: JSON.stringify({ core: plan.parts.core.run, rust: plan.parts.rust.run }),
    mode: plan.mode,
    "tag-prefix": run.tagPrefix,
    tests: JSON.stringify(tests),
    suites: JSON.stringify(suites),
    deployments: JSON.stringify(Object.fromEntries(pipeline.frameworks.map(({ id }) => [id, deploymentLegs(pipeline, plan, id)]))),
  };
}

/** Lists of suites by key, and the key of each image; `none` is the empty list. */
export function groupedTests(pipeline: Pipeline, plan: Plan): { readonly tests: Record<string, string>; readonly suites: Record<string, readonly TestLeg[]> } {
  const suites: Record<string, readonly TestLeg[]> = { none: [] };
  const keys = new Map<string, string>([["[]", "none"]]);
  const tests = plan.images.map((image): [string, string] => {
    const legs = plan.tests.filter((test) => test.image === image.id).map((test) => testLeg(pipeline, plan, test));
    const text = JSON.stringify(legs);
    const key = keys.get(text) ?? `list-${keys.size}`;
    keys.set(text, key);
    suites[key] = legs;
    return [image.id, key];
  });
  return { tests: Object.fromEntries(tests), suites };
}

function testLeg(pipeline: Pipeline, plan: Plan, test: PlannedTest): TestLeg {
  const suite = pipeline.suites.find(({ id }) => id === test.suite) as TestSuite;
  return {
    suite: test.suite,
    markers: suite.markers[plan.mode] ?? test.markers,
    runner: labelOf(pipeline, test.runner),
    "timeout-minutes": test.timeoutMinutes,
    shard: suite.shard === undefined ? "" : `${suite.shard.number}/${suite.shard.of}`,
    "collect-only": test.collectOnly ?? "",
    ...contractLeg(pipeline, suite, test, plan),
  };
}

type ContractLeg = Omit<TestLeg, "suite" | "markers" | "runner" | "timeout-minutes" | "shard" | "collect-only">;

/** The contract of a leg. Where tests are only collected nothing is started or checked beforehand. */
function contractLeg(pipeline: Pipeline, suite: TestSuite, test: PlannedTest, { images }: Plan): ContractLeg {
  const framework = images.find(({ id }) => id === test.image)?.subject.id ?? "";
  const contract = contractOf(pipeline, suite, framework);
  const runs = test.collectOnly === undefined;
  const services = runs ? contract.services : [];
  return {
    environment: Object.entries(contract.environment).map(([name, value]) => `${name}=${value}\n`).join(""),
    user: contract.user,
    "shared-memory-gib": contract.sharedMemoryGiB,
    memlock: contract.memlock,
    options: runnerModes(pipeline).get(test.runner) === "docker" ? dockerOptions(contract) : "",
    services,
    ready: pipeline.testServices.flatMap(({ id, ready }) => (services.includes(id) && ready !== undefined ? [`${ready}\n`] : [])).join(""),
    sanity: runs ? (contract.sanity?.run ?? "") : "",
    "sanity-directory": contract.sanity?.directory || ".",
    workers: runs ? contract.workers : 1,
    directory: contract.directory || ".",
  };
}

/** The contract as options of `docker create`, for a runner whose jobs' containers a Docker daemon starts. */
function dockerOptions({ user, sharedMemoryGiB, memlock }: TestContract): string {
  return [`--user ${user}`, ...(sharedMemoryGiB > 0 ? [`--shm-size ${sharedMemoryGiB}g`] : []), ...(memlock === "unlimited" ? ["--ulimit memlock=-1", "--cap-add IPC_LOCK"] : [])].join(" ");
}

function labelOf(pipeline: Pipeline, runner: string): string {
  return pipeline.runnerClasses.find(({ id }) => id === runner)?.label ?? runner;
}

function deploymentLegs(pipeline: Pipeline, { deployments }: Plan, framework: string): DeploymentLeg[] {
  return deployments
    .filter((planned) => planned.framework === framework)
    .map(({ profile }) => ({
      profile: `${framework}-${profile}`,
      manifest: pipeline.deployments.tests.find((test) => test.framework === framework && test.profile === profile)?.manifest ?? "",
    }));
}
