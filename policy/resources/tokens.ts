/** Tokens that stand for outputs of resources while a program runs, so that what it makes from them can be told. */
import { createHash } from "node:crypto";

/** Begins the phase in which the program's resources answer with tokens; the salt follows. */
export const INTENT = "intent-";

/** Ends the path of a token that stands for the part of an output before its first slash. */
export const HOST = "^";

const LENGTH = 24;
/** Only letters, as a token has to do as a part of a host, a path or a name. */
const MARK = "zqzq";

export const TOKEN = new RegExp(`${MARK}[a-p]{${LENGTH}}`, "g");

/** @param path of the output, such as `identityProfile.kubeletidentity.objectId` */
export function tokenOf(salt: string, type: string, name: string, path: string): string {
  const digest = createHash("sha256").update(JSON.stringify([salt, type, name, path])).digest("hex");
  return MARK + digest.slice(0, LENGTH).replace(/[0-9a-f]/g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 16)));
}
