/** What a change of a cluster's version of Kubernetes is. Imports nothing. */

export type VersionMove =
  /** The same minor version: AKS moves patches by itself, and never back. */
  | "same minor"
  | "next minor"
  /** AKS refuses it: it goes one minor version at a time, and never back. */
  | "refused"
  /** One of the two is no version of Kubernetes 1. */
  | "unknown";

/**
 * @param from `1.34` or `1.34.8`
 * @param to the same; a minor version without a patch is whatever patch runs
 * Source: https://learn.microsoft.com/azure/aks/upgrade-aks-cluster
 */
export function versionMove(from: string, to: string): VersionMove {
  const [had, has] = [parsed(from), parsed(to)];
  if (had === undefined || has === undefined) return "unknown";
  if (has.minor === had.minor + 1) return "next minor";
  if (has.minor !== had.minor) return "refused";
  return has.patch !== undefined && had.patch !== undefined && has.patch < had.patch ? "refused" : "same minor";
}

function parsed(version: string): { readonly minor: number; readonly patch: number | undefined } | undefined {
  const match = /^1\.(\d+)(?:\.(\d+))?$/.exec(version);
  return match === null ? undefined : { minor: Number(match[1]), patch: match[2] === undefined ? undefined : Number(match[2]) };
}
