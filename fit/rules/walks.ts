/** The builds of a pipeline, with the Dockerfiles and stages that each goes through. */
import { buildArguments, plannedBuilds, type PlannedBuild } from "../../pipeline/build";
import type { ImageBuild, Pipeline } from "../../pipeline/model";
import type { Dockerfile, Stage } from "../readings";
import { globalValues, reachable, stageNamed, type Values } from "../stages";
import type { FitInput } from "./rule";

/** A build whose Dockerfile could be read, with the stages that it goes through. */
export interface Walk {
  readonly planned: PlannedBuild;
  readonly dockerfile: Dockerfile;
  readonly given: Values;
  readonly globals: Values;
  readonly stages: readonly Stage[];
}

const walked = new WeakMap<FitInput, readonly Walk[]>();

/** Every build, made once for all rules. A Dockerfile that a command of the repository writes is not known before it ran. */
export function walks(input: FitInput): readonly Walk[] {
  const known = walked.get(input);
  if (known) return known;
  const made = everyBuild(input.pipeline).flatMap((planned): Walk[] => {
    const read = input.readings.dockerfiles.get(planned.build.dockerfile);
    if (isWritten(planned.build) || read?.ok !== true) return [];
    const given = new Map(Object.entries(givenTo(planned)));
    const globals = globalValues(read.value, given, planned.facts.arch);
    const targets = targetsOf(planned.build).flatMap((target) => stageNamed(read.value, target) ?? []);
    // A stage that is not there is a finding of its own, and what it would need is not known.
    if (targets.length < targetsOf(planned.build).length) return [];
    const stages = [...new Set(targets.flatMap((target) => reachable(read.value, target, globals)))];
    return [{ planned, dockerfile: read.value, given, globals, stages }];
  });
  walked.set(input, made);
  return made;
}

/** Whether a build's own preparation writes its Dockerfile. */
export function isWritten({ prepare, dockerfile }: ImageBuild): boolean {
  return prepare?.writes.includes(dockerfile) === true;
}

function targetsOf({ target, testTarget }: ImageBuild): string[] {
  return testTarget === undefined ? [target] : [target, testTarget];
}

/** Values, with a stand-in for what only a run knows. */
function givenTo({ build, facts }: PlannedBuild): Record<string, string> {
  const values = Object.entries(buildArguments(build, facts)).map(([name, value]) => [name, value.replace(/\{(?:commit|cache\w+)\}/g, "known-by-the-run")]);
  return Object.fromEntries([...values, ...build.from.map(({ arg }) => [arg, "registry.invalid/image-of-the-commit"])]) as Record<string, string>;
}

/** End of the path of a Dockerfile for tests. */
export const TESTS = ".testDockerfile";

/** Every build, those of Dockerfiles for tests among them: they are given the image that they test and nothing else. */
function everyBuild(pipeline: Pipeline): PlannedBuild[] {
  return plannedBuilds(pipeline).flatMap((planned) => {
    const { testDockerfile, testTarget = "", ...build } = planned.build;
    if (testDockerfile === undefined) return [planned];
    const { dockerfile, arg } = testDockerfile;
    const tests: ImageBuild = { ...build, dockerfile, target: testTarget, args: {}, overrides: [], secrets: {}, mounts: {}, from: [{ arg, image: planned.facts.framework }] };
    return [{ ...planned, build }, { ...planned, path: `${planned.path}${TESTS}`, title: `tests of ${planned.title}`, build: tests }];
  });
}

/** Every build of the pipeline, with its path in the config; each path once. */
export function builds({ pipeline }: FitInput): { readonly path: string; readonly build: ImageBuild }[] {
  return [...new Map(everyBuild(pipeline).map(({ path, build }) => [path, { path, build }])).values()];
}

/** What tells one planned build from another: `CUDA 12.9, amd64`, or the architecture. */
export function facts({ facts: { cuda, arch } }: PlannedBuild): string {
  return cuda === undefined ? arch : `CUDA ${cuda}, ${arch}`;
}
