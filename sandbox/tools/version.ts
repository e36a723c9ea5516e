/** Versions as tools print them, and the ranges that fit. */

export type Version = readonly [major: number, minor: number, patch: number];

/** From `least` (inclusive) to `below` (exclusive). */
export interface VersionRange {
  readonly least: Version;
  readonly below: Version;
}

/** The first version in a text such as `Kubernetes v1.36.3`, or undefined. */
export function findVersion(text: string): Version | undefined {
  const found = /\bv?(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return found ? [Number(found[1]), Number(found[2]), Number(found[3] ?? 0)] : undefined;
}

export function fits(version: Version, range: VersionRange): boolean {
  return compareVersions(version, range.least) >= 0 && compareVersions(version, range.below) < 0;
}

function compareVersions(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}

export function formatRange({ least, below }: VersionRange): string {
  return `>=${least.join(".")} <${below.join(".")}`;
}
