/** Who may talk to ARM: one application of the sandbox's own tenant, and the tokens it was given. */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { ArmError } from "./errors";

/** Lifetime of a token that the token endpoint gives, in seconds (Entra's is 60 to 90 minutes). */
const LIFETIME = 3600;

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

export class Tokens {
  readonly clientId = randomUUID();
  readonly clientSecret = randomBytes(24).toString("base64url");
  /** For people with curl: valid as long as the server runs. */
  readonly standing = randomBytes(32).toString("base64url");
  /** When each token ends, in milliseconds since 1970, by the token's hash. */
  private readonly ends = new Map<string, number>([[digest(this.standing).toString("hex"), Number.POSITIVE_INFINITY]]);

  /** Answers the form of a client credentials request; anything but this application's secret is refused as Entra refuses it. */
  grant(form: Readonly<Record<string, string | undefined>>): { status: number; body: Record<string, string | number> } {
    if (form.grant_type !== "client_credentials") return refusal(400, "unsupported_grant_type", "AADSTS70003: The app requested an unsupported grant type; client_credentials is allowed.");
    if (form.client_id !== this.clientId) return refusal(400, "unauthorized_client", `AADSTS700016: Application with identifier '${form.client_id ?? ""}' was not found in the directory.`);
    if (!timingSafeEqual(digest(form.client_secret ?? ""), digest(this.clientSecret))) return refusal(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.");
    const token = randomBytes(32).toString("base64url");
    this.ends.set(digest(token).toString("hex"), Date.now() + LIFETIME * 1000);
    return { status: 200, body: { token_type: "Bearer", expires_in: LIFETIME, ext_expires_in: LIFETIME, access_token: token } };
  }

  /** Fails as ARM does without a token that is valid. */
  require(authorization: string | undefined): void {
    if (authorization === undefined) throw new ArmError(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing.");
    const token = /^Bearer (.+)$/.exec(authorization)?.[1];
    if (token === undefined) throw new ArmError(401, "AuthenticationFailed", "Authentication failed. The 'Authorization' header is provided in an invalid format.");
    const end = this.ends.get(digest(token).toString("hex"));
    if (end === undefined) throw new ArmError(401, "InvalidAuthenticationToken", "The access token is invalid.");
    if (end < Date.now()) throw new ArmError(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than current UTC time.");
  }
}

const refusal = (status: number, error: string, description: string) => ({ status, body: { error, error_description: description } });
