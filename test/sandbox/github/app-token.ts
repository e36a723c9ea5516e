/** Tokens of apps, as the apps themselves get them. */
import { createSign, generateKeyPairSync } from "node:crypto";

/** A JSON web token by which an app names itself. The sandbox takes any key of an app that was seeded without one. */
export function appToken(appId: number): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const now = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: String(appId), iat: now - 60, exp: now + 540 })}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(privateKey).toString("base64url")}`;
}
