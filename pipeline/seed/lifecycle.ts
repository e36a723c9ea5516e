/** Life-cycle markers of the repository's tests, by mode. Each mode runs what the ones before it run, and its own. */
import type { Mode } from "../model";

export const LIFECYCLE: Readonly<Record<Mode, string>> = {
  "pull-request": "pre_merge",
  "post-merge": "(pre_merge or post_merge)",
  nightly: "(pre_merge or post_merge or nightly)",
};
