/** Changed resources by the component that they belong to. */
import type { ComponentChanges, Operation, ResourceChange } from "../model";
import type { Step } from "../read";
import { STACK_TYPE, urnParts } from "../read/urn";
import type { Change } from "./change";
import { countsOf, isCounted } from "./counts";
import { describe } from "./describe";

/** Name of the group of resources that belong to no component. */
const STACK = "stack";

/** Where each resource belongs: its parents, as far as the preview knows them. */
export class Components {
  private readonly parents: ReadonlyMap<string, string>;

  constructor(steps: readonly Step[]) {
    this.parents = new Map(steps.flatMap(({ urn, old, new: wanted }) => {
      const parent = (wanted ?? old)?.parent;
      return parent === undefined ? [] : [[urn, parent] as const];
    }));
  }

  /** URNs of the components above a resource, the outermost first; the stack is none. */
  above(urn: string): string[] {
    const parents: string[] = [];
    for (let parent = this.parents.get(urn); parent !== undefined && !parents.includes(parent); parent = this.parents.get(parent)) parents.unshift(parent);
    return parents.filter((parent) => urnParts(parent).type !== STACK_TYPE);
  }

  /** Such as `runners / runners-builder-amd64`. */
  path(urn: string): string {
    const names = this.above(urn).map((parent) => urnParts(parent).name);
    return names.length === 0 ? STACK : names.join(" / ");
  }
}

/** Groups by component path; resources by title and name. Two previews of one change give the same order, whatever the engine's was. */
export function componentChanges(changes: readonly Change[], components: Components): ComponentChanges[] {
  const groups = new Map<string, Change[]>();
  for (const change of changes.filter((each) => isCounted(each) && each.operation !== "same")) {
    const path = components.path(change.resource.urn);
    groups.set(path, [...(groups.get(path) ?? []), change]);
  }
  return [...groups]
    .sort(([one], [other]) => compare(one, other))
    .map(([component, members]) => {
      const innermost = components.above(members[0]!.resource.urn).at(-1);
      const sorted = members.sort((one, other) => compare(one.resource.title, other.resource.title) || compare(one.resource.name, other.resource.name));
      return { component, ...(innermost === undefined ? {} : { type: urnParts(innermost).type }), counts: countsOf(members), resources: sorted.map(resourceChange) };
    });
}

function resourceChange(change: Change): ResourceChange {
  const { resource, operation, renamed, step, causes, properties, unchangedInMeaning } = change;
  return {
    resource,
    operation: operation as Operation,
    summary: describe(change),
    ...(renamed === undefined ? {} : { renamed }),
    ...(operation === "replace" ? { replacement: { ...(step.deletesFirst === undefined ? {} : { deletesFirst: step.deletesFirst }), causes } } : {}),
    protected: change.protected,
    properties,
    unchangedInMeaning,
  };
}

export function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
