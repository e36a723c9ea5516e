/** Secrets that the pipeline itself counts on. */

/** Key of the app that reports required checks, where there is one (`verdictApp`). */
export const VERDICT_SECRET = "VERDICT_APP_PRIVATE_KEY";

/** Key of the app that writes mirror branches, where a workflow mirrors. */
export const MIRROR_SECRET = "MIRROR_APP_PRIVATE_KEY";
