/** Environments and workflow files of the repository that holds this project. Several stacks share the repository, so each has its own environments. */

/** The files by what they do. */
export const INFRASTRUCTURE_FILES = { preview: "infrastructure-preview.yml", apply: "infrastructure-apply.yml", drift: "infrastructure-drift.yml" } as const;

/** Where a stack is previewed: by an identity that reads. */
export function previewEnvironment(stack: string): string {
  return `${stack}-preview`;
}

/** Where a stack is applied, after a review. */
export function applyEnvironment(stack: string): string {
  return `${stack}-apply`;
}
