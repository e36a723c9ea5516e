/** One resource and what happens to it: what dangers and descriptions are derived from. */
import type { Operation, PropertyChange, ResourceRef } from "../model";
import type { Fields, Step } from "../read";

export interface Change {
  readonly step: Step;
  readonly resource: ResourceRef;
  /** `same` for a step that changes nothing in meaning. */
  readonly operation: Operation | "same";
  /** Inputs; undefined on the side where the resource is not there. */
  readonly before: Fields | undefined;
  readonly after: Fields | undefined;
  /** What the provider said of it before; a cloud's own names are there. */
  readonly outputs: Fields;
  readonly properties: readonly PropertyChange[];
  readonly unchangedInMeaning: readonly string[];
  /** Paths of properties that cannot change in place. */
  readonly causes: readonly string[];
  /** True when either side is protected from deletion. */
  readonly protected: boolean;
  readonly renamed?: { readonly from: ResourceRef; readonly recreated: boolean };
}
