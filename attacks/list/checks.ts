/** What main's ruleset asks of checks. */
import { judge, type Check } from "../../workflows/gate/merge";
import type { Ruleset, Stage } from "../stage";

/** GitHub Actions: the app that reports every job of every workflow file (attested in REST answers of check runs). */
export const ACTIONS_APP = 15368;
export const MAIN = "RepositoryRuleset protection-main";

/** @throws Error where no ruleset of the default branch asks for checks */
export function mainRuleset(stage: Stage): Ruleset {
  const found = stage.rulesets.find(({ includes, rules }) => includes.includes("~DEFAULT_BRANCH") && rules["requiredStatusChecks"] !== undefined);
  if (found === undefined) throw new Error("no ruleset of the default branch asks for checks");
  return found;
}

/** The checks that main's ruleset requires, with the app whose report counts where one is named. */
export function required(stage: Stage): { readonly context: string; readonly appId?: number }[] {
  const { requiredChecks } = mainRuleset(stage).rules["requiredStatusChecks"] as { requiredChecks: { context: string; integrationId?: number }[] };
  return requiredChecks.map(({ context, integrationId }) => ({ context, ...(integrationId === undefined ? {} : { appId: integrationId }) }));
}

/** Whether a commit with these checks merges into main. */
export const merges = (stage: Stage, checks: readonly Check[]): boolean => judge(required(stage), checks).merges;

/** Every required check as it has to be. */
export const passed = (stage: Stage): Check[] => required(stage).map(({ context, appId }) => ({ context, appId: appId ?? ACTIONS_APP, conclusion: "success" }));
