/**
 * Which tokens Entra exchanges for one of a managed identity. Entra compares a token's `iss`, `sub` and `aud` with each federated credential's
 * issuer, subject and audiences: whole strings, case-sensitive, no wildcards
 * (learn.microsoft.com, workload-identity-federation-create-trust-user-assigned-managed-identity).
 */

/** Properties of a federated identity credential. */
export interface FederatedCredential {
  readonly name: string;
  readonly issuer: string;
  readonly subject: string;
  readonly audiences: readonly string[];
}

/** The claims that matter, out of a token whose signature is good. */
export interface TokenClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
}

export type Exchange =
  | { readonly allowed: true; /** Name of the credential that let it through. */ readonly credential: string }
  | { readonly allowed: false; /** Entra's error code. */ readonly code: string; readonly reason: string };

const audiencesOf = ({ aud }: TokenClaims): readonly string[] => (typeof aud === "string" ? [aud] : aud);

/** Whether a token with these claims is exchanged. The error is the one for the claim that fits no credential first: issuer, subject, audience. */
export function canExchange(credentials: readonly FederatedCredential[], claims: TokenClaims): Exchange {
  const byIssuer = credentials.filter(({ issuer }) => issuer === claims.iss);
  if (byIssuer.length === 0) {
    return refused("AADSTS700211", `No matching federated identity record found for presented assertion issuer '${claims.iss}'.`);
  }
  const bySubject = byIssuer.filter(({ subject }) => subject === claims.sub);
  if (bySubject.length === 0) {
    return refused("AADSTS700213", `No matching federated identity record found for presented assertion subject '${claims.sub}'.`);
  }
  const audiences = audiencesOf(claims);
  const match = bySubject.find((credential) => credential.audiences.some((audience) => audiences.includes(audience)));
  if (match === undefined) {
    return refused("AADSTS700212", `No matching federated identity record found for presented assertion audience '${audiences.join(", ")}'.`);
  }
  return { allowed: true, credential: match.name };
}

const refused = (code: string, reason: string): Exchange => ({ allowed: false, code, reason });
