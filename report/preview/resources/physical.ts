/** What a resource is called in its cloud: a reader looks for that name, not for the stack's. */
import type { Fields } from "../read";
import { textAt } from "./values";

type Path = readonly string[];

/** Where types keep their names, by what they stand in where that is part of it. The first that a resource has is its name. */
const NAMES: readonly (readonly Path[])[] = [
  [["environment"], ["secretName"]],
  [["environment"], ["variableName"]],
  [["environment"], ["branchPattern"]],
  [["resourceName"], ["agentPoolName"]],
  [["resourceName"], ["configName"]],
  [["resourceName"], ["federatedIdentityCredentialResourceName"]],
  [["registryName"], ["taskName"]],
  [["metadata", "namespace"], ["metadata", "name"]],
  [["namespace"], ["name"]],
  [["role"], ["name"]],
  [["registryName"]],
  [["file"]],
  [["bucket"]],
  [["metadata", "name"]],
  [["environment"]],
  [["name"]],
  [["resourceName"]],
  [["resourceGroupName"]],
];

/** The name in the cloud, such as `dynamo-runners/gpu1`; the resource's own where its properties do not tell. */
export function physicalName(fields: Fields | undefined, otherwise: string): string {
  for (const paths of NAMES) {
    const parts = paths.map((path) => textAt(fields, ...path));
    if (parts.every((part) => part !== undefined)) return parts.join("/");
  }
  return otherwise;
}
