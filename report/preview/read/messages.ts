/** Texts of the engine, made plain. */
import { stripVTControlCharacters } from "node:util";
import type { Message } from "./preview";

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

/** What the engine says of a resource that it was looking at when another one failed: it had nothing to do with it. */
const CANCELED = /\b(?:failed to run remediation|failed to run analysis|failed to get analyzer info|failed to analyze resources?|rpc error)\b[\s\S]*\bcontext canceled\b/i;

/** Messages without those of work that was only called off, as long as another error says why. */
export function withoutEchoes(messages: readonly Message[]): readonly Message[] {
  const isEcho = ({ severity, text }: Message): boolean => severity === "error" && CANCELED.test(text);
  const explained = messages.some((message) => message.severity === "error" && !isEcho(message) && message.text !== PREVIEW_FAILED);
  return explained ? messages.filter((message) => !isEcho(message)) : messages;
}
