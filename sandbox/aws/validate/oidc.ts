/**
 * AWS IAM's rules for an OpenID Connect provider (API reference: CreateOpenIDConnectProvider): an https URL without port, query or
 * fragment, at most 255 characters; at most 100 client ids; at most 5 thumbprints of 40 hexadecimal digits.
 */
import { type Finding, show } from "./finding";

export interface OidcProviderInput {
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
}

/** Every rule that the provider breaks; paths are `url`, `clientIdLists` and `thumbprintLists`. */
export function oidcProviderFindings({ url, clientIds, thumbprints }: OidcProviderInput): Finding[] {
  return [...urlFindings(url), ...clientIdFindings(clientIds), ...thumbprintFindings(thumbprints)];
}

function urlFindings(url: string): Finding[] {
  const path = "url";
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || parsed.protocol !== "https:") return [{ path, message: `found ${show(url)}; a URL that begins with https:// is needed` }];
  const findings: Finding[] = [];
  if (url.length > 255) findings.push({ path, message: `found ${url.length} characters; at most 255 are allowed` });
  if (parsed.port !== "") findings.push({ path, message: `found port ${parsed.port}; a port is not allowed` });
  if (parsed.search !== "" || parsed.hash !== "")
    findings.push({ path, message: `found ${show(url)}; a query or a fragment is not allowed` });
  return findings;
}

function clientIdFindings(clientIds: readonly string[]): Finding[] {
  const path = "clientIdLists";
  if (clientIds.length > 100) return [{ path, message: `found ${clientIds.length} client ids; at most 100 are allowed` }];
  return clientIds.flatMap((id, index) => {
    if (id.length < 1 || id.length > 255)
      return [{ path: `${path}[${index}]`, message: `found ${id.length} characters; 1 to 255 are allowed` }];
    return clientIds.indexOf(id) < index ? [{ path: `${path}[${index}]`, message: `${show(id)} is given twice` }] : [];
  });
}

function thumbprintFindings(thumbprints: readonly string[]): Finding[] {
  const path = "thumbprintLists";
  if (thumbprints.length > 5) return [{ path, message: `found ${thumbprints.length} thumbprints; at most 5 are allowed` }];
  return thumbprints.flatMap((print, index) =>
    /^[0-9a-fA-F]{40}$/.test(print)
      ? []
      : [{ path: `${path}[${index}]`, message: `found ${show(print)}; 40 hexadecimal digits are needed` }],
  );
}
