/** What the policies take for required where no config tells them: the default pipeline's checks, and the apps that report them. */
import { join } from "node:path";
import { appIdOf } from "../pipeline/checks";
import { GITHUB_ACTIONS_APP_ID } from "../pipeline/github-apps";
import type { Pipeline } from "../pipeline/model";
import { seedPipeline } from "../pipeline/seed";

/** What the policies about required checks are told of a stack: the contexts, and the app of each that GitHub Actions does not report. */
export function checkConfig({ requiredChecks, verdictApp }: Pick<Pipeline, "requiredChecks" | "verdictApp">): { contexts: string[]; apps: Record<string, number>; actionsApp: number } {
  const apps = requiredChecks.map((check) => [check.context, appIdOf({ verdictApp }, check)] as const);
  return {
    contexts: apps.map(([context]) => context),
    apps: Object.fromEntries(apps.filter(([, app]) => app !== GITHUB_ACTIONS_APP_ID)),
    actionsApp: GITHUB_ACTIONS_APP_ID,
  };
}

/** File of the policies' default checks, for stacks without a config of their own. */
export function defaultChecksFile(project: string): string {
  return join(project, "policy", "rules", "checks", "default-checks.ts");
}

/** The text of that file. */
export function renderDefaultChecks(): string {
  const { contexts, apps, actionsApp } = checkConfig(seedPipeline);
  return [
    "/** Written by `make generate` from the default required checks (pipeline/seed/checks.ts) and GitHub's app ids (pipeline/github-apps.ts). */",
    "",
    "/** Contexts that are required where no config names a stack's own. */",
    `export const defaultContexts: readonly string[] = ${JSON.stringify(contexts).replaceAll(",", ", ")};`,
    "",
    "/** App ids of those that GitHub Actions does not report, by context. */",
    `export const defaultApps: Readonly<Record<string, number>> = { ${Object.entries(apps).map(([context, app]) => `${JSON.stringify(context)}: ${app}`).join(", ")} };`,
    "",
    "/** The app under which every job of GitHub Actions reports. */",
    `export const defaultActionsApp = ${actionsApp};`,
    "",
  ].join("\n");
}
