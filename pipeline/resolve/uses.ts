/** What the parts of a pipeline use each runner class for: what config leaves out of a class follows from it. */
import type { Arch, Trust } from "../model";
import type { ConfiguredPipeline } from "../schema/pipeline";

export interface Uses {
  readonly builds: boolean;
  readonly tests: boolean;
  readonly deploys: boolean;
  /** Architectures that the class is used for. */
  readonly architectures: readonly Arch[];
  /** Most GPUs that a test on it needs. */
  readonly gpus: number;
}

/** Uses of a class by its id. */
export function usesOf({ builders, core, suites, deployments }: ConfiguredPipeline, id: string): Uses {
  const architectures = (classes: Readonly<Partial<Record<Arch, string>>>): Arch[] => (Object.entries(classes) as [Arch, string][]).filter(([, name]) => name === id).map(([arch]) => arch);
  const onIt = suites.filter(({ runners }) => architectures(runners).length > 0);
  const coreOnIt = (Object.entries(core.runners) as [Trust, string][]).some(([, name]) => name === id);
  return {
    builds: coreOnIt || architectures(builders).length > 0,
    tests: onIt.length > 0,
    deploys: deployments.runner === id,
    architectures: [...architectures(builders), ...onIt.flatMap(({ runners }) => architectures(runners))],
    gpus: Math.max(0, ...onIt.map(({ gpus }) => gpus)),
  };
}
