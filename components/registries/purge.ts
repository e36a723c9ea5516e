/**
 * How long images live in Azure Container Registry: a timer task that runs `acr purge` inside the registry.
 *
 * The registry's own retention policy is no choice: it needs the Premium tier, and it takes untagged manifests without asking whether a
 * multi-platform index still points at them. `acr purge` leaves manifests that an index refers to.
 * Source: learn.microsoft.com, "Automatically purge images from an Azure container registry".
 */
import { stringify } from "yaml";
import type { Pipeline } from "../../pipeline/model";
import { SHA_PLACEHOLDER } from "../../pipeline/images";
import type { Retention } from "./lifecycle";

/** One `acr purge` command. */
export interface PurgeRule {
  /** Go regular expression over tags. */
  readonly tags: string;
  /** Days since the tag was last pushed. */
  readonly days: number;
  /** Newest tags that stay whatever their age. Default: none. */
  readonly keep?: number;
  /** Also removes manifests of that age that no tag and no index names. */
  readonly untagged?: boolean;
}

/** Seconds until one purge is given up. */
const PURGE_TIMEOUT_SECONDS = 3600;

/** Matches no tag at all, for a command that is only after untagged manifests. */
const NO_TAG = "a^";

/** What is removed from the registry that holds main's images. Movable tags are never among it: each names one image, the newest. */
export function imagePurges(pipeline: Pipeline, retention: Retention): PurgeRule[] {
  return [
    { tags: tagExpression(pipeline.tagPrefixes["pull-request"]), days: retention.pullRequestDays },
    { tags: tagExpression(pipeline.releaseTagPrefix), days: retention.pullRequestDays, keep: retention.mainCount },
    { tags: NO_TAG, days: retention.untaggedDays, untagged: true },
  ];
}

/** What is removed from the registry that holds only pull-request images. */
export function pullRequestPurges(pipeline: Pipeline, retention: Retention): PurgeRule[] {
  return [{ tags: tagExpression(pipeline.tagPrefixes["pull-request"]), days: retention.pullRequestDays, untagged: true }];
}

/** The task's definition, as ACR Tasks reads it. */
export function purgeTask(repository: string, rules: readonly PurgeRule[]): string {
  return stringify(
    {
      version: "v1.1.0",
      steps: rules.map((rule) => ({ cmd: purgeCommand(repository, rule), disableWorkingDirectoryOverride: true, timeout: PURGE_TIMEOUT_SECONDS })),
    },
    { lineWidth: 0 },
  );
}

function purgeCommand(repository: string, rule: PurgeRule): string {
  return [
    `acr purge --filter '${repository}:${rule.tags}' --ago ${rule.days}d`,
    ...(rule.keep === undefined ? [] : [`--keep ${rule.keep}`]),
    ...(rule.untagged ? ["--untagged"] : []),
  ].join(" ");
}

/** Tags under a prefix, anchored at both ends; a commit is 7 to 40 hexadecimal digits. */
function tagExpression(prefix: string): string {
  const parts = prefix.split(SHA_PLACEHOLDER).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return `^${parts.join("[0-9a-f]{7,40}")}.+$`;
}
