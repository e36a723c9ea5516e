/**
 * CUDA versions that NVIDIA publishes base images of (`nvcr.io/nvidia/cuda`), as of 2026-11: the last minor of each major.
 * A new minor is a change of one number here.
 */
const LAST_MINOR: Readonly<Record<string, number>> = { "12": 9, "13": 3 };

/** Tells whether a CUDA version is published. */
export function cudaPublished(version: string): boolean {
  const [, major, minor] = /^(\d+)\.(0|[1-9]\d*)$/.exec(version) ?? [];
  const last = major === undefined ? undefined : LAST_MINOR[major];
  return last !== undefined && Number(minor) <= last;
}

/** The published versions, for people. */
export const CUDA_PUBLISHED = Object.entries(LAST_MINOR)
  .map(([major, last]) => `${major}.0 to ${major}.${last}`)
  .join(", ");
