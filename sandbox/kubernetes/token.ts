/** Type tokens of the Kubernetes SDK: `kubernetes:core/v1:Namespace`, `kubernetes:rbac.authorization.k8s.io/v1:Role`. */
import type { GroupVersionKind } from "./api";

const pattern = /^kubernetes:([a-z0-9.-]+)\/(v[0-9]+(?:(?:alpha|beta)[0-9]+)?):([A-Z][A-Za-z0-9]*)$/;

/**
 * The kind that a token names, or undefined for a token that names none. Lists and patches are refused: a list is no object of its own,
 * and a patch changes what another owner made.
 */
export function kindOfToken(token: string): GroupVersionKind | undefined {
  const [, group, version, kind] = pattern.exec(token) ?? [];
  if (group === undefined || version === undefined || kind === undefined) return undefined;
  if (group === "helm.sh" || kind.endsWith("List") || kind.endsWith("Patch")) return undefined;
  // `core` is the SDK's name for the group that the API leaves unnamed.
  return { group: group === "core" ? "" : group, version, kind };
}
