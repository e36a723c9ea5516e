/** Exit codes. Each has one meaning a command; these two mean the same in all of them. */
import type { Command } from "./command";

const ALL: Readonly<Record<number, string>> = {
  0: "done",
  1: "not done: the command was called wrongly, or what it needs is not there; the message says what",
};

/** Every exit code of a command with its meaning, in their order. A command may say more exactly what 0 and 1 mean for it. */
export function exitsOf({ exits = {} }: Pick<Command, "exits">): readonly (readonly [code: number, meaning: string])[] {
  return Object.entries({ ...ALL, ...exits }).map(([code, meaning]) => [Number(code), meaning] as const).sort(([one], [other]) => one - other);
}
