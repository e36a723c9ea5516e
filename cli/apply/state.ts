/** What an earlier engine left in a stack's state, where it was killed: nothing may be applied before somebody has looked at it. */
import { z } from "zod";
import { engineText, type Surroundings } from "../report/engine";

const exported = z.object({
  deployment: z
    .object({ pending_operations: z.array(z.object({ type: z.string(), resource: z.object({ urn: z.string(), id: z.string().optional() }) })).nullish() })
    .nullish(),
});

/** An operation that had begun and that nobody saw end. */
export interface PendingOperation {
  /** `creating`, `updating`, `deleting`, and so on. */
  readonly operation: string;
  readonly urn: string;
}

/** @throws Error with the engine's words when the state cannot be read */
export async function pendingOperations(at: Surroundings, stack: string): Promise<PendingOperation[]> {
  const { deployment } = exported.parse(JSON.parse(await engineText(at, ["stack", "export", "--stack", stack])));
  return (deployment?.pending_operations ?? []).map(({ type, resource }) => ({ operation: type, urn: resource.urn }));
}

/** What to do about them, for people. @param apply whose they are: of the apply that just ended, or of one before it */
export function pendingAdvice(stack: string, pending: readonly PendingOperation[], apply: "this" | "earlier"): string {
  return [
    `${apply === "this" ? "This" : "An earlier"} apply of stack ${stack} was killed while ${pending.length === 1 ? "an operation was" : "operations were"} on the way, and nobody saw the end:`,
    ...pending.map(({ operation, urn }) => `  ${operation} ${urn}`),
    `${apply === "this" ? "What was done before is in the state." : "Nothing was applied."} Look in the cloud whether each is there. Import what was created (pulumi import TYPE NAME ID), then clear the rest with`,
    `  pulumi refresh --stack ${stack} --clear-pending-creates`,
    "and run this apply again. docs/operations.md, \"An apply that was interrupted\", says more.",
  ].join("\n");
}

/** How the engine words a lock that another engine holds. Source: pulumi/pulumi, pkg/backend/diy/lock.go. */
const LOCKED = /the stack is currently locked by/;

/** True where the engine stopped because another one holds the stack. */
export function isLocked(messages: readonly string[]): boolean {
  return messages.some((message) => LOCKED.test(message));
}

/** What to do about a stack that another run has locked. @param messages what the engine said */
export function lockAdvice(stack: string, messages: readonly string[]): string {
  return [
    `Stack ${stack} is locked: another engine works on it, or one was killed and left its lock.`,
    ...messages.filter((message) => LOCKED.test(message)).map((message) => message.replace(/^/gm, "  ")),
    "Nothing was applied. If no apply of this stack is running, lift the lock and run this apply again:",
    `  pulumi cancel --stack ${stack}`,
  ].join("\n");
}
