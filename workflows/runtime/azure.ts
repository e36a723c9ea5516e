/**
 * `azure.mjs`: turns the job's OIDC token into what Azure takes, on any runner and without Azure's command line.
 *
 * `registry-login` logs Docker in to the registry, and `chart-login` Helm; `kubeconfig` writes a file with which kubectl and Helm reach the cluster; `credential` is
 * what that file calls each time a token is needed, so none of them outlives its use.
 *
 * Sources: Microsoft, "Microsoft identity platform and the OAuth 2.0 client credentials flow" (federated credential) and "Azure Container
 * Registry: authenticate with Microsoft Entra"; Kubernetes, "client-go credential plugins".
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { AZURE_AUDIENCE } from "../../pipeline/oidc";
import { main, ProgramError, required, type EnvironmentVariables } from "./environment";

/** Scope of Azure's control plane, whose tokens a registry exchanges. */
const MANAGEMENT_SCOPE = "https://management.azure.com/.default";

/** The application id of every AKS cluster's API server (Microsoft, "AKS-managed Microsoft Entra integration"). */
const AKS_SCOPE = "6dae42f8-4368-4678-94ff-3960e28e3630/.default";

/** User name that a registry takes together with a refresh token. */
const REGISTRY_USER = "00000000-0000-0000-0000-000000000000";

const TIMEOUT_SECONDS = 20;

async function run(env: EnvironmentVariables, command: string | undefined): Promise<void> {
  switch (command) {
    case "registry-login":
      return registryLogin(env, "docker", ["login"]);
    case "chart-login":
      return registryLogin(env, "helm", ["registry", "login"]);
    case "kubeconfig":
      return writeKubeconfig(env);
    case "credential":
      return printCredential(env);
    default:
      throw new ProgramError(`command ${JSON.stringify(command ?? "")}: allowed are registry-login, chart-login, kubeconfig, credential`);
  }
}

interface AccessToken {
  readonly access_token: string;
  /** Seconds. */
  readonly expires_in: number;
}

/** Exchanges the job's token for one of Entra ID. */
async function entraToken(env: EnvironmentVariables, scope: string): Promise<AccessToken> {
  const authority = (env.AZURE_AUTHORITY_HOST ?? "https://login.microsoftonline.com").replace(/\/$/, "");
  const url = `${authority}/${encodeURIComponent(required(env, "AZURE_TENANT_ID"))}/oauth2/v2.0/token`;
  return form<AccessToken>("Entra ID", url, {
    grant_type: "client_credentials",
    client_id: required(env, "AZURE_CLIENT_ID"),
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await githubToken(env),
    scope,
  });
}

/** The job's own token. GitHub gives the address only to jobs with `id-token: write`. */
async function githubToken(env: EnvironmentVariables): Promise<string> {
  const url = new URL(required(env, "ACTIONS_ID_TOKEN_REQUEST_URL"));
  url.searchParams.set("audience", AZURE_AUDIENCE);
  const answer = await ask<{ readonly value: string }>("GitHub", url.href, { headers: { authorization: `Bearer ${required(env, "ACTIONS_ID_TOKEN_REQUEST_TOKEN")}` } });
  return answer.value;
}

async function registryLogin(env: EnvironmentVariables, client: string, command: readonly string[]): Promise<void> {
  const registry = required(env, "ACR_REGISTRY");
  const { access_token } = await entraToken(env, MANAGEMENT_SCOPE);
  // As Docker does it: a registry on the machine itself is asked without TLS.
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(registry) ? "http" : "https";
  const { refresh_token } = await form<{ readonly refresh_token: string }>(registry, `${scheme}://${registry}/oauth2/exchange`, {
    grant_type: "access_token",
    service: registry,
    tenant: required(env, "AZURE_TENANT_ID"),
    access_token,
  });
  // By standard input: arguments are open to every process of the machine.
  const login = spawnSync(client, [...command, registry, "--username", REGISTRY_USER, "--password-stdin"], { input: refresh_token, encoding: "utf8" });
  if (login.error) throw new ProgramError(`${client} ${command.join(" ")}: ${login.error.message}`);
  if (login.status !== 0) throw new ProgramError(`${client} ${command.join(" ")}: ${login.stderr.trim()}`);
  console.log(`Logged in to ${registry}.`);
}

/** Writes the file that `KUBECONFIG` names. It holds no token, but the command that gets one. JSON is YAML. */
function writeKubeconfig(env: EnvironmentVariables): void {
  const name = "deployment-tests";
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: required(env, "AKS_API_SERVER"), "certificate-authority-data": required(env, "AKS_CERTIFICATE_AUTHORITY") } }],
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1",
            command: process.execPath,
            args: [resolve(process.argv[1] ?? ""), "credential"],
            interactiveMode: "Never",
          },
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
  writeFileSync(required(env, "KUBECONFIG"), JSON.stringify(config), { mode: 0o600 });
}

async function printCredential(env: EnvironmentVariables): Promise<void> {
  const { access_token, expires_in } = await entraToken(env, AKS_SCOPE);
  const expirationTimestamp = new Date(Date.now() + expires_in * 1000).toISOString();
  console.log(JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token: access_token, expirationTimestamp } }));
}

function form<T>(who: string, url: string, fields: Readonly<Record<string, string>>): Promise<T> {
  return ask<T>(who, url, { method: "POST", body: new URLSearchParams(fields) });
}

/** Asks for JSON. Neither requests nor answers are shown when it fails: both hold tokens. */
async function ask<T>(who: string, url: string, init: RequestInit): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1000) }).catch((error: unknown) => {
    throw new ProgramError(`${who} could not be reached: ${error instanceof Error ? error.message : "no answer"}`);
  });
  if (!response.ok) throw new ProgramError(`${who} answered ${response.status}: ${await reason(response)}`);
  return (await response.json()) as T;
}

/** Entra ID's and a registry's short name of an error, such as AADSTS700213 when no federated credential has the job's subject. */
async function reason(response: Response): Promise<string> {
  const body = (await response.json().catch(() => ({}))) as { error?: string; error_codes?: number[]; errors?: { code?: string }[] };
  const codes = [body.error, ...(body.error_codes ?? []).map((code) => `AADSTS${code}`), ...(body.errors ?? []).map(({ code }) => code)];
  return codes.filter((code) => code !== undefined).join(" ") || "no reason given";
}

void main("Azure", () => run(process.env, process.argv[2]));
