/** Resources that a team adds to the stack: extensions/README.md. */
import type { StackParts } from "../components/stack-parts";

/**
 * Runs when every resource of the project is registered.
 * @example
 * new Repository("mirror", { name: "team/mirror" }, { provider: stack.providers.aws });
 */
export function ownResources(stack: StackParts): void {
  void stack;
}
