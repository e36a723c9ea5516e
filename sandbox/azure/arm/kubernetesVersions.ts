/**
 * Versions of Kubernetes that AKS offers in the sandbox, by minor, with the patch that a bare minor resolves to. The window is AKS's: the
 * newest three minors (learn.microsoft.com, supported-kubernetes-versions), as of November 2026.
 */
const latestPatch: Readonly<Record<string, number>> = { "1.35": 5, "1.36": 3, "1.37": 1 };

export const DEFAULT_VERSION = "1.36";

export const supportedMinors = Object.keys(latestPatch);

const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

const numberOf = (version: string): number => Number(minorOf(version).split(".")[1]);

export const isSupported = (version: string): boolean => latestPatch[minorOf(version)] !== undefined;

/** `1.35` as `1.35.5`; a full version stays. A bare minor that `running` already has does not upgrade it. */
export function resolveVersion(version: string, running?: string): string {
  if (version.split(".").length === 3) return version;
  return running !== undefined && minorOf(running) === version ? running : `${version}.${latestPatch[version] ?? 0}`;
}

/** Whether AKS upgrades from one full version to the other: never back, and one minor at a time. */
export function mayUpgrade(from: string, to: string): boolean {
  const minors = numberOf(to) - numberOf(from);
  return minors === 1 || (minors === 0 && Number(to.split(".")[2]) >= Number(from.split(".")[2]));
}

/** Whether nodes of `node` may join a control plane of `cluster`: not newer, at most three minors older. */
export function mayJoin(node: string, cluster: string): boolean {
  const behind = numberOf(cluster) - numberOf(node);
  return behind > 0 ? behind <= 3 : mayUpgrade(node, cluster);
}
