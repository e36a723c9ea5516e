/** Everything of a config that no other topic tells, so that nothing changes in silence. */
import type { Infrastructure } from "../../../pipeline/infrastructure";
import type { Pipeline } from "../../../pipeline/model";
import type { SystemChange } from "../model";
import { words } from "../statement";
import { settingChange } from "./machines";
import type { ConfigSide } from "./side";
import { fieldChanges, usual } from "./things";

/** Fields that other topics tell whole. */
const TOLD_PIPELINE = ["frameworks", "components", "core", "filters", "suites", "deployments", "runnerClasses", "requiredChecks", "secrets", "environments", "tagPrefixes", "releaseTagPrefix", "schedule", "defaultRunner", "builders"] as const satisfies readonly (keyof Pipeline)[];
const TOLD_INFRASTRUCTURE = ["registries", "deploymentCluster", "runners", "budget"] as const satisfies readonly (keyof Infrastructure)[];

/** Told by the topic of reviews. */
const TOLD_FIELDS: ReadonlySet<string> = new Set(["github.requiredReviews"]);

export function settings(before: ConfigSide, after: ConfigSide): SystemChange[] {
  const of = ({ pipeline, infrastructure }: ConfigSide): object => ({ ...without(pipeline, TOLD_PIPELINE), ...without(infrastructure, TOLD_INFRASTRUCTURE) });
  return fieldChanges(of(before), of(after))
    .filter(({ field }) => !TOLD_FIELDS.has(field))
    .map((change) => ({ ...settingChange("setting-changed", change.field, change.field, change), sentence: usual(words(`The setting ${change.field}`), change) }));
}

function without(whole: object, told: readonly string[]): object {
  return Object.fromEntries(Object.entries(whole).filter(([field]) => !told.includes(field)));
}
