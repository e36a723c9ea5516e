/**
 * How long images live in ECR, derived from the tag scheme.
 *
 * ECR gives an image to the first rule (by priority) whose tags it matches, and no later rule can expire it. So the rules for movable tags
 * come first and shield `main-*` and `nightly-*` images from the closing rule, which expires everything else by age: commit tags begin with
 * any hexadecimal digit, and ECR's patterns have no way to say so.
 * Source: Amazon ECR user guide, "Automate the cleanup of images by using lifecycle policies" and "Lifecycle policy properties".
 */
import type { Finding, Pipeline } from "../../pipeline/model";
import type { Registries } from "../../pipeline/infrastructure";
import { SHA_PLACEHOLDER, publishedImages } from "../../pipeline/images";

export type Retention = Registries["retention"];

/** One rule of an ECR lifecycle policy, in ECR's own terms. */
export interface LifecycleRule {
  readonly rulePriority: number;
  readonly description: string;
  readonly selection: {
    readonly tagStatus: "tagged" | "untagged" | "any";
    readonly tagPatternList?: readonly string[];
    readonly countType: "imageCountMoreThan" | "sinceImagePushed";
    readonly countUnit?: "days";
    readonly countNumber: number;
  };
  readonly action: { readonly type: "expire" };
}

/** A prefix that a pattern can name, with how many images under it are kept. */
interface KeptPrefix {
  readonly pattern: string;
  readonly count: number;
  /** Path of the count in config. */
  readonly path: string;
  /** Images of one run under this prefix: keeping fewer would expire the newest of some. */
  readonly least: number;
}

/** Rules of the repository that holds main, nightly and release images, and pull-request images too where they are shared. */
export function imageRules(pipeline: Pipeline, retention: Retention): LifecycleRule[] {
  const kept = keptPrefixes(pipeline, retention).map(({ pattern, count }) => ({
    description: `Keep the ${count} newest images tagged ${pattern}`,
    selection: { tagStatus: "tagged" as const, tagPatternList: [pattern], countType: "imageCountMoreThan" as const, countNumber: count },
  }));
  return numbered([...kept, untaggedAfter(retention.untaggedDays), anyAfter(retention.pullRequestDays, "images of pull requests")]);
}

/** Rules of the repository that holds only pull-request images. */
export function pullRequestRules(retention: Retention): LifecycleRule[] {
  return numbered([untaggedAfter(Math.min(retention.untaggedDays, retention.pullRequestDays)), anyAfter(retention.pullRequestDays, "images of pull requests")]);
}

/** Rules of the repository that holds build-cache layers. */
export function cacheRules(retention: Retention): LifecycleRule[] {
  return numbered([anyAfter(retention.cacheDays, "build-cache layers")]);
}

/** What config must not ask for: a count below the number of images of one run would expire the newest of some. */
export function retentionFindings(pipeline: Pipeline, retention: Retention): Finding[] {
  return keptPrefixes(pipeline, retention)
    .filter(({ count, least }) => count < least)
    .map(({ path, pattern, count, least }) => ({
      path,
      found: String(count),
      allowed: `at least ${least}, the number of images that one run tags ${pattern}: keeping fewer would expire the newest of some`,
    }));
}

/** Where each rule of ECR's documentation that a policy breaks, is broken. Empty for a policy that ECR takes. */
export function lifecycleFindings(rules: readonly LifecycleRule[], path: string): Finding[] {
  return [...policyFindings(rules, path), ...rules.flatMap((rule, index) => ruleFindings(rule, `${path}[${index}]`))];
}

function keptPrefixes(pipeline: Pipeline, retention: Retention): KeptPrefix[] {
  const main = publishedImages(pipeline, "post-merge").length;
  const prefixes = [
    { prefix: pipeline.tagPrefixes["post-merge"], count: retention.mainCount, path: "infrastructure.registries.retention.mainCount", least: main },
    { prefix: pipeline.tagPrefixes.nightly, count: retention.nightlyCount, path: "infrastructure.registries.retention.nightlyCount", least: publishedImages(pipeline, "nightly").length },
    { prefix: pipeline.releaseTagPrefix, count: retention.mainCount, path: "infrastructure.registries.retention.mainCount", least: main },
  ];
  const named = prefixes.flatMap(({ prefix, ...rest }) => {
    const literal = literalHead(prefix);
    return literal === "" ? [] : [{ pattern: `${literal}*`, ...rest }];
  });
  return named.filter((entry, index) => named.findIndex((other) => other.pattern === entry.pattern) === index);
}

/** The part of a prefix that is the same for every commit: `release-` of `release-{sha}-`, nothing of `{sha}-`. */
function literalHead(prefix: string): string {
  return prefix.split(SHA_PLACEHOLDER)[0] ?? "";
}

function untaggedAfter(days: number): Omit<LifecycleRule, "rulePriority" | "action"> {
  return {
    description: `Expire untagged images ${days} days after their push`,
    selection: { tagStatus: "untagged", countType: "sinceImagePushed", countUnit: "days", countNumber: days },
  };
}

function anyAfter(days: number, what: string): Omit<LifecycleRule, "rulePriority" | "action"> {
  return {
    description: `Expire ${what} ${days} days after their push`,
    selection: { tagStatus: "any", countType: "sinceImagePushed", countUnit: "days", countNumber: days },
  };
}

function numbered(rules: readonly Omit<LifecycleRule, "rulePriority" | "action">[]): LifecycleRule[] {
  return rules.map((rule, index) => ({ rulePriority: index + 1, ...rule, action: { type: "expire" } }));
}

function policyFindings(rules: readonly LifecycleRule[], path: string): Finding[] {
  const findings: Finding[] = [];
  if (rules.length < 1 || rules.length > 50) findings.push({ path, found: `${rules.length} rules`, allowed: "1 to 50 rules" });
  const priorities = rules.map((rule) => rule.rulePriority);
  const repeated = priorities.filter((priority, index) => priorities.indexOf(priority) !== index);
  for (const priority of repeated) findings.push({ path, found: `rulePriority ${priority} twice`, allowed: "a rulePriority of its own for each rule" });
  const highest = Math.max(...priorities);
  rules.forEach((rule, index) => {
    if (rule.selection.tagStatus === "any" && rule.rulePriority !== highest) {
      findings.push({ path: `${path}[${index}].rulePriority`, found: `${rule.rulePriority} on a rule for any image`, allowed: `${highest} or more: such a rule comes last` });
    }
  });
  return findings;
}

function ruleFindings({ rulePriority, selection }: LifecycleRule, path: string): Finding[] {
  const findings: Finding[] = [];
  const find = (field: string, found: string, allowed: string): void => void findings.push({ path: `${path}.${field}`, found, allowed });
  if (!Number.isInteger(rulePriority) || rulePriority < 1) find("rulePriority", String(rulePriority), "a whole number from 1");
  if (!Number.isInteger(selection.countNumber) || selection.countNumber < 1) find("selection.countNumber", String(selection.countNumber), "a whole number from 1");
  const patterns = selection.tagPatternList;
  if (selection.tagStatus === "tagged" && (patterns === undefined || patterns.length === 0)) find("selection.tagPatternList", "none", "at least one pattern on a rule for tagged images");
  if (selection.tagStatus !== "tagged" && patterns !== undefined) find("selection.tagPatternList", patterns.join(", "), `none on a rule for ${selection.tagStatus} images`);
  for (const pattern of patterns ?? []) {
    if ((pattern.match(/\*/g) ?? []).length > 4) find("selection.tagPatternList", pattern, "at most 4 wildcards in a pattern");
  }
  if (selection.countType === "sinceImagePushed" && selection.countUnit !== "days") find("selection.countUnit", String(selection.countUnit), "days beside sinceImagePushed");
  if (selection.countType === "imageCountMoreThan" && selection.countUnit !== undefined) find("selection.countUnit", selection.countUnit, "none beside imageCountMoreThan");
  return findings;
}
