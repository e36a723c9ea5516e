/** Who calls: the sandbox's own user by its token, an app by its JSON web token, or an app's installation by an access token. */
import { createHash, createPublicKey, createVerify, randomBytes, timingSafeEqual } from "node:crypto";
import { HttpError } from "./errors";
import { type App, type Author, type GitHubState, type Installation } from "./state";

export type Caller =
  | { readonly kind: "user"; readonly author: Author }
  | { readonly kind: "app"; readonly app: App; readonly author: Author }
  | { readonly kind: "installation"; readonly app: App; readonly installation: Installation; readonly author: Author };

/** The owner of the sandbox's token: an administrator of every repository and organisation. */
export const OPERATOR: Author = { id: 1, login: "sandbox-operator", type: "User" };

/** When the sandbox's user is said to have joined; nothing depends on it. */
export const OPERATOR_SINCE = "2008-01-01T00:00:00Z";

/** Installation tokens live for one hour: docs.github.com, "Generating an installation access token for a GitHub App". */
export const TOKEN_LIFETIME_MS = 60 * 60 * 1000;
/** GitHub refuses JSON web tokens that live longer: docs.github.com, "Generating a JSON Web Token (JWT) for a GitHub App". */
const JWT_LIFETIME_S = 600;

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Recognises the caller, or answers 401 as GitHub does. */
export function authenticate(header: string | undefined, state: GitHubState, operatorToken: string): Caller {
  const token = /^(?:Bearer|token)\s+(\S+)$/i.exec(header ?? "")?.[1] ?? basicPassword(header);
  if (token === undefined) throw new HttpError(401, "Requires authentication");
  if (equal(token, operatorToken)) return { kind: "user", author: OPERATOR };
  if (token.split(".").length === 3) return appCaller(token, state);
  const issued = state.tokens.find((t) => t.sha256 === sha256(token));
  const installation =
    issued && Date.parse(issued.expiresAt) > Date.now() ? state.installations.find((i) => i.id === issued.installationId) : undefined;
  const app = installation && state.apps.find((a) => a.id === installation.appId);
  if (!installation || !app) throw new HttpError(401, "Bad credentials");
  return { kind: "installation", app, installation, author: bot(app) };
}

/** A new installation token and the hash that is kept of it. */
export function newToken(): { token: string; sha256: string } {
  const token = `ghs_${randomBytes(24).toString("base64url").replaceAll("-", "A").replaceAll("_", "B")}`;
  return { token, sha256: sha256(token) };
}

export const bot = (app: App): Author => ({ id: app.id, login: `${app.slug}[bot]`, type: "Bot" });

function basicPassword(header: string | undefined): string | undefined {
  const encoded = /^Basic\s+(\S+)$/i.exec(header ?? "")?.[1];
  return encoded && Buffer.from(encoded, "base64").toString("utf8").split(":")[1];
}

function equal(a: string, b: string): boolean {
  return timingSafeEqual(Buffer.from(sha256(a)), Buffer.from(sha256(b)));
}

function appCaller(jwt: string, state: GitHubState): Caller {
  const refuse = (): HttpError => new HttpError(401, "A JSON web token could not be decoded");
  const [head, body, signature] = jwt.split(".") as [string, string, string];
  const header = decodePart(head);
  const claims = decodePart(body);
  if (!header || !claims || header.alg !== "RS256" || signature === "") throw refuse();
  const app = state.apps.find((a) => String(a.id) === String(claims.iss));
  if (!app) throw new HttpError(401, "Integration not found");
  const { iat, exp } = claims;
  const now = Date.now() / 1000;
  if (typeof exp !== "number" || exp <= now)
    throw new HttpError(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (typeof iat !== "number" || iat > now + 60)
    throw new HttpError(401, "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued");
  if (exp - now > JWT_LIFETIME_S) throw new HttpError(401, "'Expiration time' claim ('exp') is too far in the future");
  if (app.publicKey !== undefined) {
    const verify = createVerify("RSA-SHA256").update(`${head}.${body}`);
    if (!verify.verify(createPublicKey(app.publicKey), Buffer.from(signature, "base64url"))) throw refuse();
  }
  return { kind: "app", app, author: bot(app) };
}

function decodePart(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
