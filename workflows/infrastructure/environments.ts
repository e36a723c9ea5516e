/** Environments of the repository that holds this project. Several stacks share the repository, so each has its own. */

/** Where a stack is previewed: by an identity that reads. */
export function previewEnvironment(stack: string): string {
  return `${stack}-preview`;
}

/** Where a stack is applied, after a review. */
export function applyEnvironment(stack: string): string {
  return `${stack}-apply`;
}
