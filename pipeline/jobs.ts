/** What coherence needs to know of a rendered job. `workflows/` derives these from the very objects that it renders. */
import type { Trust } from "./model";

export interface JobFacts {
  /** File name, such as `pr.yaml`. */
  readonly workflow: string;
  /**
   * Unique within the workflow. A job of a reusable workflow is listed once for each caller, as `caller / called`; its needs are written in
   * the same way, and what the caller needs it needs too.
   */
  readonly id: string;
  /** The check name that it reports: `name`, else the id; `caller / called` for a reusable workflow's. */
  readonly context: string;
  /** Labels. Empty for a job that calls a reusable workflow, which runs on no machine itself. */
  readonly runsOn: readonly string[];
  readonly needs: readonly string[];
  /** Jobs whose result or outputs an expression of this job reads. */
  readonly readsNeeds: readonly string[];
  readonly secrets: readonly string[];
  readonly variables: readonly string[];
  readonly environment?: string;
  /** Environments among which an expression picks one by the ref that runs, instead of `environment`. */
  readonly environments?: readonly string[];
  /** Trust levels of the events that can start it. */
  readonly trust: readonly Trust[];
  /** True when it asks for an OIDC token. */
  readonly idToken: boolean;
  /** `if: always()` on it. */
  readonly always: boolean;
  readonly matrix: boolean;
  /** True when its workflow can be left out by branch or path filters on a pull request. */
  readonly filtered: boolean;
  /** True when a merge group starts its workflow. */
  readonly inMergeQueue?: boolean;
  /** Ids of the images that it pushes, and those that it pulls. `*` for all of the plan's. */
  readonly pushes: readonly string[];
  readonly pulls: readonly string[];
}

/** A variable that the stack sets on GitHub. */
export interface ProvidedVariable {
  readonly name: string;
  /** The environment that holds it; undefined for one of the whole repository. */
  readonly environment?: string;
}
