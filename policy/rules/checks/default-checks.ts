/** Written by `make generate` from the default required checks (pipeline/seed/checks.ts) and GitHub's app ids (pipeline/github-apps.ts). */

/** Contexts that are required where no config names a stack's own. */
export const defaultContexts: readonly string[] = ["pre-commit", "copyright-checks", "DCO", "dynamo-status-check", "backend-status-check"];

/** App ids of those that GitHub Actions does not report, by context. */
export const defaultApps: Readonly<Record<string, number>> = { "DCO": 1861 };

/** The app under which every job of GitHub Actions reports. */
export const defaultActionsApp = 15368;
