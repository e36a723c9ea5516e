/** Kinds of options, each with what help, make and errors have to know of it. */
import { z } from "zod";

/** One option of a command. */
export interface Option<Value> {
  /** What stands for its value in help; undefined for a switch, which takes none. */
  readonly placeholder: string | undefined;
  /** One sentence without a full stop, with the unit of a number. */
  readonly help: string;
  /** The value that counts where none is given, as somebody would type it. */
  readonly fallback: string | undefined;
  readonly required: boolean;
  /** Completes "allowed": `is text`, `are a, b`. Asked when it is needed, as it may read files. */
  readonly allowed: () => string;
  /** The value of a text; undefined where it is not allowed. */
  readonly read: (text: string) => Value | undefined;
}

export type Options = Readonly<Record<string, Option<unknown>>>;

/** The values of options, by their keys. */
export type ValuesOf<Of extends Options> = { readonly [Key in keyof Of]: Of[Key] extends Option<infer Value> ? Value : never };

type Maybe<Value> = Option<Value | undefined>;

function option<Value>(placeholder: string | undefined, help: string, allowed: () => string, read: (text: string) => Value | undefined): Maybe<Value> {
  return { placeholder, help, fallback: undefined, required: false, allowed, read };
}

/** Any text. */
export function text(placeholder: string, help: string): Maybe<string> {
  return option(placeholder, help, () => "is any text", (given) => given);
}

/** A text of a form. @param allowed completes "allowed", such as `is the full hash of a commit` */
export function pattern(placeholder: string, help: string, form: RegExp, allowed: string): Maybe<string> {
  const schema = z.string().regex(form);
  return option(placeholder, help, () => allowed, (given) => schema.safeParse(given).data);
}

/** Longest list of words that help shows in the place of a value. */
const SHORT = 24;

/** One of some words. */
export function choice<const Words extends readonly [string, ...string[]]>(words: Words, help: string): Maybe<Words[number]> {
  const schema = z.enum(words);
  const short = words.join("|").length <= SHORT;
  return option(short ? words.join("|") : "WORD", short ? help : `${help}: ${words.join(", ")}`, () => `are ${words.join(", ")}`, (given) => schema.safeParse(given).data);
}

/** One of some words that are known once the command runs. */
export function lateChoice(placeholder: string, help: string, words: () => readonly string[]): Maybe<string> {
  return option(placeholder, help, () => `are ${words().join(", ")}`, (given) => (words().includes(given) ? given : undefined));
}

/** A number. @param help says its unit */
export function number(placeholder: string, help: string, schema: z.ZodType<number>, allowed: string): Maybe<number> {
  return option(placeholder, help, () => allowed, (given) => (given.trim() === "" ? undefined : schema.safeParse(Number(given)).data));
}

/** What a make variable says of a switch. */
const SWITCHES: Readonly<Record<string, boolean>> = { 1: true, true: true, yes: true, 0: false, false: false, no: false };

/** On or off, and off unless it is given. In make, NAME=1 gives it. */
export function flag(help: string): Option<boolean> {
  return { ...option(undefined, help, () => "are 1 and 0", (given) => SWITCHES[given]), fallback: "0" } as Option<boolean>;
}

/** On unless it is taken back: `--no-NAME`, and in make NAME=0. @param help says what it takes back */
export function flagOn(help: string): Option<boolean> {
  return { ...flag(help), fallback: "1" };
}

/** An option with a value that counts where none is given. */
export function or<Value>(given: Maybe<Value>, fallback: string): Option<Value> {
  return { ...given, fallback } as Option<Value>;
}

/** An option that has to be given. */
export function required<Value>(given: Maybe<Value>): Option<Value> {
  return { ...given, required: true } as Option<Value>;
}
