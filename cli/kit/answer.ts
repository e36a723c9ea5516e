/** What a command that judges something comes to. */
import type { Io } from "./command";
import { writeFileOf } from "./files";
import { or, choice, text } from "./options";

/** What such a command says. */
export interface Answer {
  /** The whole report, without a line break at its end. */
  readonly report: string;
  /** One line for people. */
  readonly summary: string;
  readonly exitCode: number;
}

/** The options of every such command. @param formats in which its report can be written; the first is the default */
export function answerOptions<const Formats extends readonly ["text", ...string[]]>(formats: Formats) {
  return {
    format: or(choice(formats, "how the report is written"), "text"),
    out: text("FILE", "where the report is written; without it, to standard output"),
  };
}

/**
 * The report goes to standard output, or to the file that --out names, with its summary on standard output.
 * @returns the exit code
 * @throws UsageError where the file cannot be written
 */
export function answered({ report, summary, exitCode }: Answer, out: string | undefined, io: Io): number {
  if (out !== undefined) writeFileOf("out", out, `${report}\n`);
  io.out(`${out === undefined ? report : summary}\n`);
  return exitCode;
}
