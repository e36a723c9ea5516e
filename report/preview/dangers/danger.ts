/** How a danger is made. */
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import type { Facts, Sentence } from "../statement";
import { DANGER_KINDS, type DangerKind } from "./catalogue";

/** What makes a danger this one, beside its kind and resource. */
export interface Particulars {
  /** Path of the property. */
  readonly property?: string;
  /** What tells it from others of its kind on one resource, such as the check that is removed; by default the property. */
  readonly about?: string;
}

/** A danger about a resource. */
export function danger(kind: DangerKind, { resource }: Change, facts: Facts, sentence: Sentence, { property, about }: Particulars = {}): Danger {
  const [category, severity] = DANGER_KINDS[kind];
  return {
    id: [kind, resource.urn, about ?? property ?? ""].join("|"),
    kind,
    category,
    severity,
    facts: { name: resource.name, ...facts },
    sentence,
    resource,
    ...(property === undefined ? {} : { property }),
  };
}
