/**
 * AWS STS's checks of AssumeRoleWithWebIdentity, which the emulator leaves out: the token's times, issuer and audience against the
 * account's identity provider, then the role's trust policy. The token's signature is not verified: the sandbox has no keys of GitHub's.
 */
import { canAssume } from "../trust/evaluate";
import { type Claims, claimValues, issuerHost } from "../trust/claims";
import { TrustPolicyError } from "../trust/statement";
import { isRecord } from "../validate/finding";
import { elements, type Refusal } from "./call";
import type { AskIam } from "./rules";

const INVALID_TOKEN = "InvalidIdentityToken";

/** Why STS would refuse the token for the role; undefined when it would give credentials. */
export async function webIdentityRefusal(parameters: Readonly<Record<string, unknown>>, ask: AskIam): Promise<Refusal | undefined> {
  const role = /^arn:(aws[a-z-]*):iam::(\d{12}):role\/(?:.+\/)?([^/]+)$/.exec(String(parameters.RoleArn));
  if (!role) return { status: 400, code: "ValidationError", message: `${String(parameters.RoleArn)} is no ARN of a role` };
  const [, partition = "", account = "", name = ""] = role;
  const claims = decodeClaims(String(parameters.WebIdentityToken));
  if (!claims || typeof claims.iss !== "string")
    return { status: 400, code: INVALID_TOKEN, message: "The ID Token provided is not a valid JWT with an issuer" };
  if (typeof claims.exp === "number" && claims.exp * 1000 < Date.now())
    return { status: 400, code: "ExpiredTokenException", message: "Token expired" };
  const providerArn = `arn:${partition}:iam::${account}:oidc-provider/${issuerHost(claims.iss)}`;
  return (await providerRefusal(account, providerArn, claims, ask)) ?? trustRefusal(account, name, providerArn, claims, ask);
}

async function providerRefusal(account: string, providerArn: string, claims: Claims, ask: AskIam): Promise<Refusal | undefined> {
  const provider = await ask(account, { Action: "GetOpenIDConnectProvider", OpenIDConnectProviderArn: providerArn });
  if (provider.status !== 200)
    return { status: 400, code: INVALID_TOKEN, message: `No OpenIDConnect provider found in your account for ${String(claims.iss)}` };
  const clientIds = elements(/<ClientIDList>[\s\S]*<\/ClientIDList>/.exec(provider.body)?.[0] ?? "", "member");
  const audiences = claimValues(claims, "aud") ?? [];
  return audiences.some((audience) => clientIds.includes(audience))
    ? undefined
    : { status: 400, code: INVALID_TOKEN, message: "Incorrect token audience" };
}

async function trustRefusal(account: string, name: string, providerArn: string, claims: Claims, ask: AskIam): Promise<Refusal | undefined> {
  const denied = (why: string): Refusal => ({
    status: 403,
    code: "AccessDenied",
    message: `Not authorized to perform sts:AssumeRoleWithWebIdentity (${why})`,
  });
  const answer = await ask(account, { Action: "GetRole", RoleName: name });
  const [document] = elements(answer.body, "AssumeRolePolicyDocument");
  // STS does not tell a caller whether a role exists.
  if (answer.status !== 200 || document === undefined) return denied("no such role");
  try {
    const { allowed, why } = canAssume(decodeURIComponent(document), claims, providerArn);
    return allowed ? undefined : denied(why);
  } catch (error) {
    if (!(error instanceof TrustPolicyError)) throw error;
    return { status: 501, code: "NotImplemented", message: `the sandbox cannot evaluate the role's trust policy: ${error.message}` };
  }
}

function decodeClaims(token: string): Claims | undefined {
  const payload = token.split(".")[1];
  if (payload === undefined) return undefined;
  try {
    const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
    return isRecord(claims) ? claims : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
