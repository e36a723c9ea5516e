/** Texts of the engine, made plain. */
import { stripVTControlCharacters } from "node:util";

/** Colour marks of the engine, such as `<{%reset%}>`. */
const MARKS = /<\{%[^%]*%\}>/g;

/** Private keys: a tool that prints one in its error must not print it in a report too. */
const PRIVATE_KEYS = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g;

/** What the engine says last of every preview that it does not finish; what is wrong has been said before. */
export const PREVIEW_FAILED = "preview failed";

/** A message without colours and without the empty lines around it. */
export function plainText(message: string): string {
  return stripVTControlCharacters(message.replaceAll(MARKS, ""))
    .replaceAll(PRIVATE_KEYS, "[hidden private key]")
    .trim();
}
