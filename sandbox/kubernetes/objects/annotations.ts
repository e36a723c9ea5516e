/** Annotations that speak to the provider, not to the cluster. Source: provider/pkg/metadata/annotations.go of pulumi/pulumi-kubernetes v4. */
import type { ObjectInputs } from "./inputs";

export const autonamed = "pulumi.com/autonamed";
const patchForce = "pulumi.com/patchForce";
const patchFieldManager = "pulumi.com/patchFieldManager";
const skipAwait = "pulumi.com/skipAwait";
const timeoutSeconds = "pulumi.com/timeoutSeconds";
const deletionPropagation = "pulumi.com/deletionPropagationPolicy";

const known = [autonamed, patchForce, patchFieldManager, skipAwait, timeoutSeconds, deletionPropagation] as const;
const policies = ["background", "foreground", "orphan"] as const;

export function forcesPatch(inputs: ObjectInputs): boolean {
  return isTrue(inputs, patchForce);
}

export function skipsAwait(inputs: ObjectInputs): boolean {
  return isTrue(inputs, skipAwait);
}

export function fieldManager(inputs: ObjectInputs): string | undefined {
  return inputs.metadata.annotations?.[patchFieldManager];
}

/** How long to wait for an object, in seconds. */
export function timeout(inputs: ObjectInputs, otherwise: number): number {
  const text = inputs.metadata.annotations?.[timeoutSeconds];
  return text === undefined ? otherwise : Number(text);
}

/** The real provider deletes in the foreground: dependents go first. */
export function propagation(inputs: ObjectInputs): "Background" | "Foreground" | "Orphan" {
  switch (inputs.metadata.annotations?.[deletionPropagation]) {
    case "background":
      return "Background";
    case "orphan":
      return "Orphan";
    default:
      return "Foreground";
  }
}

/** Findings about annotations that the sandbox does not follow: passing over them would rehearse something else. */
export function annotationFindings(inputs: ObjectInputs): readonly { property: string; reason: string }[] {
  const annotations = Object.entries(inputs.metadata.annotations ?? {}).filter(([name]) => name.startsWith("pulumi.com/"));
  return annotations.flatMap(([name, value]) => {
    const allowed = allowedValues(name, value);
    return allowed === undefined ? [] : [{ property: `metadata.annotations["${name}"]`, reason: allowed }];
  });
}

function allowedValues(name: string, value: string): string | undefined {
  if (!(known as readonly string[]).includes(name)) return `is not followed by the sandbox; it knows ${known.join(", ")}`;
  if (name === timeoutSeconds && !/^[1-9][0-9]*$/.test(value)) return `is "${value}", but has to be a whole number of seconds`;
  if (name === deletionPropagation && !(policies as readonly string[]).includes(value)) return `is "${value}", but has to be one of ${policies.join(", ")}`;
  return undefined;
}

function isTrue(inputs: ObjectInputs, name: string): boolean {
  return inputs.metadata.annotations?.[name]?.toLowerCase() === "true";
}
