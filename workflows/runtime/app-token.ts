/** A token of a GitHub App for one repository, good for an hour. Source: GitHub, "Generating an installation access token for a GitHub App". */
import { createSign } from "node:crypto";
import { type EnvironmentVariables } from "./environment";
import { GitHub } from "./github";

export interface App {
  readonly appId: number;
  /** PEM. */
  readonly privateKey: string;
  /** `OWNER/NAME`. */
  readonly repository: string;
  /** What the token may do, of what the app may: scope and access, such as `checks: write`. */
  readonly permissions: Readonly<Record<string, "read" | "write">>;
}

/** Seconds that the app's own token lives; GitHub takes ten minutes at most. */
const LIFETIME_SECONDS = 300;
/** Seconds by which clocks may differ. */
const SKEW_SECONDS = 60;

/** Gets a token that reaches only this repository. */
export async function appToken(env: EnvironmentVariables, app: App): Promise<string> {
  const github = new GitHub(env, signedClaim(app, Math.floor(Date.now() / 1000)));
  const { id } = await github.get<{ readonly id: number }>(`/repos/${app.repository}/installation`);
  const [, name] = app.repository.split("/");
  const { token } = await github.call<{ readonly token: string }>("POST", `/app/installations/${id}/access_tokens`, { repositories: [name], permissions: app.permissions });
  console.log(`::add-mask::${token}`);
  return token;
}

/** A JSON web token (RS256) that says "I am this app". */
function signedClaim({ appId, privateKey }: App, now: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: String(appId), iat: now - SKEW_SECONDS, exp: now + LIFETIME_SECONDS })}`;
  return `${content}.${createSign("RSA-SHA256").update(content).sign(privateKey, "base64url")}`;
}
