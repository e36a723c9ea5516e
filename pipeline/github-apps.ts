/**
 * GitHub Apps that this project has to know by id, the one place that does. An id is what `GET /apps/SLUG` answers
 * (docs.github.com, REST "Apps": get an app); it never changes.
 */

/** `github-actions`: the app under which every job of a workflow reports its check. */
export const GITHUB_ACTIONS_APP_ID = 15_368;

/** `dco`: checks that each commit is signed off. */
export const DCO_APP_ID = 1861;
