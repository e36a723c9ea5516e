/** What every file is rendered from. */
import type { EnvironmentSpec, IdentityPurpose, Pipeline, RunnerClass, Trust } from "../../pipeline/model";
import type { RenderSettings } from "../settings";
import type { Triggers } from "../syntax";

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

/** Purpose of the identity that builds images for code of a trust. */
export function imagePurpose(trust: Exclude<Trust, "fork">): "pull-request-images" | "main-images" {
  return trust === "mirror" ? "pull-request-images" : "main-images";
}

/** What a workflow that reports a required check needs beside its own triggers where main has a merge queue: GitHub waits for the check there too. */
export function queueTrigger({ mergeQueue }: Pipeline): Pick<Triggers, "merge_group"> {
  return mergeQueue === undefined ? {} : { merge_group: {} };
}
