import { createRequire } from "node:module";
const require = createRequire(import.meta.url);

// workflows/runtime/azure.ts
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";

// pipeline/oidc.ts
var AZURE_AUDIENCE = "api://AzureADTokenExchange";

// workflows/runtime/environment.ts
var ProgramError = class extends Error {
  name = "ProgramError";
};
function required(env, name) {
  let value = env[name];
  if (value === void 0 || value === "") throw new ProgramError(`the environment variable ${name} is not set`);
  return value;
}
function annotate(kind, title, text) {
  let message = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll(`
`, "%0A");
  console.log(`::${kind} title=${title.replace(/[:,%\r\n]/g, " ")}::${message}`);
}
async function main(title, run2) {
  try {
    await run2();
  } catch (error) {
    annotate("error", title, error instanceof Error ? error.message : String(error)), process.exitCode = 1;
  }
}

// workflows/runtime/azure.ts
var MANAGEMENT_SCOPE = "https://management.azure.com/.default", AKS_SCOPE = "6dae42f8-4368-4678-94ff-3960e28e3630/.default", REGISTRY_USER = "00000000-0000-0000-0000-000000000000", TIMEOUT_SECONDS = 20;
async function run(env, command) {
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
async function entraToken(env, scope) {
  let url = `${(env.AZURE_AUTHORITY_HOST ?? "https://login.microsoftonline.com").replace(/\/$/, "")}/${encodeURIComponent(required(env, "AZURE_TENANT_ID"))}/oauth2/v2.0/token`;
  return form("Entra ID", url, {
    grant_type: "client_credentials",
    client_id: required(env, "AZURE_CLIENT_ID"),
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: await githubToken(env),
    scope
  });
}
async function githubToken(env) {
  let url = new URL(required(env, "ACTIONS_ID_TOKEN_REQUEST_URL"));
  return url.searchParams.set("audience", AZURE_AUDIENCE), (await ask("GitHub", url.href, { headers: { authorization: `Bearer ${required(env, "ACTIONS_ID_TOKEN_REQUEST_TOKEN")}` } })).value;
}
async function registryLogin(env, client, command) {
  let registry = required(env, "ACR_REGISTRY"), { access_token } = await entraToken(env, MANAGEMENT_SCOPE), scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(registry) ? "http" : "https", { refresh_token } = await form(registry, `${scheme}://${registry}/oauth2/exchange`, {
    grant_type: "access_token",
    service: registry,
    tenant: required(env, "AZURE_TENANT_ID"),
    access_token
  }), login = spawnSync(client, [...command, registry, "--username", REGISTRY_USER, "--password-stdin"], { input: refresh_token, encoding: "utf8" });
  if (login.error) throw new ProgramError(`${client} ${command.join(" ")}: ${login.error.message}`);
  if (login.status !== 0) throw new ProgramError(`${client} ${command.join(" ")}: ${login.stderr.trim()}`);
  console.log(`Logged in to ${registry}.`);
}
function writeKubeconfig(env) {
  let name = "deployment-tests", config = {
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
            interactiveMode: "Never"
          }
        }
      }
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name
  };
  writeFileSync(required(env, "KUBECONFIG"), JSON.stringify(config), { mode: 384 });
}
async function printCredential(env) {
  let { access_token, expires_in } = await entraToken(env, AKS_SCOPE), expirationTimestamp = new Date(Date.now() + expires_in * 1e3).toISOString();
  console.log(JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status: { token: access_token, expirationTimestamp } }));
}
function form(who, url, fields) {
  return ask(who, url, { method: "POST", body: new URLSearchParams(fields) });
}
async function ask(who, url, init) {
  let response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1e3) }).catch((error) => {
    throw new ProgramError(`${who} could not be reached: ${error instanceof Error ? error.message : "no answer"}`);
  });
  if (!response.ok) throw new ProgramError(`${who} answered ${response.status}: ${await reason(response)}`);
  return await response.json();
}
async function reason(response) {
  let body = await response.json().catch(() => ({}));
  return [body.error, ...(body.error_codes ?? []).map((code) => `AADSTS${code}`), ...(body.errors ?? []).map(({ code }) => code)].filter((code) => code !== void 0).join(" ") || "no reason given";
}
main("Azure", () => run(process.env, process.argv[2]));
