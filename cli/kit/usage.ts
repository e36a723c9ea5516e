/** What is wrong with how a command was called. */

/** How an option is written where the command was called: `--base` on a command line, `BASE` in make. */
export type NameOf = (option: string) => string;

/** One thing that is wrong: a sentence, or one that names options as the caller writes them. */
export type Finding = string | ((name: NameOf) => string);

/** A command cannot do what it was asked. The message lists every finding. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  constructor(readonly findings: readonly Finding[]) {
    super(findings.map((finding) => sentence(finding, flagOf)).join("\n"));
  }
}

/** A command came to an end that has an exit code of its own. The message is for people. */
export class ExitError extends Error {
  override readonly name: string = "ExitError";

  constructor(
    message: string,
    /** The process ends with it. */
    readonly code: number,
  ) {
    super(message);
  }
}

/** A finding as text. */
export function sentence(finding: Finding, name: NameOf): string {
  return typeof finding === "string" ? finding : finding(name);
}

/** A value that is not allowed. @param option its key, such as `filesFrom` */
export function notAllowed(option: string, found: string, allowed: string): Finding {
  return (name) => `${name(option)} is ${JSON.stringify(found)}: allowed ${allowed}`;
}

/** An option on a command line: `filesFrom` is `--files-from`. */
export function flagOf(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** An option as a make variable: `filesFrom` is `FILES_FROM`. */
export function variableOf(option: string): string {
  return option.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
