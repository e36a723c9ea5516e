/** What `plan.mjs` puts out for the workflow: strings that the renderer's expressions read. Names are in `files/plan-job.ts`. */
import type { Pipeline, TestSuite } from "../pipeline/model";
import type { Plan, PlannedTest, PlanScope } from "../pipeline/plan";
import { switchedJobs } from "./legs";

/** What is known on the runner only. */
export interface RunFacts {
  /** The prefix of the run's tags, with the commit in place. */
  readonly tagPrefix: string;
  readonly runId: string;
  readonly runAttempt: string;
}

/** One leg of an image's tests, as the matrix of `image.yml` takes it. */
export interface TestLeg {
  readonly suite: string;
  /** Marker expression; `{framework}` is filled in by the job. */
  readonly markers: string;
  /** Label of the runner. */
  readonly runner: string;
  readonly "timeout-minutes": number;
  /** Reason for which tests are only collected; empty when they run. */
  readonly "collect-only": string;
}

/** One leg of a framework's deployment tests. */
export interface DeploymentLeg {
  readonly profile: string;
  readonly manifest: string;
  readonly namespace: string;
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
    deployments: JSON.stringify(Object.fromEntries(pipeline.frameworks.map(({ id }) => [id, deploymentLegs(pipeline, plan, run, id)]))),
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
    "collect-only": test.collectOnly ?? "",
  };
}

function labelOf(pipeline: Pipeline, runner: string): string {
  return pipeline.runnerClasses.find(({ id }) => id === runner)?.label ?? runner;
}

function deploymentLegs(pipeline: Pipeline, { deployments }: Plan, run: RunFacts, framework: string): DeploymentLeg[] {
  return deployments
    .filter((planned) => planned.framework === framework)
    .map(({ profile }) => ({
      profile: `${framework}-${profile}`,
      manifest: pipeline.deployments.tests.find((test) => test.framework === framework && test.profile === profile)?.manifest ?? "",
      namespace: deploymentNamespace(pipeline, run, framework, profile),
    }));
}

/** Name of a deployment test's namespace: the prefix, the run and its attempt, the graph. */
export function deploymentNamespace(pipeline: Pipeline, run: Pick<RunFacts, "runId" | "runAttempt">, framework: string, profile: string): string {
  return `${pipeline.deployments.namespacePrefix}${run.runId}-${run.runAttempt}-${framework}-${profile}`.toLowerCase().replace(/[^a-z0-9-]/g, "-");
}
