import { generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningGitHub, start } from "../../../sandbox/github";
import type { GitHubClient } from "../../../sandbox/github/provider/client";
import { checkConfig } from "../../../sandbox/provider/config";
import { SEED } from "./harness";
import { freePort } from "../../../sandbox/ports";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

let directory: string;
let github: RunningGitHub;
const passed: string[] = [];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "sandbox-"));
  github = await start({
    directory,
    freePort,
    log: () => undefined,
    faults: { pass: async ({ operation }) => void passed.push(operation), answered: async () => undefined },
  });
  github.seed(SEED);
});
afterAll(async () => {
  await github.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe("the running cloud", () => {
  test("points plain clients at itself", async () => {
    const { GITHUB_API_URL, GITHUB_TOKEN_FILE } = github.environment;
    const token = readFileSync(GITHUB_TOKEN_FILE!, "utf8");
    const answer = await fetch(`${GITHUB_API_URL}/repos/ai-dynamo/dynamo`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(new URL(GITHUB_API_URL!).hostname).toBe("127.0.0.1");
    expect(JSON.stringify([github.environment, github.lookAt])).not.toContain(token);
  });

  test("shows where to look", () => {
    expect(github.lookAt[0]).toEqual({
      label: "GitHub rulesets",
      command: `curl -K '${github.environment.GITHUB_CURL_CONFIG}' ${github.url}/repos/ai-dynamo/dynamo/rulesets`,
    });
    // A token in an argument is read by everybody who lists processes.
    expect(readFileSync(github.environment.GITHUB_CURL_CONFIG!, "utf8")).toContain(readFileSync(github.environment.GITHUB_TOKEN_FILE!, "utf8"));
    expect(statSync(github.environment.GITHUB_CURL_CONFIG!).mode & 0o777).toBe(0o600);
  });

  test("tells what was created", async () => {
    const client = (await github.provider.configure({ owner: "ai-dynamo" })) as GitHubClient;
    const at = { owner: "ai-dynamo", repo: "dynamo" };
    await client.request("POST /repos/{owner}/{repo}/rulesets", {
      ...at,
      name: "main",
      enforcement: "active",
      conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
      rules: [
        {
          type: "required_status_checks",
          parameters: {
            strict_required_status_checks_policy: false,
            required_status_checks: [{ context: "DCO", integration_id: 1861 }, { context: "pre-commit" }],
          },
        },
      ],
    });
    await client.request("PUT /repos/{owner}/{repo}/environments/{environment_name}", {
      ...at,
      environment_name: "tests",
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    await client.request("POST /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies", {
      ...at,
      environment_name: "tests",
      name: "main",
    });
    await client.request("POST /repos/{owner}/{repo}/actions/variables", { ...at, name: "REGION", value: "us-west-2" });
    expect(await github.inventory()).toEqual([
      { kind: "ruleset", name: "main", detail: "refs/heads/main: required_status_checks requires DCO, pre-commit" },
      { kind: "environment", name: "tests", detail: "branches main" },
      { kind: "variable", name: "REGION", detail: "us-west-2" },
      { kind: "file", name: "README.md", detail: "on main" },
      { kind: "Actions permissions", name: "dynamo", detail: "all actions, token read" },
      { kind: "OIDC subject", name: "dynamo", detail: "default claims" },
    ]);
  });
});

describe("the provider's configuration", () => {
  const findings = (config: Record<string, unknown>) =>
    checkConfig(github.provider, config).findings.map(({ property, reason }) => `${property}: ${reason}`);

  test("an app signs in with its key and acts as itself", async () => {
    passed.length = 0;
    const client = (await github.provider.configure({
      owner: "ai-dynamo",
      appAuth: { id: "77", installationId: "8877", pemFile: privateKey.replaceAll("\n", "\\n") },
    })) as GitHubClient;
    const { data } = await client.request("GET /installation/repositories");
    expect(data.repositories.map(({ full_name }) => full_name)).toEqual(["ai-dynamo/dynamo"]);
    await expect(client.request("GET /user")).rejects.toThrow("GET /user: 403 Forbidden: Resource not accessible by integration");
    expect(passed).toEqual(["POST /app/installations/{installation_id}/access_tokens", "GET /installation/repositories", "GET /user"]);
  });

  test("an app that is not installed is told at once", async () => {
    const appAuth = { id: "77", installationId: "4", pemFile: privateKey };
    await expect(github.provider.configure({ owner: "ai-dynamo", appAuth })).rejects.toThrow(
      "POST /app/installations/{installation_id}/access_tokens: 404 NotFound: Not Found",
    );
  });

  test("a wrong token fails with the first call", async () => {
    const client = (await github.provider.configure({ owner: "ai-dynamo", token: "ghp_wrong" })) as GitHubClient;
    await expect(client.request("GET /user")).rejects.toThrow("GET /user: 401 Unauthorized: Bad credentials");
  });

  test("JSON text of the SDK is understood", () => {
    expect(
      findings({
        owner: "o",
        appAuth: JSON.stringify({ id: "1", installationId: "2", pemFile: privateKey }),
        parallelRequests: "true",
        writeDelayMs: "0",
      }),
    ).toEqual([]);
  });

  test.each<[Record<string, unknown>, string]>([
    [
      { appAuth: { id: "1", installationId: "2", pemFile: "no key" } },
      "appAuth.pemFile: must be an RSA private key in PEM, as GitHub gives it for an app",
    ],
    [{ appAuth: { id: "one", installationId: "2", pemFile: privateKey } }, "appAuth.id: must be a number"],
    [
      { baseUrl: "https://api.github.com/" },
      "baseUrl: must be on this machine (127.0.0.1 or localhost): the sandbox does not talk to the real GitHub",
    ],
    [{ writeDelayMs: -1 }, "writeDelayMs: Too small: expected number to be >=0"],
  ])("%j is refused", (config, finding) => {
    expect(findings({ owner: "o", ...config })).toEqual([finding]);
  });

  test("an unknown key is refused", () => {
    expect(findings({ owner: "o", colour: "red" })).toHaveLength(1);
  });

  test("no owner is told", async () => {
    await expect(github.provider.configure({})).rejects.toThrow("the GitHub provider needs `owner`");
  });

  test("requests go one at a time with the configured pause between writes", async () => {
    const client = (await github.provider.configure({ owner: "ai-dynamo", writeDelayMs: 60 })) as GitHubClient;
    const at = { owner: "ai-dynamo", repo: "dynamo" };
    const started = Date.now();
    await Promise.all(
      ["X", "Y", "Z"].map((name) => client.request("POST /repos/{owner}/{repo}/actions/variables", { ...at, name, value: "v" })),
    );
    expect(Date.now() - started).toBeGreaterThanOrEqual(120);
  });
});
