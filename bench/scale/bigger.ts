/** A stack of many times the frameworks and scale sets, only by config, as a user would write it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { readStackFile } from "../../config/file";
import type { Infrastructure } from "../../pipeline/infrastructure";
import type { Framework, ScaleSetRunnerClass, TestSuite, UntestedImages } from "../../pipeline/model";

export interface Growth {
  /** Frameworks for each that the stack has. At least 1. */
  readonly frameworks: number;
  /** Scale sets for each that the stack has. At least 1. */
  readonly scaleSets: number;
}

/** Text of a stack's file that is the project's own, with copies of its frameworks and scale sets under names of their own, and room for them. */
export function biggerStack(project: string, stack: string, { frameworks, scaleSets }: Growth): string {
  const { pipeline, infrastructure } = readStackFile(project, stack);
  const file = parse(readFileSync(join(project, `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> };
  const sets = pipeline.runnerClasses.filter((runner) => runner.kind === "scale-set");
  const addedFrameworks = copies(pipeline.frameworks, frameworks, frameworkCopy);
  const addedSets = copies(sets, scaleSets, scaleSetCopy);
  const added = {
    frameworks: byId(addedFrameworks),
    runnerClasses: byId(addedSets),
    suites: byId(addedSets.map(suiteOn)),
    untested: [...pipeline.untested, ...addedFrameworks.map(onlyByDay)],
  };
  const given = Object.keys(added).filter((key) => `gpu-cicd:${key}` in file.config);
  if (given.length > 0) throw new Error(`Pulumi.${stack}.yaml has ${given.join(" and ")}: a bigger stack is made of one that takes the default's`);
  const config = { ...added, registries: roomForImages(infrastructure.registries, frameworks), runners: roomForPods(infrastructure.runners, scaleSets) };
  return stringify({ config: { ...file.config, ...Object.fromEntries(Object.entries(config).map(([key, value]) => [`gpu-cicd:${key}`, value])) } });
}

/** Each run tags as many more images, and none of the newest may expire. */
function roomForImages(registries: Infrastructure["registries"], times: number): Infrastructure["registries"] {
  const { retention } = registries;
  return { ...registries, retention: { ...retention, nightlyCount: retention.nightlyCount * times, mainCount: retention.mainCount * times } };
}

/** The copies of a scale set share its node pool. */
function roomForPods(runners: Infrastructure["runners"], times: number): Infrastructure["runners"] {
  const { cluster } = runners;
  if (cluster === "deployment-tests") throw new Error("a bigger stack is made of one whose runners have a cluster of their own");
  return { ...runners, cluster: { ...cluster, nodePools: cluster.nodePools.map((pool) => ({ ...pool, maxCount: pool.maxCount * times })) } };
}

/** `times - 1` copies of each, numbered from 2. */
function copies<Value>(values: readonly Value[], times: number, copy: (value: Value, number: number) => Value): Value[] {
  return values.flatMap((value) => Array.from({ length: times - 1 }, (_, index) => copy(value, index + 2)));
}

function byId<Value extends { readonly id: string }>(values: readonly Value[]): Record<string, Value> {
  return Object.fromEntries(values.map((value) => [value.id, value]));
}

/** A copy owns files of its own: what two frameworks own is a finding. */
function frameworkCopy(framework: Framework, number: number): Framework {
  const id = `${framework.id}${number}`;
  const renamed = (path: string): string => path.replaceAll(framework.id, id);
  return {
    ...framework,
    id,
    title: `${framework.title} ${number}`,
    owns: framework.owns.map(renamed),
    build: { ...framework.build, dockerfile: renamed(framework.build.dockerfile) },
  };
}

function scaleSetCopy(set: ScaleSetRunnerClass, number: number): ScaleSetRunnerClass {
  return { ...set, id: `${set.id}-copy-${number}`, label: `${set.label}-copy-${number}` };
}

/** Copies of frameworks are not tested at night: each suite of a night tests every framework, so that both at once would make a hundred times the jobs. */
function onlyByDay({ id, architectures }: Framework): UntestedImages {
  return { images: id, modes: ["nightly"], architectures, why: "It is tested when it is merged." };
}

/** Every scale set has to be asked for by a job: a nightly suite for each copy. */
function suiteOn({ id, arch, pod }: ScaleSetRunnerClass): TestSuite {
  return {
    id: `on-${id}`,
    kind: "unit",
    title: `Tests on ${id}`,
    modes: ["nightly"],
    markers: { nightly: `nightly and unit and {framework} and ${id.replaceAll("-", "_")}` },
    gpus: pod.gpus,
    runners: { [arch]: id },
    collectOnly: {},
    testContract: {},
    timeoutMinutes: 60,
  };
}
