/** From planned steps to what happens to each resource. */
import { fewFiles } from "../diff/documents";
import { difference, type FileReader } from "../diff/properties";
import { overlap, topLevel } from "../diff/paths";
import type { HiddenChange, Operation, PropertyChange, ResourceRef } from "../model";
import type { Fields, Step } from "../read";
import { urnParts } from "../read/urn";
import { equalValues, isFields, isList, markOf, UNKNOWN, type Value } from "../value";
import type { Change } from "./change";
import { titleOf } from "./titles";
import { valueAtPath } from "./values";

/** Engine's operations that are people's under the same name. */
const OPERATIONS: Readonly<Record<Step["operation"], Operation | "same">> = {
  same: "same",
  // A resource that is only read is somebody else's.
  read: "same",
  create: "create",
  update: "update",
  replace: "replace",
  delete: "delete",
  import: "import",
};

export function resourceRef(urn: string): ResourceRef {
  const { type, name } = urnParts(urn);
  return { urn, type, title: titleOf(type), name };
}

/** Most files of a preview that are compared as structure too; two sides each. */
const MOST_STRUCTURED_FILES = 60;

/** What happens to the resource of each step, in the order of the steps. */
export function changesOf(steps: readonly Step[]): Change[] {
  const readFile = fewFiles(2 * MOST_STRUCTURED_FILES);
  // The engine's order is another one each time; which files are structured is not to be.
  const order = [...steps].sort((one, other) => (one.urn < other.urn ? -1 : one.urn > other.urn ? 1 : 0));
  const changes = new Map(order.map((step) => [step, changeOf(step, readFile)]));
  return steps.map((step) => changes.get(step)!);
}

/** What happens to the resource of a step. Renames by two steps are found later. */
export function changeOf(step: Step, readFile?: FileReader): Change {
  const operation = operationOf(step);
  const [before, after] = [step.old?.inputs, step.new?.inputs];
  const causes = causesOf(step);
  const compared = operation === "same" || operation === "delete" || operation === "forget" ? { changes: [], equalInMeaning: [] } : difference(step.type, before, after, readFile);
  const properties = withCauses([...compared.changes, ...unseen(step, compared.changes, compared.equalInMeaning)], step, causes);
  const nothing = operation === "update" && properties.length === 0;
  const renamedFrom = step.old !== undefined && step.old.urn !== step.urn ? resourceRef(step.old.urn) : undefined;
  return {
    step,
    resource: resourceRef(step.urn),
    operation: nothing ? "same" : renamedFrom !== undefined && operation === "same" ? "rename" : operation,
    before,
    after,
    outputs: step.old?.outputs ?? {},
    properties,
    unchangedInMeaning: compared.equalInMeaning,
    causes,
    protected: step.old?.protect === true || step.new?.protect === true,
    ...(renamedFrom === undefined ? {} : { renamed: { from: renamedFrom, recreated: false } }),
  };
}

function operationOf({ operation, old }: Step): Operation | "same" {
  if (operation === "delete" && old?.retainOnDelete) return "forget";
  return OPERATIONS[operation];
}

function causesOf({ operation, differs, replacedFor }: Step): string[] {
  if (operation !== "replace") return [];
  const detailed = [...(differs ?? [])].filter(([, { kind }]) => kind.endsWith("-replace")).map(([path]) => path);
  return (detailed.length > 0 ? detailed : [...replacedFor]).sort();
}

/** Secrecy and causes, which no comparison of values knows. */
function withCauses(changes: readonly PropertyChange[], { secrecy }: Step, causes: readonly string[]): PropertyChange[] {
  return changes
    .map((change): PropertyChange => {
      const replaces = causes.some((cause) => overlap(cause, change.path));
      const turned = change.kind === "hidden" ? secrecy.get(change.path) : undefined;
      return { ...change, replaces, ...(turned === undefined ? {} : { change: turned }) } as PropertyChange;
    })
    .sort((one, other) => (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
}

/**
 * What the provider says differs and the shown inputs do not show: hidden values, properties that only the cloud's answer holds, and what
 * begins or stops to be secret.
 */
function unseen(step: Step, seen: readonly PropertyChange[], equal: readonly string[]): PropertyChange[] {
  if (step.operation !== "update" && step.operation !== "replace") return [];
  const covered = (path: string): boolean => seen.some((change) => overlap(change.path, path)) || equal.some((each) => overlap(each, path));
  const turned = [...step.secrecy].filter(([path]) => !covered(path)).map(([path]) => hiddenChange(path));
  const reported = [...(step.differs?.keys() ?? step.differing)].filter((path) => !covered(path) && !step.secrecy.has(path)).flatMap((path) => reportedChange(step, path));
  return [...turned, ...reported];
}

function reportedChange(step: Step, path: string): PropertyChange[] {
  if (topLevel(path).startsWith("__")) return [];
  const { old, new: wanted } = step;
  const [before, after] = [valueAtPath(old?.inputs, path), valueAtPath(wanted?.inputs, path)];
  const hidden = [before, after].flatMap((value) => hiddenPaths(value, path));
  if (hidden.length > 0) return [...new Set(hidden)].map(hiddenChange);
  const [was, willBe] = [valueAtPath(old?.outputs, path) ?? before, after ?? valueAtPath(wanted?.outputs, path) ?? UNKNOWN];
  return equalValues(was, willBe) ? [] : [{ kind: "value", path, replaces: false, ...(was === undefined ? {} : { before: was }), after: willBe }];
}

function hiddenChange(path: string): HiddenChange {
  return { kind: "hidden", path, replaces: false, change: "changed" };
}

/** Where hidden values stand in a value at a path. */
function hiddenPaths(value: Value | undefined, path: string): string[] {
  if (markOf(value) === "hidden") return [path];
  if (isList(value)) return value.flatMap((each, index) => hiddenPaths(each, `${path}[${index}]`));
  return isFields(value) ? Object.entries(value as Fields).flatMap(([key, each]) => hiddenPaths(each, `${path}.${key}`)) : [];
}
