/** One of the two configs that are compared. */
import type { Infrastructure } from "../../../pipeline/infrastructure";
import type { EnvironmentSpec, IdentityPurpose, Pipeline } from "../../../pipeline/model";
import type { RenderedFile } from "../../../workflows/settings";
import type { Ref } from "../model";

export interface ConfigSide {
  readonly ref: Ref;
  readonly pipeline: Pipeline;
  readonly infrastructure: Infrastructure;
  /** Files of the target repository, as they are rendered. */
  readonly files: readonly RenderedFile[];
  /** Who can take which identity. */
  readonly trust: readonly TrustedIdentity[];
  /** Environments of the repository that holds this project. */
  readonly ownEnvironments: readonly EnvironmentSpec[];
}

export interface TrustedIdentity {
  readonly purpose: IdentityPurpose;
  /** `sub` claims of the tokens that can take it. */
  readonly subjects: readonly string[];
  /** Environments of the jobs that hold such tokens. */
  readonly environments: readonly string[];
}
