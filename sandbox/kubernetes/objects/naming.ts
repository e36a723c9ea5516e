/** Names of objects: given, or made from the logical name as the real provider makes them. */
import { createHash, randomBytes } from "node:crypto";
import type { Properties, ResourceInfo } from "../../provider/kind";
import { autonamed } from "./annotations";
import { isObject, type ObjectInputs } from "./inputs";

/**
 * The metadata with a name: the program's, else the generated one that the state records, else the logical name with eight hex digits.
 * Metadata that is not known yet is left alone. Source: provider/pkg/metadata/naming.go of pulumi/pulumi-kubernetes v4.
 */
export function withName(inputs: Partial<ObjectInputs>, info: ResourceInfo): Partial<ObjectInputs> {
  const metadata: unknown = inputs.metadata ?? {};
  if (!isObject(metadata) || metadata["name"] !== undefined || metadata["generateName"] !== undefined) return {};
  const annotations = metadata["annotations"] ?? {};
  const named = { ...metadata, name: recordedName(info.oldInputs) ?? newName(info) };
  // Annotations that are not known yet cannot take the mark; the name alone still holds.
  return { metadata: isObject(annotations) ? { ...named, annotations: { ...(annotations as Record<string, string>), [autonamed]: "true" } } : named };
}

export function isAutonamed(inputs: Properties | undefined): boolean {
  return metadataOf(inputs)?.annotations?.[autonamed] === "true";
}

/** Manager of the fields that this resource owns. The real provider draws it at random for each resource; the URN does the same here. */
export function managerOf(info: ResourceInfo): string {
  return `pulumi-kubernetes-${createHash("sha256").update(info.urn).digest("hex").slice(0, 8)}`;
}

function recordedName(oldInputs: Properties | undefined): string | undefined {
  return isAutonamed(oldInputs) ? metadataOf(oldInputs)?.name : undefined;
}

function newName(info: ResourceInfo): string {
  const digits = info.seed === undefined ? randomBytes(4) : createHash("sha256").update(info.urn).update(info.seed).digest();
  return `${info.name}-${digits.toString("hex").slice(0, 8)}`;
}

function metadataOf(inputs: Properties | undefined): Partial<ObjectInputs["metadata"]> | undefined {
  return isObject(inputs?.["metadata"]) ? (inputs["metadata"] as Partial<ObjectInputs["metadata"]>) : undefined;
}
