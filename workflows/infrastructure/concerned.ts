/** Which stacks a change of the infrastructure repository concerns. */
import picomatch from "picomatch";

/** A stack with its own files is concerned only by a change of those. */
const STACK_FILES: readonly RegExp[] = [/^Pulumi\.([^./]+)\.yaml$/, /^policy\/(?:config|manifests)\/([^/]+)\.json$/];

/** Files that no stack is made from: what tests, measures, documents or rehearses, and nothing that the program or the policies read. */
const APART = picomatch(["**/*.md", "docs/**", "test/**", "bench/**", "sandbox/**", "rehearsal/**", ".ci/**", "policy/mutations/**", "LICENSE", ".git*", ".github/CODEOWNERS", ".editorconfig", ".nvmrc", ".pre-commit-config.yaml", "renovate.json", "layers.json", ".dependency-cruiser.cjs", "eslint.config.mjs", "jest.config.js"], { dot: true });

/**
 * The stacks that some changed files concern, in the order given. A file that is neither a stack's own nor apart from all concerns every stack; so
 * does a file of a stack that is not among them, as it may be one that goes.
 */
export function concernedStacks(stacks: readonly string[], changedFiles: readonly string[]): readonly string[] {
  const concerned = changedFiles.filter((file) => !APART(file)).map((file) => ownerOf(file));
  return concerned.some((owner) => owner === undefined || !stacks.includes(owner)) ? stacks : stacks.filter((stack) => concerned.includes(stack));
}

function ownerOf(file: string): string | undefined {
  return STACK_FILES.map((pattern) => pattern.exec(file)?.[1]).find((stack) => stack !== undefined);
}
