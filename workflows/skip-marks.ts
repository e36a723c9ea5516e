/**
 * What keeps GitHub from starting workflows on a push or a pull request, where its head commit's message holds it: five marks, and a trailer at its end.
 * Source: docs.github.com, "Skipping workflow runs".
 */
const SKIP_MARKS = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

/** Anywhere in the text, and in any case: one that a squash puts at a message's end is not at the end of a commit's. */
const SKIP_TRAILER = /^skip-checks: ?true$/im;

/** The mark or trailer in a text that goes into a commit's message; undefined for none. */
export function skipMark(text: string): string | undefined {
  const lower = text.toLowerCase();
  return SKIP_MARKS.find((mark) => lower.includes(mark)) ?? SKIP_TRAILER.exec(text.replaceAll("\r", ""))?.[0];
}
