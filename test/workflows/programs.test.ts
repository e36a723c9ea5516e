/** `verdict.mjs`, `notify.mjs`, `azure.mjs` and `mirror.mjs` as processes, against local servers. */
import { createVerify, generateKeyPairSync } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Checkout, LocalServer, type Answer, type Asked } from "./program-host";
import { withMirrorBot } from "./support";

let checkout: Checkout;
let server: LocalServer | undefined;

beforeAll(() => {
  checkout = new Checkout(withMirrorBot);
});
afterAll(() => checkout.remove());
afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function serve(answer: (asked: Asked) => Answer): Promise<LocalServer> {
  server = await LocalServer.start(answer);
  return server;
}

function needs(results: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(results).map(([id, result]) => [id, { result, outputs: {} }])));
}

describe("verdict", () => {
  test("passes what went as planned", async () => {
    const outcome = await checkout.run("verdict", { CI_JOBS: '["core"]', CI_NEEDS: needs({ plan: "success", core: "success", rust: "skipped" }) });
    expect(outcome.status).toBe(0);
    expect(outcome.summary).toContain("## Passed: everything that the plan runs succeeded");
  });

  test("fails what did not, naming the job in the log and the run on the page", async () => {
    const outcome = await checkout.run("verdict", { CI_JOBS: '["core"]', CI_NEEDS: needs({ plan: "success", core: "cancelled" }) });
    expect(outcome.status).toBe(1);
    expect(outcome.log).toContain("::error title=core::The plan runs it, and it was cancelled.");
    expect(outcome.summary).toContain("https://github.com/orbit-lab/engine/actions/runs/77");
  });

  test("fails when the plan failed, and so put nothing out", async () => {
    const outcome = await checkout.run("verdict", { CI_JOBS: "", CI_NEEDS: needs({ plan: "failure", core: "skipped" }) });
    expect(outcome.status).toBe(1);
    expect(outcome.log).toContain("::error title=plan::The plan failed");
  });

  test("fails when it is told nothing, or nothing that it can read", async () => {
    expect((await checkout.run("verdict", { CI_JOBS: "[]" })).log).toContain("::error title=Verdict::the environment variable CI_NEEDS is not set");
    const garbled = await checkout.run("verdict", { CI_JOBS: "not json", CI_NEEDS: needs({ plan: "success" }) });
    expect([garbled.status, garbled.log]).toEqual([1, expect.stringContaining("CI_JOBS holds no JSON")]);
  });
});

describe("notify", () => {
  const run = { CI_MODE: "nightly", CI_JOBS: '["core"]', CI_NEEDS: needs({ plan: "success", core: "failure" }), GITHUB_SHA: "abcdef0123456789" };

  test("without a webhook it says so and passes", async () => {
    expect(await checkout.run("notify", run)).toMatchObject({ status: 0, log: expect.stringContaining("::notice title=No Slack message::") as string });
  });

  test("sends one message", async () => {
    const slack = await serve(() => ({}));
    expect((await checkout.run("notify", { ...run, SLACK_WEBHOOK_URL: `${slack.url}/services/secret` })).status).toBe(0);
    expect(slack.asked).toHaveLength(1);
    expect(JSON.parse(slack.asked[0]?.body ?? "")).toEqual({
      text: ":x: *Nightly pipeline failed* on orbit-lab/engine trunk `abcdef0123`, <https://github.com/orbit-lab/engine/actions/runs/77|the run>\n• `core`: The plan runs it, and it failed.",
    });
  });

  test("a refusal fails the job and never shows the address", async () => {
    const slack = await serve(() => ({ status: 404 }));
    const refused = await checkout.run("notify", { ...run, SLACK_WEBHOOK_URL: `${slack.url}/services/secret` });
    expect([refused.status, refused.log]).toEqual([1, expect.stringContaining("Slack answered 404")]);
    const unreachable = await checkout.run("notify", { ...run, SLACK_WEBHOOK_URL: "http://127.0.0.1:9/services/secret" });
    expect([unreachable.status, unreachable.log]).toEqual([1, expect.stringContaining("Slack could not be reached")]);
    expect(refused.log + unreachable.log).not.toContain("services/secret");
  });
});

describe("azure", () => {
  /** GitHub's token service, Entra ID and a registry in one. */
  const clouds = ({ url, body }: Asked): Answer => {
    if (url.startsWith("/oidc")) return { json: { value: "github-jwt" } };
    if (url === "/tenant-1/oauth2/v2.0/token") return { json: { access_token: `entra-for-${new URLSearchParams(body).get("scope")}`, expires_in: 3600 } };
    if (url === "/oauth2/exchange") return { json: { refresh_token: "registry-refresh" } };
    return { status: 404 };
  };

  function identity(at: LocalServer): Record<string, string> {
    return {
      ACTIONS_ID_TOKEN_REQUEST_URL: `${at.url}/oidc?api-version=2`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
      AZURE_AUTHORITY_HOST: at.url,
      AZURE_CLIENT_ID: "client-1",
      AZURE_TENANT_ID: "tenant-1",
    };
  }

  test.each([
    ["registry-login", "docker", "login"],
    ["chart-login", "helm", "registry login"],
  ])("%s exchanges the job's token and hands %s the result by standard input", async (command, client, login) => {
    const at = await serve(clouds);
    const registry = at.url.replace("http://", "");
    const tools = join(checkout.scratch, "bin");
    mkdirSync(tools, { recursive: true });
    writeFileSync(join(tools, client), `#!/bin/sh\necho "$@" >"${checkout.scratch}/arguments"\ncat >"${checkout.scratch}/input"\n`);
    chmodSync(join(tools, client), 0o755);
    const outcome = await checkout.run("azure", { ...identity(at), ACR_REGISTRY: registry, PATH: `${tools}:${process.env.PATH}` }, [command]);
    expect(outcome).toMatchObject({ status: 0, log: `Logged in to ${registry}.\n` });
    expect(readFileSync(join(checkout.scratch, "arguments"), "utf8").trim()).toBe(`${login} ${registry} --username 00000000-0000-0000-0000-000000000000 --password-stdin`);
    expect(readFileSync(join(checkout.scratch, "input"), "utf8")).toBe("registry-refresh");
    expect(at.asked.map(({ method, url }) => `${method} ${url}`)).toEqual(["GET /oidc?api-version=2&audience=api%3A%2F%2FAzureADTokenExchange", "POST /tenant-1/oauth2/v2.0/token", "POST /oauth2/exchange"]);
    expect(at.asked[0]?.authorization).toBe("Bearer request-token");
    expect(Object.fromEntries(new URLSearchParams(at.asked[1]?.body))).toEqual({
      grant_type: "client_credentials",
      client_id: "client-1",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: "github-jwt",
      scope: "https://management.azure.com/.default",
    });
    expect(Object.fromEntries(new URLSearchParams(at.asked[2]?.body))).toEqual({
      grant_type: "access_token",
      service: registry,
      tenant: "tenant-1",
      access_token: "entra-for-https://management.azure.com/.default",
    });
  });

  test("kubeconfig holds no token, but the command that gets one", async () => {
    const at = await serve(clouds);
    const path = join(checkout.scratch, "kubeconfig");
    const env = { ...identity(at), KUBECONFIG: path, AKS_API_SERVER: "https://cluster.example:443", AKS_CERTIFICATE_AUTHORITY: "Q0E=" };
    expect((await checkout.run("azure", env, ["kubeconfig"])).status).toBe(0);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const config = JSON.parse(readFileSync(path, "utf8")) as { clusters: object[]; users: { user: { exec: { command: string; args: string[] } } }[] };
    expect(config.clusters).toEqual([{ name: "deployment-tests", cluster: { server: "https://cluster.example:443", "certificate-authority-data": "Q0E=" } }]);
    expect(config.users[0]?.user.exec).toMatchObject({ apiVersion: "client.authentication.k8s.io/v1", command: process.execPath, args: [join(checkout.directory, ".github/ci/azure.mjs"), "credential"] });
    expect(at.asked).toEqual([]);
  });

  test("credential answers kubectl with a token for AKS", async () => {
    const at = await serve(clouds);
    const before = Date.now();
    const { log } = await checkout.run("azure", identity(at), ["credential"]);
    const answer = JSON.parse(log) as { status: { token: string; expirationTimestamp: string } };
    expect(answer).toMatchObject({ kind: "ExecCredential", apiVersion: "client.authentication.k8s.io/v1", status: { token: "entra-for-6dae42f8-4368-4678-94ff-3960e28e3630/.default" } });
    expect(Date.parse(answer.status.expirationTimestamp) - before).toBeGreaterThanOrEqual(3_600_000);
  });

  test("a refusal is named by its code, without a token", async () => {
    const at = await serve((asked) => (asked.url.startsWith("/oidc") ? clouds(asked) : { status: 401, json: { error: "invalid_client", error_codes: [700213], error_description: "github-jwt" } }));
    const outcome = await checkout.run("azure", identity(at), ["credential"]);
    expect([outcome.status, outcome.log]).toEqual([1, "::error title=Azure::Entra ID answered 401: invalid_client AADSTS700213\n"]);
  });

  test("a job without id-token: write is told what is missing", async () => {
    const outcome = await checkout.run("azure", { AZURE_CLIENT_ID: "c", AZURE_TENANT_ID: "t" }, ["credential"]);
    expect([outcome.status, outcome.log]).toEqual([1, expect.stringContaining("ACTIONS_ID_TOKEN_REQUEST_URL is not set")]);
    expect((await checkout.run("azure", {}, ["logout"])).log).toContain('command "logout": allowed are registry-login, chart-login, kubeconfig, credential');
  });
});

describe("mirror", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const key = privateKey.export({ type: "pkcs8", format: "pem" }) as string;
  const HEAD = "a".repeat(40);
  const MOVED = "b".repeat(40);

  interface State {
    /** Open pull requests by number, with their head, and whether their commits are signed by somebody trusted. */
    readonly open: Readonly<Record<number, { head: string; author: string; signed: boolean; draft?: boolean; committer?: string | null }>>;
    readonly refs: Readonly<Record<string, string>>;
  }

  function github({ open, refs }: State): (asked: Asked) => Answer {
    const pull = (number: number): object => {
      const found = open[number];
      return { number, state: found ? "open" : "closed", draft: found?.draft ?? false, head: { sha: found?.head ?? HEAD } };
    };
    return ({ method, url }) => {
      const path = url.replace("/repos/orbit-lab/engine", "");
      const [, number = ""] = /^\/pulls\/(\d+)/.exec(path) ?? [];
      if (path === "/installation") return { json: { id: 9 } };
      if (path === "/app/installations/9/access_tokens") return { json: { token: "app-token" } };
      if (path.startsWith("/collaborators/")) return path.includes("/wendy/") ? { json: { permission: "write" } } : path.includes("/rita/") ? { json: { permission: "read" } } : { status: 404 };
      if (path.includes("/commits?")) {
        const { head, author, signed, committer = author } = open[Number(number)] ?? { head: "", author: "", signed: false };
        return { json: [{ sha: head, author: { login: author }, committer: committer === null ? null : { login: committer }, commit: { verification: { verified: signed } } }] };
      }
      if (number !== "") return { json: pull(Number(number)) };
      if (path.startsWith("/pulls?state=open")) return { json: Object.keys(open).map((each) => pull(Number(each))) };
      if (path.startsWith("/git/matching-refs/")) {
        const prefix = `refs/${path.slice("/git/matching-refs/".length).split("?")[0]}`;
        return { json: Object.entries(refs).flatMap(([ref, sha]) => (ref.startsWith(prefix) ? [{ ref, object: { sha } }] : [])) };
      }
      return method === "DELETE" ? { status: 200 } : { json: {} };
    };
  }

  async function run(state: State, event: string, payload: object = {}): Promise<{ status: number; log: string; writes: string[] }> {
    const at = await serve(github(state));
    const outcome = await checkout.run("mirror", { GITHUB_API_URL: at.url, GITHUB_EVENT_NAME: event, MIRROR_APP_PRIVATE_KEY: key }, [], payload);
    const writes = at.asked.filter(({ method, url }) => method !== "GET" && !url.includes("access_tokens"));
    for (const { authorization } of writes) expect(authorization).toBe("Bearer app-token");
    return { ...outcome, writes: writes.map(({ method, url, body }) => `${method} ${url.replace("/repos/orbit-lab/engine", "")} ${body}`.trim()) };
  }

  function comment(login: string, body: string): object {
    return { issue: { number: 7 }, comment: { id: 55, body, user: { login } } };
  }

  const opened: State = { open: { 7: { head: HEAD, author: "ann", signed: false } }, refs: {} };
  const mirrored = [`POST /git/refs {"ref":"refs/heads/pull-request/7","sha":"${HEAD}"}`, 'POST /issues/comments/55/reactions {"content":"+1"}'];

  test.each(["wendy", "vera"])("%s, who may, mirrors the commit that she names", async (login) => {
    const outcome = await run(opened, "issue_comment", comment(login, `/ok to test ${HEAD}\n`));
    expect([outcome.status, outcome.writes]).toEqual([0, mirrored]);
  });

  test("the app says who it is with a signed claim", async () => {
    await run(opened, "issue_comment", comment("vera", `/ok to test ${HEAD}`));
    const [header = "", claims = "", signature = ""] = (server?.asked[0]?.authorization ?? "").replace("Bearer ", "").split(".");
    expect(createVerify("RSA-SHA256").update(`${header}.${claims}`).verify(publicKey, signature, "base64url")).toBe(true);
    expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({ iss: "4242" });
  });

  test("a branch that is there is moved", async () => {
    const outcome = await run({ ...opened, refs: { "refs/heads/pull-request/7": MOVED, "refs/heads/pull-request/70": MOVED } }, "issue_comment", comment("vera", `/ok to test ${HEAD}`));
    expect(outcome.writes[0]).toBe(`PATCH /git/refs/heads/pull-request/7 {"sha":"${HEAD}","force":true}`);
  });

  test.each([
    ["rita, who only reads", "rita", `/ok to test ${HEAD}`, "@rita may not ask for a mirror: that takes write access, or a place on the list of vetters."],
    ["a stranger", "stan", `/ok to test ${HEAD}`, "@stan may not ask for a mirror: that takes write access, or a place on the list of vetters."],
    ["an older commit", "vera", `/ok to test ${MOVED}`, `The pull request is at ${HEAD} now. Review that commit and name it.`],
    ["no commit", "vera", "/ok to test", "The phrase is `/ok to test SHA`, with the full commit and nothing else."],
    ["a short commit", "vera", `/ok to test ${HEAD.slice(0, 12)}`, "The phrase is `/ok to test SHA`, with the full commit and nothing else."],
  ])("%s is refused with a reason", async (_who, login, body, why) => {
    const outcome = await run(opened, "issue_comment", comment(login, body));
    expect(outcome.writes).toEqual([`POST /issues/7/comments ${JSON.stringify({ body: why })}`]);
  });

  test("a sweep removes branches of closed pull requests and mirrors trusted ones alone", async () => {
    const outcome = await run(
      {
        open: {
          1: { head: HEAD, author: "tom", signed: true },
          2: { head: HEAD, author: "tom", signed: false },
          3: { head: HEAD, author: "ann", signed: true },
          4: { head: HEAD, author: "wendy", signed: true, draft: true },
          5: { head: HEAD, author: "wendy", signed: true },
          6: { head: HEAD, author: "wendy", signed: true },
        },
        refs: { "refs/heads/pull-request/6": HEAD, "refs/heads/pull-request/8": MOVED, "refs/heads/pull-request/notes": MOVED },
      },
      "schedule",
    );
    expect([outcome.status, outcome.writes]).toEqual([
      0,
      [
        "DELETE /git/refs/heads/pull-request/8",
        `POST /git/refs {"ref":"refs/heads/pull-request/1","sha":"${HEAD}"}`,
        `POST /git/refs {"ref":"refs/heads/pull-request/5","sha":"${HEAD}"}`,
      ],
    ]);
  });

  test.each<[string, State["open"][number], boolean]>([
    ["a commit that GitHub made for somebody trusted", { head: HEAD, author: "tom", signed: true, committer: "web-flow" }, true],
    ["a commit of one trusted person, signed by another", { head: HEAD, author: "tom", signed: true, committer: "wendy" }, true],
    ["a commit that names somebody trusted and is signed by a stranger", { head: HEAD, author: "tom", signed: true, committer: "stan" }, false],
    ["a commit that GitHub made for a stranger", { head: HEAD, author: "stan", signed: true, committer: "web-flow" }, false],
    ["a signature of nobody whom GitHub knows", { head: HEAD, author: "tom", signed: true, committer: null }, false],
  ])("%s", async (_what, pull, isMirrored) => {
    const { status, writes } = await run({ open: { 1: pull }, refs: {} }, "schedule");
    expect([status, writes.length]).toEqual([0, isMirrored ? 1 : 0]);
  });
});

test("the program of the substitute is delivered only with it", () => {
  const plain = new Checkout();
  expect(existsSync(join(plain.directory, ".github/ci/mirror.mjs"))).toBe(false);
  plain.remove();
});
