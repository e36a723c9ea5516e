/** What every file is rendered from. */
import type { EnvironmentSpec, IdentityPurpose, Pipeline, RunnerClass, Trust } from "../../pipeline/model";
import type { PlanScope } from "../../pipeline/plan";
import type { RenderSettings } from "../settings";
import { expression, literal, type Expression, type Triggers } from "../syntax";

export interface RenderContext {
  readonly pipeline: Pipeline;
  readonly settings: RenderSettings;
}

/** A pipeline that cannot be rendered: something that it names is not there. `coherence` reports the same before anything is rendered. */
export class RenderError extends Error {
  override readonly name = "RenderError";
}

/** The runner class with an id. @throws RenderError when there is none */
export function runnerClass(pipeline: Pipeline, id: string): RunnerClass {
  const found = pipeline.runnerClasses.find((runner) => runner.id === id);
  if (!found) throw new RenderError(`runner class ${JSON.stringify(id)}: allowed are ${pipeline.runnerClasses.map((runner) => runner.id).join(", ")}`);
  return found;
}

/** The label of `runs-on` for a runner class. @throws RenderError when there is no such class */
export function runnerLabel(pipeline: Pipeline, id: string): string {
  return runnerClass(pipeline, id).label;
}

/** The environment whose jobs have an identity of a purpose. @throws RenderError when there is none */
export function environmentFor(pipeline: Pipeline, purpose: IdentityPurpose): EnvironmentSpec {
  const found = pipeline.environments.find(({ identity }) => identity === purpose);
  if (!found) throw new RenderError(`no environment has the identity ${JSON.stringify(purpose)}: jobs that log in to the clouds run in it`);
  return found;
}

/** Condition of an expression: the run is of the default branch. */
export function onMain({ repository }: Pipeline): string {
  return `github.ref == ${literal(`refs/heads/${repository.defaultBranch}`)}`;
}

/**
 * The environment of jobs that build images from code of a trust: its name, or an expression. The test suite alone also runs on release branches, which
 * have an identity of their own. @throws RenderError when there is none
 */
export function imageEnvironment(pipeline: Pipeline, trust: Exclude<Trust, "fork">, scope: PlanScope): string | Expression {
  if (trust === "mirror") return environmentFor(pipeline, "pull-request-images").name;
  const main = environmentFor(pipeline, "main-images").name;
  if (scope !== "suite") return main;
  return expression(`${onMain(pipeline)} && ${literal(main)} || ${literal(environmentFor(pipeline, "release-images").name)}`);
}

/** What a workflow that reports a required check needs beside its own triggers where main has a merge queue: GitHub waits for the check there too. */
export function queueTrigger({ mergeQueue }: Pipeline): Pick<Triggers, "merge_group"> {
  return mergeQueue === undefined ? {} : { merge_group: {} };
}
