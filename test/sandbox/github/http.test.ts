import { createHash, createSign, generateKeyPairSync } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Octokit } from "@octokit/core";
import { type Harness, harness, REPO, SEED } from "./harness";

let github: Harness;
beforeEach(async () => {
  github = await harness();
});
afterEach(() => github.stop());

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const CHECKS = {
  type: "required_status_checks",
  parameters: { strict_required_status_checks_policy: false, required_status_checks: [{ context: "gate", integration_id: 15368 }] },
};
const REVIEW = {
  type: "pull_request",
  parameters: {
    dismiss_stale_reviews_on_push: false,
    require_code_owner_review: false,
    require_last_push_approval: false,
    required_approving_review_count: 0,
    required_review_thread_resolution: false,
  },
};
const ruleset = (more: object = {}) => ({
  name: "main",
  target: "branch",
  enforcement: "active",
  conditions: { ref_name: { include: ["refs/heads/main"], exclude: [] } },
  rules: [CHECKS, REVIEW],
  ...more,
});

const KEYS = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

function jwt(claims: object, header: object = { alg: "RS256", typ: "JWT" }): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part(header)}.${part(claims)}`;
  return `${unsigned}.${createSign("RSA-SHA256").update(unsigned).sign(KEYS.privateKey).toString("base64url")}`;
}

const seconds = (): number => Math.floor(Date.now() / 1000);

async function installationToken(app = 77, installation = 8877): Promise<string> {
  const { status, body } = await github.call(
    "POST",
    `/app/installations/${installation}/access_tokens`,
    {},
    jwt({ iss: String(app), iat: seconds() - 60, exp: seconds() + 540 }),
  );
  expect(status).toBe(201);
  return String(body.token);
}

describe("what GitHub answers", () => {
  test.each<[string, string, unknown, number, RegExp]>([
    ["GET", "/repos/ai-dynamo/other", undefined, 404, /^Not Found$/],
    ["GET", "/repos/nobody/dynamo", undefined, 404, /^Not Found$/],
    ["GET", `${REPO}/nonsense`, undefined, 404, /^Not Found$/],
    [
      "GET",
      `${REPO}/topics`,
      undefined,
      501,
      /does not implement GET \/repos\/\{owner\}\/\{repo\}\/topics \("Get all repository topics"\)/,
    ],
    ["DELETE", REPO, undefined, 501, /does not implement DELETE \/repos\/\{owner\}\/\{repo\} /],
    ["GET", `${REPO}/rulesets/rule-suites`, undefined, 501, /rule-suites/],
    ["GET", `${REPO}/rulesets/1`, undefined, 404, /^Not Found$/],
    ["GET", `${REPO}/rulesets/abc`, undefined, 422, /Invalid property \/ruleset_id: must be integer/],
    ["POST", `${REPO}/rulesets`, "{oops", 400, /^Problems parsing JSON$/],
    ["POST", `${REPO}/rulesets`, "[]", 400, /^Body should be a JSON object$/],
    ["POST", `${REPO}/rulesets`, { enforcement: "active" }, 422, /"name" wasn't supplied/],
    [
      "POST",
      `${REPO}/rulesets`,
      ruleset({ enforcement: "on" }),
      422,
      /Invalid property \/enforcement: .*\["disabled","active","evaluate"\]/,
    ],
    [
      "POST",
      `${REPO}/rulesets`,
      ruleset({ rules: [{ type: "required_conversation_resolution" }] }),
      422,
      /Invalid property \/rules\/0: data matches no possible input\. See `documentation_url`\./,
    ],
    [
      "POST",
      `${REPO}/rulesets`,
      ruleset({ rules: [{ type: "merge_queue", parameters: { merge_method: "SQUASH", max_entries_to_build: 101 } }] }),
      422,
      /Invalid property \/rules\/0/,
    ],
    ["POST", `${REPO}/rulesets`, ruleset({ bypass_actors: null }), 422, /Invalid property \/bypass_actors/],
    ["POST", `${REPO}/rulesets`, ruleset({ bypass_actors: [{ actor_type: "EnterpriseOwner" }] }), 422, /bypass_actors\/0\/actor_type/],
    ["PUT", `${REPO}/environments/e`, { colour: "red" }, 422, /"colour" is not a permitted key/],
    ["PUT", `${REPO}/environments/e`, { wait_timer: 50_000 }, 422, /wait_timer must be between 0 and 43200/],
    ["PUT", `${REPO}/environments/e`, { reviewers: [{ type: "Team", id: 404 }] }, 422, /reviewer Team 404 does not exist/],
    [
      "PUT",
      `${REPO}/environments/e`,
      { deployment_branch_policy: { protected_branches: true, custom_branch_policies: true } },
      422,
      /cannot have the same value/,
    ],
    ["GET", `${REPO}/environments/e`, undefined, 404, /^Not Found$/],
    ["POST", `${REPO}/actions/variables`, { name: "A" }, 422, /"value" wasn't supplied/],
    ["POST", `${REPO}/actions/variables`, { name: "GITHUB_A", value: "" }, 422, /must not start with GITHUB_/],
    ["POST", `${REPO}/actions/variables`, { name: "a-b", value: "" }, 422, /can only contain alphanumeric/],
    ["PUT", `${REPO}/contents/README.md`, { message: "m", content: "aGk=" }, 422, /"sha" wasn't supplied/],
    ["PUT", `${REPO}/contents/README.md`, { message: "m", content: "aGk=", sha: "0".repeat(40) }, 409, /README\.md does not match 0{40}/],
    ["PUT", `${REPO}/contents/new`, { message: "m", content: "not base64!" }, 422, /not valid Base64/],
    ["PUT", `${REPO}/contents/../x`, { message: "m", content: "aGk=" }, 404, /./],
    ["PUT", `${REPO}/contents/a%2F..%2Fb`, { message: "m", content: "aGk=" }, 422, /malformed path component/],
    ["PUT", `${REPO}/contents/new`, { message: "m", content: "aGk=", branch: "none" }, 404, /Branch none not found/],
    ["DELETE", `${REPO}/contents/new`, { message: "m", sha: "0".repeat(40) }, 404, /^Not Found$/],
    ["GET", `${REPO}/contents/none`, undefined, 404, /^Not Found$/],
    ["GET", `${REPO}/actions/permissions/selected-actions`, undefined, 409, /allowed_actions is selected/],
    ["PUT", `${REPO}/actions/permissions`, { enabled: true, allowed_actions: "some" }, 422, /allowed_actions/],
    ["PUT", `${REPO}/actions/oidc/customization/sub`, { use_default: false, include_claim_keys: ["a b"] }, 422, /include_claim_keys/],
    ["POST", "/orgs/ai-dynamo/actions/runner-groups", { name: "Default" }, 409, /already exists/],
    [
      "POST",
      "/orgs/ai-dynamo/actions/runner-groups",
      { name: "g", selected_repository_ids: [1] },
      422,
      /Repositories 1 do not belong to ai-dynamo/,
    ],
    ["POST", `${REPO}/check-runs`, { name: "gate", head_sha: "main" }, 403, /^You must authenticate via a GitHub App\.$/],
    ["POST", `${REPO}/statuses/${"0".repeat(40)}`, { state: "success" }, 422, /No commit found for SHA/],
    ["POST", `${REPO}/pulls`, { title: "t", head: "none", base: "main" }, 422, /^Validation Failed$/],
    ["POST", `${REPO}/git/refs`, { ref: "main", sha: "0".repeat(40) }, 422, /must start with refs/],
  ])("%s %s (%j) is answered %i", async (method, path, body, status, message) => {
    const answer = await github.call(method, path, body);
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringMatching(message)]);
    expect(answer.body.status).toBe(String(status));
  });

  test("every finding of a request is answered at once", async () => {
    const { body } = await github.call("POST", `${REPO}/rulesets`, { enforcement: "on", target: "sky", rules: [{ type: "nonsense" }] });
    expect(String(body.message).split("\n").slice(2)).toEqual([
      '"name" wasn\'t supplied.',
      'Invalid property /target: must be equal to one of the allowed values: ["branch","tag","push"].',
      'Invalid property /enforcement: must be equal to one of the allowed values: ["disabled","active","evaluate"].',
      "Invalid property /rules/0: data matches no possible input. See `documentation_url`.",
    ]);
  });

  test.each<[string, object, string]>([
    ["a name that is taken", {}, "Name must be unique"],
    [
      "a rule of pushes for branches",
      { name: "b", rules: [{ type: "max_file_size", parameters: { max_file_size: 1 } }] },
      "Invalid rule 'max_file_size': ",
    ],
    [
      "a rule of branches for tags",
      { name: "b", target: "tag", conditions: { ref_name: { include: ["refs/tags/v*"], exclude: [] } } },
      "Invalid rule 'pull_request': ",
    ],
    [
      "an unknown parameter",
      { name: "b", rules: [{ ...CHECKS, parameters: { ...CHECKS.parameters, colour: 1 } }] },
      "Invalid rule 'required_status_checks': unknown parameter colour (allowed: do_not_enforce_on_create, required_status_checks, strict_required_status_checks_policy)",
    ],
    [
      "an unknown app",
      { name: "b", bypass_actors: [{ actor_type: "Integration", actor_id: 4 }] },
      "Actor Integration 4 integration, team or role must be part of the ruleset source or owner organization",
    ],
    [
      "a check of an unknown app",
      {
        name: "b",
        rules: [{ ...CHECKS, parameters: { ...CHECKS.parameters, required_status_checks: [{ context: "x", integration_id: 4 }] } }],
      },
      "Invalid rule 'required_status_checks': no app 4 for context x",
    ],
    [
      "a ref without its prefix",
      { name: "b", conditions: { ref_name: { include: ["main"], exclude: [] } } },
      "Invalid target patterns: 'main' must start with 'refs/heads/'",
    ],
    [
      "evaluate without the plan",
      { name: "b", enforcement: "evaluate" },
      "Enforcement evaluate option is not supported on this plan. Please upgrade to GitHub Enterprise",
    ],
    [
      "pull_request bypass of a deploy key",
      { name: "b", bypass_actors: [{ actor_type: "DeployKey", bypass_mode: "pull_request" }] },
      "Bypass mode pull_request is not applicable to DeployKey of a branch ruleset",
    ],
  ])("a ruleset with %s is refused with 422", async (_name, more, message) => {
    await github.call("POST", `${REPO}/rulesets`, ruleset());
    const answer = await github.call("POST", `${REPO}/rulesets`, ruleset(more));
    expect([answer.status, answer.body.message, answer.body.errors]).toEqual([422, "Validation Failed", [message]]);
    expect((await github.call("GET", `${REPO}/rulesets`)).body).toHaveLength(1);
  });

  test("every read that is implemented agrees with GitHub's description", async () => {
    await github.call("PUT", `${REPO}/environments/e`, {
      wait_timer: 1,
      reviewers: [
        { type: "Team", id: 5 },
        { type: "User", id: 1 },
      ],
      deployment_branch_policy: { protected_branches: false, custom_branch_policies: true },
    });
    await github.call("POST", `${REPO}/rulesets`, ruleset({ bypass_actors: [{ actor_type: "OrganizationAdmin" }] }));
    const paths = [
      "",
      "/branches",
      "/branches/main",
      "/rules/branches/main",
      "/rulesets",
      "/environments",
      "/environments/e",
      "/environments/e/deployment-branch-policies",
      "/contents/",
      "/contents/README.md",
      "/commits",
      "/commits/main",
      "/git/ref/heads/main",
    ];
    paths.push(
      "/actions/permissions",
      "/actions/permissions/workflow",
      "/actions/oidc/customization/sub",
      "/actions/secrets",
      "/actions/secrets/public-key",
      "/actions/variables",
      "/environments/e/secrets",
      "/environments/e/variables",
    );
    paths.push("/commits/main/check-runs", "/commits/main/status", "/commits/main/statuses");
    const others = [
      "/user",
      "/users/ai-dynamo",
      "/orgs/ai-dynamo",
      "/orgs/ai-dynamo/teams",
      "/orgs/ai-dynamo/teams/devops",
      "/orgs/ai-dynamo/actions/runner-groups",
      "/apps/github-actions",
      "/apps/dco",
    ];
    const answers = await Promise.all(
      [...paths.map((path) => REPO + path), ...others].map(async (path) => [path, (await github.call("GET", path)).status]),
    );
    expect(answers.filter(([, status]) => status !== 200)).toEqual([]);
    expect((await github.call("GET", "/apps/github-actions")).body.id).toBe(15368);
    expect((await github.call("GET", "/apps/dco")).body.id).toBe(1861);
    expect((await github.call("GET", REPO)).body).toMatchObject({
      id: 900_700,
      full_name: "ai-dynamo/dynamo",
      default_branch: "main",
      owner: { id: 196_000, login: "ai-dynamo" },
    });
  });

  test("an answer that the description does not allow is a fault of the server, told in its log", async () => {
    const [repository] = github.server.store.state.repositories;
    repository!.variables.push({ name: "A", value: "b", createdAt: "yesterday", updatedAt: "today" });
    const { status, body } = await github.call("GET", `${REPO}/actions/variables/A`);
    expect([status, body.message]).toEqual([
      500,
      "The sandbox's GitHub failed in GET /repos/{owner}/{repo}/actions/variables/{name}; its log has the details",
    ]);
    expect(github.logs.find((line) => line.startsWith("BUG"))).toBe(
      'BUG in GET /repos/{owner}/{repo}/actions/variables/{name}: /created_at must match format "date-time"; /updated_at must match format "date-time"',
    );
  });

  test("lists are paged with links, and unchanged answers are told so", async () => {
    for (const name of ["A", "B", "C", "D", "E"]) await github.call("POST", `${REPO}/actions/variables`, { name, value: name });
    const page = await github.call("GET", `${REPO}/actions/variables?per_page=2&page=2`);
    expect(page.body.total_count).toBe(5);
    expect(page.body.variables.map(({ name }: { name: string }) => name)).toEqual(["C", "D"]);
    const links = page.headers
      .get("link")!
      .split(", ")
      .map((link) => /page=2&page=(\d).*rel="(\w+)"/.exec(link)!.slice(1).join(" "));
    expect(links).toEqual(["1 prev", "3 next", "3 last", "1 first"]);
    const etag = page.headers.get("etag")!;
    const again = await fetch(`${github.server.url}${REPO}/actions/variables?per_page=2&page=2`, {
      headers: { authorization: `token ${github.server.token}`, "if-none-match": etag },
    });
    expect(again.status).toBe(304);
  });

  test("Octokit works as a plain client, with branch names that hold slashes", async () => {
    const octokit = new Octokit({ auth: github.server.token, baseUrl: github.server.url });
    const at = { owner: "ai-dynamo", repo: "dynamo" };
    const { data: ref } = await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", { ...at, ref: "heads/main" });
    await octokit.request("POST /repos/{owner}/{repo}/git/refs", { ...at, ref: "refs/heads/pull-request/7", sha: ref.object.sha });
    const { data: branch } = await octokit.request("GET /repos/{owner}/{repo}/branches/{branch}", { ...at, branch: "pull-request/7" });
    expect([branch.name, branch.protected, branch.commit.sha]).toEqual(["pull-request/7", false, ref.object.sha]);
    await expect(octokit.request("GET /repos/{owner}/{repo}/topics", at)).rejects.toMatchObject({ status: 501 });
  });

  test("files have the hashes that Git gives them, and each write is a commit", async () => {
    const written = await github.call("PUT", `${REPO}/contents/docs/a.txt`, {
      message: "one",
      content: base64("hello\n"),
      author: { name: "A", email: "a@b.c" },
    });
    expect([written.status, written.body.content.sha]).toEqual([201, "ce013625030ba8dba906f756967f9e9ca394464a"]);
    const blob = createHash("sha1").update("blob 7\0changed").digest("hex");
    const changed = await github.call("PUT", `${REPO}/contents/docs/a.txt`, {
      message: "two",
      content: base64("changed"),
      sha: written.body.content.sha,
    });
    expect([changed.status, changed.body.content.sha, changed.body.commit.parents[0].sha]).toEqual([200, blob, written.body.commit.sha]);
    const commits = await github.call("GET", `${REPO}/commits?path=docs`);
    expect(commits.body.map((c: { commit: { message: string } }) => c.commit.message)).toEqual(["two", "one"]);
    expect((await github.call("GET", `${REPO}/contents/docs?ref=${written.body.commit.sha}`)).body[0].sha).toBe(written.body.content.sha);
    const gone = await github.call("DELETE", `${REPO}/contents/docs/a.txt`, { message: "three", sha: blob });
    expect([gone.status, gone.body.content]).toEqual([200, null]);
    expect((await github.call("GET", `${REPO}/contents/docs`)).status).toBe(404);
  });
});

describe("who may call", () => {
  const claims = () => ({ iss: "77", iat: seconds() - 60, exp: seconds() + 540 });

  test.each<[string, () => string, number, RegExp]>([
    ["nobody", () => "", 401, /^Requires authentication$/],
    ["an unknown token", () => "ghp_unknown", 401, /^Bad credentials$/],
    ["an app that is not known", () => jwt({ ...claims(), iss: "4" }), 401, /^Integration not found$/],
    ["a token that has ended", () => jwt({ ...claims(), exp: seconds() - 1 }), 401, /'exp'/],
    ["a token that lives too long", () => jwt({ ...claims(), exp: seconds() + 3600 }), 401, /too far in the future/],
    ["a token of the future", () => jwt({ ...claims(), iat: seconds() + 600 }), 401, /'iat'/],
    ["an unsigned token", () => jwt(claims(), { alg: "none" }), 401, /could not be decoded/],
    ["an app", () => jwt(claims()), 200, /./],
  ])("%s", async (_name, token, status, message) => {
    const answer = await github.call("GET", "/app", undefined, token());
    expect([answer.status, String(answer.body.message ?? answer.body.slug)]).toEqual([status, expect.stringMatching(message)]);
  });

  test("what an app and its installation read agrees with GitHub's description", async () => {
    const asApp = await Promise.all(
      ["/app", "/app/installations", "/app/installations/8877", "/orgs/ai-dynamo/installation", `${REPO}/installation`].map((path) =>
        github.call("GET", path, undefined, jwt(claims())),
      ),
    );
    expect(asApp.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(asApp[3]!.body).toMatchObject({ id: 8877, app_id: 77, account: { login: "ai-dynamo" } });
    const token = await installationToken();
    const { body } = await github.call("POST", `${REPO}/check-runs`, { name: "gate", head_sha: "main", status: "in_progress" }, token);
    expect((await github.call("PATCH", `${REPO}/check-runs/${body.id}`, { status: "completed" }, token)).status).toBe(422);
    expect((await github.call("PATCH", `${REPO}/check-runs/${body.id}`, { conclusion: "neutral" }, token)).body).toMatchObject({
      status: "completed",
      conclusion: "neutral",
    });
    await github.call("POST", `${REPO}/check-runs`, { name: "gate", head_sha: "main", conclusion: "success" }, token);
    await github.call(
      "POST",
      `${REPO}/statuses/${body.head_sha}`,
      { state: "success", context: "x", target_url: "https://example.com/1" },
      token,
    );
    const reads = await Promise.all(
      [
        `/check-runs/${body.id}`,
        "/commits/main/check-runs",
        "/commits/main/check-runs?filter=all",
        "/commits/main/status",
        "/commits/main/statuses",
      ].map((path) => github.call("GET", REPO + path, undefined, token)),
    );
    expect(reads.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect([reads[1]!.body.total_count, reads[2]!.body.total_count, reads[3]!.body.state]).toEqual([1, 2, "success"]);
  });

  test("with a known public key, only its private key signs", async () => {
    const strangers = generateKeyPairSync("rsa", {
      modulusLength: 2048,
      publicKeyEncoding: { type: "spki", format: "pem" },
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
    });
    github.server.seed({ ...SEED, apps: [{ id: 77, slug: "applier", publicKey: strangers.publicKey }] });
    expect((await github.call("GET", "/app", undefined, jwt(claims()))).status).toBe(401);
    github.server.seed({ ...SEED, apps: [{ id: 77, slug: "applier", publicKey: KEYS.publicKey }] });
    expect((await github.call("GET", "/app", undefined, jwt(claims()))).status).toBe(200);
  });

  test("an installation's token acts as the app, is kept as a hash, and reaches its own account only", async () => {
    const token = await installationToken();
    expect((await github.call("GET", REPO, undefined, token)).status).toBe(200);
    expect(readFileSync(join(github.directory, "state.json"), "utf8")).not.toContain(token);
    github.server.seed({
      ...SEED,
      repository: { owner: "elsewhere", name: "other", ownerId: 2, repositoryId: 3, defaultBranch: "main" },
      apps: [],
      teams: [],
    });
    expect((await github.call("GET", "/repos/elsewhere/other", undefined, token)).status).toBe(404);
    expect((await github.call("GET", "/repos/elsewhere/other")).status).toBe(200);
  });

  test("the rate limit is counted, told and held", async () => {
    const limited = await harness({ rateLimit: 3 });
    const seen = [];
    for (let i = 0; i < 4; i++) seen.push(await limited.call("GET", "/apps/dco"));
    await limited.stop();
    expect(seen.map(({ status, headers }) => [status, headers.get("x-ratelimit-remaining")])).toEqual([
      [200, "2"],
      [200, "1"],
      [200, "0"],
      [403, "0"],
    ]);
    expect(seen[3]!.body.message).toBe("API rate limit exceeded for sandbox-operator.");
    expect(Number(seen[3]!.headers.get("retry-after"))).toBeGreaterThan(3000);
  });
});

describe("protected branches", () => {
  const put = (token?: string, branch = "main") =>
    github.call("PUT", `${REPO}/contents/a.txt`, { message: "m", content: "aGk=", branch }, token);

  test.each<[string, object, number]>([
    ["who does not bypass", {}, 409],
    ["an app that bypasses", { bypass_actors: [{ actor_type: "Integration", actor_id: 77, bypass_mode: "always" }] }, 201],
    ["an app that is exempt", { bypass_actors: [{ actor_type: "Integration", actor_id: 77, bypass_mode: "exempt" }] }, 201],
    [
      "an app that bypasses in pull requests",
      { bypass_actors: [{ actor_type: "Integration", actor_id: 77, bypass_mode: "pull_request" }] },
      409,
    ],
    ["another app", { bypass_actors: [{ actor_type: "Integration", actor_id: 78, bypass_mode: "always" }] }, 409],
    ["anybody, while the ruleset is off", { enforcement: "disabled" }, 201],
    ["anybody, on another branch", { conditions: { ref_name: { include: ["refs/heads/release/*"], exclude: [] } } }, 201],
    ["anybody, where the branch is excluded", { conditions: { ref_name: { include: ["~ALL"], exclude: ["refs/heads/main"] } } }, 201],
    ["nobody, on the default branch by keyword", { conditions: { ref_name: { include: ["~DEFAULT_BRANCH"], exclude: [] } } }, 409],
    ["nobody, where updates are restricted", { rules: [{ type: "update" }] }, 409],
    ["anybody, where only deletion is", { rules: [{ type: "deletion" }] }, 201],
  ])("a direct write by %s", async (_name, more, status) => {
    const token = await installationToken();
    expect((await github.call("POST", `${REPO}/rulesets`, ruleset(more))).status).toBe(201);
    expect((await put(token)).status).toBe(status);
    expect((await github.call("GET", `${REPO}/contents/a.txt`)).status).toBe(status === 201 ? 200 : 404);
  });

  test("a refusal says every rule", async () => {
    await github.call("POST", `${REPO}/rulesets`, ruleset());
    expect((await put()).body.message).toBe(
      'Repository rule violations found\n\nRequired status check "gate" is expected.\n\nChanges must be made through a pull request.\n\n',
    );
  });

  test("creating and deleting matching refs is refused with 422", async () => {
    const mirror = ruleset({
      name: "mirror",
      conditions: { ref_name: { include: ["refs/heads/pull-request/*"], exclude: [] } },
      rules: [{ type: "creation" }, { type: "deletion" }],
      bypass_actors: [{ actor_type: "Integration", actor_id: 78 }],
    });
    const { body: main } = await github.call("GET", `${REPO}/git/ref/heads/main`);
    await github.call("POST", `${REPO}/rulesets`, mirror);
    const create = async (token?: string) =>
      (await github.call("POST", `${REPO}/git/refs`, { ref: "refs/heads/pull-request/1", sha: main.object.sha }, token)).status;
    const bot = await installationToken(78, 8878);
    expect(await create()).toBe(422);
    expect(await create(bot)).toBe(201);
    expect((await github.call("DELETE", `${REPO}/git/refs/heads/pull-request/1`)).body.message).toBe(
      "Repository rule violations found\n\nCannot delete this branch\n\n",
    );
    expect((await github.call("DELETE", `${REPO}/git/refs/heads/pull-request/1`, undefined, bot)).status).toBe(204);
  });

  test("a pull request waits for its checks on the head commit, then merges", async () => {
    const { body: main } = await github.call("GET", `${REPO}/git/ref/heads/main`);
    await github.call("POST", `${REPO}/git/refs`, { ref: "refs/heads/feature", sha: main.object.sha });
    await put(undefined, "feature");
    github.server.seed({ ...SEED, apps: [{ id: 15368, slug: "github-actions", installationId: 1 }] });
    await github.call("POST", `${REPO}/rulesets`, ruleset());
    const actions = await installationToken(15368, 1);
    const { body: pull } = await github.call("POST", `${REPO}/pulls`, { title: "t", head: "feature", base: "main" });
    const state = async () => (await github.call("GET", `${REPO}/pulls/1`)).body.mergeable_state;
    const merge = () => github.call("PUT", `${REPO}/pulls/1/merge`, { merge_method: "squash" });
    const report = async (conclusion: string, token = actions) =>
      (await github.call("POST", `${REPO}/check-runs`, { name: "gate", head_sha: pull.head.sha, conclusion }, token)).status;
    expect([await state(), (await merge()).status]).toEqual(["blocked", 405]);
    expect(await report("success", await installationToken(78, 8878))).toBe(201);
    expect((await merge()).body.message).toContain('Required status check "gate" is expected: reported, but not by app 15368.');
    expect(await report("failure")).toBe(201);
    expect((await merge()).body.message).toContain("the check run concluded failure");
    expect(await report("success")).toBe(201);
    expect(await state()).toBe("clean");
    expect((await github.call("POST", `${REPO}/pulls/1/reviews`, { event: "APPROVE" })).body.errors).toEqual([
      "Can not approve your own pull request",
    ]);
    expect((await github.call("POST", `${REPO}/pulls/1/reviews`, { event: "APPROVE" }, actions)).body.state).toBe("APPROVED");
    expect((await github.call("GET", `${REPO}/pulls/1/reviews`)).body).toHaveLength(1);
    const merged = await merge();
    expect([merged.status, merged.body.merged]).toEqual([200, true]);
    expect((await github.call("GET", `${REPO}/contents/a.txt`)).status).toBe(200);
    expect((await merge()).status).toBe(405);
  });

  test("comments of a pull request are made, edited and paged", async () => {
    const { body: main } = await github.call("GET", `${REPO}/git/ref/heads/main`);
    await github.call("POST", `${REPO}/git/refs`, { ref: "refs/heads/feature", sha: main.object.sha });
    await put(undefined, "feature");
    await github.call("POST", `${REPO}/pulls`, { title: "t", head: "feature", base: "main" });
    const { status, body } = await github.call("POST", `${REPO}/issues/1/comments`, { body: "one" });
    expect(status).toBe(201);
    expect((await github.call("PATCH", `${REPO}/issues/comments/${body.id}`, { body: "two" })).body.body).toBe("two");
    const byApp = await github.call("POST", `${REPO}/issues/1/comments`, { body: "three" }, await installationToken());
    expect([byApp.status, byApp.body.user.login, byApp.body.user.type]).toEqual([201, "applier[bot]", "Bot"]);
    expect((await github.call("GET", `${REPO}/issues/1/comments?per_page=1&page=2`)).body.map((c: { body: string }) => c.body)).toEqual([
      "three",
    ]);
    expect((await github.call("POST", `${REPO}/issues/1/comments`, { body: "x".repeat(65_537) })).status).toBe(422);
    expect((await github.call("GET", `${REPO}/issues/9/comments`)).status).toBe(404);
  });
});

describe("state and seeding", () => {
  test("what was written is there after a restart; a call that failed left no trace", async () => {
    await github.call("POST", `${REPO}/rulesets`, ruleset({ rules: [REVIEW] }));
    const before = readFileSync(join(github.directory, "state.json"), "utf8");
    expect((await github.call("PUT", `${REPO}/contents/a.txt`, { message: "m", content: "aGk=" })).status).toBe(409);
    expect(readFileSync(join(github.directory, "state.json"), "utf8")).toBe(before);
    await github.server.stop();
    const again = await harness({ directory: github.directory });
    expect((await again.call("GET", `${REPO}/rulesets`)).body.map(({ name }: { name: string }) => name)).toEqual(["main"]);
    await again.stop();
  });

  test("files of the server are its user's alone", () => {
    expect(["state.json", "token"].map((file) => statSync(join(github.directory, file)).mode & 0o777)).toEqual([0o600, 0o600]);
  });

  test("seeding over HTTP needs the sandbox's token and tells every contradiction", async () => {
    const more = { ...SEED, repository: { ...SEED.repository, name: "infrastructure", repositoryId: 4 } };
    expect((await github.call("POST", "/_sandbox/seed", more, "")).status).toBe(401);
    expect((await github.call("POST", "/_sandbox/seed", more, await installationToken())).status).toBe(403);
    expect((await github.call("POST", "/_sandbox/seed", more)).status).toBe(204);
    expect((await github.call("GET", "/repos/ai-dynamo/infrastructure")).body.id).toBe(4);
    const wrong = await github.call("POST", "/_sandbox/seed", {
      ...more,
      repository: { ...more.repository, ownerId: 1, repositoryId: 5 },
      apps: [{ id: 1, slug: "dco" }],
      teams: [{ id: 6, slug: "devops" }],
    });
    expect([wrong.status, wrong.body.message]).toEqual([
      422,
      "Cannot seed GitHub:\n- owner ai-dynamo with id 1: ai-dynamo has id 196000\n- app dco with id 1: dco has id 1861",
    ]);
    expect((await github.call("POST", "/_sandbox/seed", { repository: {} })).status).toBe(422);
  });
});

test("a repository is answered for by its id too, and below the prefix of GitHub Enterprise", async () => {
  await github.call("PUT", `${REPO}/environments/e`, {});
  const byName = await github.call("GET", `${REPO}/environments/e`);
  for (const path of ["/repositories/900700/environments/e", "/api/v3/repositories/900700/environments/e", `/api/v3${REPO}/environments/e`]) {
    const answer = await github.call("GET", path);
    expect([answer.status, answer.body]).toEqual([200, byName.body]);
  }
  for (const path of ["/repositories/1/environments/e", "/repositories/900700x", "/api/v2/repos"]) expect((await github.call("GET", path)).status).toBe(404);
});
