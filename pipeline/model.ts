/**
 * The pipeline as data: what runs, when, where and for whom.
 *
 * Everything else in this project is derived from values of these types: workflow files, required checks, runner scale sets, registries, identities, secrets and
 * documents. The schemas in `schema/` say what each field means; these are their types. Field names are the field's own terms (scale set, required check,
 * environment). Nothing here imports Pulumi or YAML, and nothing does I/O.
 */
import type { arch, mode, trust, Resolved } from "./schema/kit";
import type { Pipeline } from "./schema/pipeline";

export type Arch = Resolved<typeof arch>;
export type Mode = Resolved<typeof mode>;
export type Trust = Resolved<typeof trust>;
export type { BuildOverride, Credential, ImageBuild } from "./schema/build";
export type { Command, ComponentImage, CoreBuild, CudaVersion, Framework } from "./schema/images";
export type { FilterReading, PathFilter } from "./schema/filters";
export type { DeploymentTest, DeploymentTests, TestSuite, UntestedImages } from "./schema/tests";
export type { OwnTestContract, TestContract, TestService } from "./schema/test-contract";
export type { HostedRunnerClass, PodSize, RunnerClass, ScaleSetRunnerClass } from "./schema/runners";
export type { AppCheck, EnvironmentSpec, IdentityPurpose, MergeQueue, MirrorBot, Repository, RequiredCheck, RunCheck, Schedule, SecretSpec, VerdictApp, VerdictCheck } from "./schema/governance";
export type { Pipeline } from "./schema/pipeline";
export type TagPrefixes = Pipeline["tagPrefixes"];

/** One thing that is wrong: where, what was found, and what is allowed. */
export interface Finding {
  /** Stable name of the check that found it, such as `tag-collision`; findings of config's own shape have none. */
  readonly check?: string;
  /** Path of the value, such as `pipeline.runnerClasses[2].label`. */
  readonly path: string;
  readonly found: string;
  readonly allowed: string;
  /** Config key that it is about, where the path is that of no key: a job, a tag, an image. */
  readonly about?: string;
  /**
   * Where the path is that of a list of named things, and one is missing: things that it might be, new ones or those of the list as they might be meant.
   * The rest is judged as if one were there; nobody is told of it.
   */
  readonly missing?: readonly object[];
  /** Where docs/config.md describes the key. */
  readonly docs?: string;
}
