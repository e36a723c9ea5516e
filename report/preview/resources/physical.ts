/** What a resource is called in its cloud: a reader looks for that name, not for the stack's. */
import type { Fields } from "../read";
import { textAt } from "./values";

/** Where types keep their names, the likeliest first. Composed ones are made of several fields. */
const NAMES: readonly (readonly string[])[] = [["registryName"], ["agentPoolName"], ["secretName"], ["variableName"], ["file"], ["bucket"], ["metadata", "name"], ["environment"], ["name"], ["resourceName"], ["resourceGroupName"]];

/** The name in the cloud; the resource's own where its properties do not tell. */
export function physicalName(fields: Fields | undefined, otherwise: string): string {
  return NAMES.map((path) => textAt(fields, ...path)).find((name) => name !== undefined) ?? otherwise;
}
