/** Dangers to what holds data: it is deleted, replaced, forgotten, or keeps its data for a shorter time. */
import { documentIn } from "../diff/canonical";
import { meaningOf } from "../diff/meanings";
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { physicalName } from "../resources/physical";
import { flagAt, listAt, numberAt, textAt, textsAt, valueAt } from "../resources/values";
import { say, words } from "../statement";
import { isFields, type Value } from "../value";
import { danger } from "./danger";
import { isChanged, isGone, isReplaced } from "./ends";
import { lostWith } from "./holders";

export function statefulDangers(change: Change): Danger[] {
  return [...lossDangers(change), ...retentionDangers(change), ...forcedDeletion(change)];
}

function lossDangers(change: Change): Danger[] {
  const { resource, before, after, causes, operation, step } = change;
  const lost = lostWith(resource.type);
  if (lost === undefined || !step.custom) return [];
  const name = physicalName(before, resource.name);
  const title = words(resource.title);
  if (isGone(change)) return [danger("stateful-deleted", change, { physicalName: name, lost }, say`The ${title} ${name} is deleted, and ${words(lost)} with it.`)];
  if (operation === "forget") return [danger("stateful-forgotten", change, { physicalName: name }, say`The ${title} ${name} leaves the stack and stays in the cloud: nothing looks after it any more.`)];
  if (!isReplaced(change)) return [];
  const because = causes.length === 0 ? words("it comes under another name in the stack") : say`${causes} cannot change in place`;
  const next = physicalName(after, resource.name);
  const by = next === name ? words("") : say` by ${next}`;
  return [danger("stateful-replaced", change, { physicalName: name, replacedBy: next, lost, causes: [...causes] }, say`The ${title} ${name} is replaced${by}, and ${words(lost)} are lost: ${because}.`)];
}

/** A period or a count of what is kept, and where it stands. */
interface Retention {
  readonly what: string;
  readonly kept: number;
  readonly unit: "days" | "images";
}

const ECR_LIFECYCLE = "aws:ecr/lifecyclePolicy:LifecyclePolicy";
const S3_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration";
const ACR_TASK = "azure-native:containerregistry:Task";

function retentionDangers(change: Change): Danger[] {
  if (!isChanged(change)) return [];
  const before = new Map(retentionsOf(change.resource.type, change.before).map((retention) => [`${retention.what} ${retention.unit}`, retention]));
  return retentionsOf(change.resource.type, change.after).flatMap(({ what, kept, unit }) => {
    const was = before.get(`${what} ${unit}`);
    if (was === undefined || kept >= was.kept) return [];
    const sentence = say`${words(change.resource.title)} ${change.resource.name} keeps ${words(unit)} of ${what} for less: ${kept} instead of ${was.kept}. What is beyond goes at its next run.`;
    return [danger("retention-shortened", change, { what, unit, before: was.kept, after: kept }, sentence, { about: `${what} ${unit}` })];
  });
}

function retentionsOf(type: string, fields: Change["before"]): Retention[] {
  switch (type) {
    case ECR_LIFECYCLE:
      return listAt(documentOf(type, fields, "policy"), "rules").flatMap(ecrRetention);
    case S3_LIFECYCLE:
      return listAt(fields, "rules").flatMap((rule) => counted(textAt(rule, "id") ?? "objects", numberAt(rule, "expiration", "days"), "days"));
    case ACR_TASK:
      return acrRetentions(documentOf(type, fields, "step", "encodedTaskContent"));
    default:
      return [];
  }
}

function ecrRetention(rule: Value): Retention[] {
  const selection = valueAt(rule, "selection");
  const what = [textAt(selection, "tagStatus") ?? "any", ...textsAt(selection, "tagPatternList"), ...textsAt(selection, "tagPrefixList")].join(" ");
  return counted(what, numberAt(selection, "countNumber"), textAt(selection, "countType") === "imageCountMoreThan" ? "images" : "days");
}

/** `acr purge --filter 'REPOSITORY:TAGS' --ago 7d --keep 10`, one command a step. */
function acrRetentions(task: Value | undefined): Retention[] {
  return listAt(task, "steps").flatMap((step) => {
    const command = textAt(step, "cmd") ?? "";
    const what = [/--filter '([^']*)'/.exec(command)?.[1] ?? command.split(" ")[0]!, ...(command.includes("--untagged") ? ["untagged"] : [])].join(" ");
    const days = /--ago (\d+)d/.exec(command)?.[1];
    const images = /--keep (\d+)/.exec(command)?.[1];
    return [...counted(what, days === undefined ? undefined : Number(days), "days"), ...counted(what, images === undefined ? undefined : Number(images), "images")];
  });
}

function counted(what: string, kept: number | undefined, unit: Retention["unit"]): Retention[] {
  return kept === undefined ? [] : [{ what, kept, unit }];
}

/** The document in a property, by the table of meanings. */
function documentOf(type: string, fields: Change["before"], ...path: readonly string[]): Value | undefined {
  const text = textAt(fields, ...path);
  return text === undefined ? undefined : documentIn(text, meaningOf(type, path))?.value;
}

/** Switches that let a repository or a bucket be deleted with all that it holds. */
function forcedDeletion(change: Change): Danger[] {
  if (!isChanged(change) || !isFields(change.after)) return [];
  return ["forceDelete", "forceDestroy"].flatMap((property) => {
    if (flagAt(change.before, false, property) || !flagAt(change.after, false, property)) return [];
    const sentence = say`${property} is turned on for the ${words(change.resource.title)} ${physicalName(change.after, change.resource.name)}: from then on it can be deleted with all that it holds.`;
    return [danger("deletion-forced", change, { property }, sentence, { property })];
  });
}
