/** Dangers to jobs that run or wait: scale sets, their controller, and other releases. */
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { numberAt, textAt } from "../resources/values";
import { say } from "../statement";
import { danger } from "./danger";
import { isChanged, isGone, isReplaced } from "./ends";

const SCALE_SET = /(^|\/)gha-runner-scale-set$/;
const CONTROLLER = /(^|\/)gha-runner-scale-set-controller$/;

export function releaseDangers(change: Change): Danger[] {
  const chart = textAt(change.before ?? change.after, "chart") ?? "";
  if (SCALE_SET.test(chart)) return scaleSetDangers(change);
  return otherRelease(change, CONTROLLER.test(chart));
}

function scaleSetDangers(change: Change): Danger[] {
  const { before, after, causes } = change;
  const label = labelOf(before) ?? labelOf(after) ?? change.resource.name;
  if (isGone(change)) return [danger("scale-set-deleted", change, { label }, say`The scale set ${label} is deleted: its jobs are ended, and jobs that ask for it wait for ever.`)];
  const next = labelOf(after);
  const renamed = before !== undefined && next !== undefined && next !== label;
  return [
    ...(renamed ? [danger("runner-label-renamed", change, { before: label, after: next }, say`The label ${label} becomes ${next}: jobs that ask for ${label} wait for ever, also those of branches that are older than this change.`, { property: "values.runnerScaleSetName" })] : []),
    ...(isReplaced(change) ? [danger("scale-set-replaced", change, { label, causes: [...causes] }, say`The scale set ${label} is replaced: its running jobs are ended.`)] : []),
    ...(isChanged(change) ? changedScaleSet(change, label) : []),
  ];
}

function changedScaleSet(change: Change, label: string): Danger[] {
  const { before, after } = change;
  const [max, newMax] = [numberAt(before, "values", "maxRunners"), numberAt(after, "values", "maxRunners")];
  const [group, newGroup] = [textAt(before, "values", "runnerGroup"), textAt(after, "values", "runnerGroup")];
  const [version, newVersion] = [textAt(before, "version"), textAt(after, "version")];
  return [
    ...(max !== undefined && newMax !== undefined && newMax < max ? [maximumLowered(change, label, max, newMax)] : []),
    ...(group !== newGroup && newGroup !== undefined ? [danger("runner-group-changed", change, { label, before: group ?? null, after: newGroup }, say`The scale set ${label} moves to the runner group ${newGroup}: repositories that only the old one let in find no runner.`, { property: "values.runnerGroup" })] : []),
    ...(version !== newVersion && newVersion !== undefined ? [danger("scale-set-upgraded", change, { label, before: version ?? null, after: newVersion }, say`The scale set ${label} goes from version ${version ?? "unknown"} to ${newVersion}: its listener restarts, and jobs wait meanwhile.`, { property: "version" })] : []),
  ];
}

function maximumLowered(change: Change, label: string, before: number, after: number): Danger {
  const at = { property: "values.maxRunners" };
  if (after === 0) return danger("scale-set-drained", change, { label, before, after }, say`The scale set ${label} starts no runner any more: it had at most ${before}.`, at);
  return danger("runner-maximum-lowered", change, { label, before, after }, say`The scale set ${label} has at most ${after} runners instead of ${before}: jobs beyond that wait.`, at);
}

/** The label that jobs ask for: the scale set's name, else the release's. */
function labelOf(fields: Change["before"]): string | undefined {
  return textAt(fields, "values", "runnerScaleSetName") ?? textAt(fields, "name");
}

function otherRelease(change: Change, isController: boolean): Danger[] {
  const { before, after } = change;
  const release = textAt(before ?? after, "name") ?? change.resource.name;
  if (isGone(change) || isReplaced(change)) {
    const what = isController ? say`The controller ${release} goes: no scale set starts a runner meanwhile.` : say`The release ${release} is deleted with everything that it runs.`;
    return [danger("release-deleted", change, { release }, what)];
  }
  const [version, newVersion] = [textAt(before, "version"), textAt(after, "version")];
  if (!isChanged(change) || version === newVersion || newVersion === undefined) return [];
  const facts = { release, before: version ?? null, after: newVersion };
  if (!isController) return [danger("release-upgraded", change, facts, say`The release ${release} goes from version ${version ?? "unknown"} to ${newVersion}: its pods restart.`, { property: "version" })];
  return [danger("controller-upgraded", change, facts, say`The controller ${release} of all scale sets goes from version ${version ?? "unknown"} to ${newVersion}: no runner starts meanwhile, and scale sets of another version are ignored.`, { property: "version" })];
}
