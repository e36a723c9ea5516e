import { createRequire } from "node:module";
const require = createRequire(import.meta.url);

// workflows/runtime/app-token.ts
import { createSign } from "node:crypto";

// workflows/runtime/environment.ts
import { appendFileSync, readFileSync } from "node:fs";
var ProgramError = class extends Error {
  name = "ProgramError";
};
function required(env, name) {
  let value = env[name];
  if (value === void 0 || value === "") throw new ProgramError(`the environment variable ${name} is not set`);
  return value;
}
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ProgramError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
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

// workflows/runtime/github.ts
var ApiError = class extends Error {
  constructor(status, path) {
    super(`GitHub answered ${status} to ${path}`);
    this.status = status;
  }
  status;
  name = "ApiError";
}, TIMEOUT_SECONDS = 20, ATTEMPTS = 3, GitHub = class {
  base;
  token;
  constructor(env, token = required(env, "GITHUB_TOKEN")) {
    this.base = required(env, "GITHUB_API_URL").replace(/\/$/, ""), this.token = token;
  }
  /** Asks for a resource. @throws ApiError when GitHub refuses, or fails three times */
  async get(path) {
    return this.call("GET", path);
  }
  /** Sends a request. Answers of the server's own failure are tried again; refusals are not. */
  async call(method, path, body) {
    for (let attempt = 1; ; attempt++) {
      let response = await this.send(method, path, body).catch((error) => {
        if (attempt === ATTEMPTS) throw error;
      });
      if (response?.ok) return response.status === 204 ? void 0 : await response.json();
      if (response && (response.status < 500 || attempt === ATTEMPTS)) throw new ApiError(response.status, path);
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  }
  async send(method, path, body) {
    return fetch(`${this.base}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.token}`,
        "x-github-api-version": "2022-11-28",
        ...body === void 0 ? {} : { "content-type": "application/json" }
      },
      ...body === void 0 ? {} : { body: JSON.stringify(body) },
      signal: AbortSignal.timeout(TIMEOUT_SECONDS * 1e3)
    });
  }
};

// workflows/runtime/app-token.ts
var LIFETIME_SECONDS = 300, SKEW_SECONDS = 60;
async function appToken(env, app) {
  let github = new GitHub(env, signedClaim(app, Math.floor(Date.now() / 1e3))), { id } = await github.get(`/repos/${app.repository}/installation`), [, name] = app.repository.split("/"), { token } = await github.call("POST", `/app/installations/${id}/access_tokens`, { repositories: [name], permissions: app.permissions });
  return console.log(`::add-mask::${token}`), token;
}
function signedClaim({ appId, privateKey }, now) {
  let part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url"), content = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iss: String(appId), iat: now - SKEW_SECONDS, exp: now + LIFETIME_SECONDS })}`;
  return `${content}.${createSign("RSA-SHA256").update(content).sign(privateKey, "base64url")}`;
}

// workflows/paths.ts
var PROGRAM_FOLDER = ".github/ci", PIPELINE_PATH = `${PROGRAM_FOLDER}/pipeline.json`;

// workflows/runtime/mirror.ts
var COMMAND = /^\/ok to test ([0-9a-f]{40})\s*$/, PHRASE = "/ok to test", MAX_TRUSTED_COMMITS = 250, PAGE = 100, PERMISSIONS = { contents: "write", issues: "write", pull_requests: "write" }, GITHUB_COMMITTER = "web-flow", MirrorBot = class {
  constructor(github, repository, pipeline) {
    this.github = github;
    this.repository = repository;
    this.pipeline = pipeline;
  }
  github;
  repository;
  pipeline;
  writers = /* @__PURE__ */ new Map();
  /** Mirrors the commit that a comment names, or says in the pull request why not. */
  async comment({ issue, comment }) {
    let refusal = await this.refusal(issue.number, comment.body, comment.user.login);
    if (refusal !== void 0) {
      annotate("warning", `Pull request ${issue.number} is not mirrored`, refusal), await this.github.call("POST", `${this.root}/issues/${issue.number}/comments`, { body: refusal });
      return;
    }
    await this.mirror(issue.number, COMMAND.exec(comment.body)?.[1] ?? ""), await this.github.call("POST", `${this.root}/issues/comments/${comment.id}/reactions`, { content: "+1" });
  }
  /** Removes what is closed and mirrors what is trusted. One pull request that fails does not stop the others. */
  async sweep() {
    let failures = [...await this.each(await this.mirrored(), (number) => this.removeIfClosed(number)), ...await this.each(await this.openPulls(), (pull) => this.mirrorIfTrusted(pull))];
    for (let failure of failures) annotate("error", "Mirror", failure);
    return failures.length;
  }
  get root() {
    return `/repos/${this.repository}`;
  }
  async refusal(number, body, login) {
    let sha = COMMAND.exec(body)?.[1];
    if (sha === void 0) return `The phrase is \`${PHRASE} SHA\`, with the full commit and nothing else.`;
    if (!await this.mayVet(login)) return `@${login} may not ask for a mirror: that takes write access, or a place on the list of vetters.`;
    let pull = await this.github.get(`${this.root}/pulls/${number}`);
    if (pull.state !== "open") return "The pull request is not open.";
    if (pull.head.sha !== sha) return `The pull request is at ${pull.head.sha} now. Review that commit and name it.`;
  }
  async mayVet(login) {
    return this.pipeline.mirrorBot.vetters.includes(login) || this.mayWrite(login);
  }
  mayWrite(login) {
    let known = this.writers.get(login);
    if (known) return known;
    let asked = this.github.get(`${this.root}/collaborators/${encodeURIComponent(login)}/permission`).then(({ permission }) => permission === "admin" || permission === "write").catch((error) => {
      if (error instanceof ApiError && error.status === 404) return !1;
      throw error;
    });
    return this.writers.set(login, asked), asked;
  }
  async mirrorIfTrusted(pull) {
    pull.draft && !this.pipeline.mirrorBot.syncDrafts || await this.isTrusted(pull) && await this.mirror(pull.number, pull.head.sha);
  }
  /** Every commit signed by somebody trusted, and written by somebody trusted. */
  async isTrusted(pull) {
    let commits = await this.pages(`${this.root}/pulls/${pull.number}/commits`);
    if (commits.length === 0 || commits.length >= MAX_TRUSTED_COMMITS || commits.at(-1)?.sha !== pull.head.sha) return !1;
    for (let commit of commits) if (!await this.isSignedByTrusted(commit)) return !1;
    return !0;
  }
  /**
   * A signature vouches only for the committer: whom a commit names as its author is anybody's choice. What is made on GitHub's own pages
   * GitHub signs, as the committer, for the author who was logged in.
   */
  async isSignedByTrusted({ author, committer, commit }) {
    return !commit.verification.verified || author === null || committer === null ? !1 : await this.isTrustedLogin(author.login) && (committer.login === GITHUB_COMMITTER || await this.isTrustedLogin(committer.login));
  }
  async isTrustedLogin(login) {
    return this.pipeline.mirrorBot.trustees.includes(login) || this.mayWrite(login);
  }
  async mirror(number, sha) {
    let ref = `heads/${this.pipeline.repository.mirrorBranchPrefix}${number}`, [existing] = await this.refs(ref, !0);
    existing?.object.sha !== sha && (existing === void 0 ? await this.github.call("POST", `${this.root}/git/refs`, { ref: `refs/${ref}`, sha }) : await this.github.call("PATCH", `${this.root}/git/refs/${ref}`, { sha, force: !0 }), console.log(`${ref} is at ${sha}.`));
  }
  async removeIfClosed(number) {
    if ((await this.github.get(`${this.root}/pulls/${number}`)).state === "open") return;
    let ref = `heads/${this.pipeline.repository.mirrorBranchPrefix}${number}`;
    await this.github.call("DELETE", `${this.root}/git/refs/${ref}`), console.log(`${ref} is removed.`);
  }
  /** Numbers of the pull requests that have a mirror branch. */
  async mirrored() {
    let prefix = `heads/${this.pipeline.repository.mirrorBranchPrefix}`;
    return (await this.refs(prefix, !1)).map(({ ref }) => ref.slice(`refs/${prefix}`.length)).filter((rest) => /^[0-9]+$/.test(rest)).map(Number);
  }
  async refs(prefix, exact) {
    let refs = await this.pages(`${this.root}/git/matching-refs/${prefix}`);
    return exact ? refs.filter(({ ref }) => ref === `refs/${prefix}`) : refs;
  }
  openPulls() {
    return this.pages(`${this.root}/pulls`, "state=open&");
  }
  async pages(path, query = "") {
    let all = [];
    for (let page = 1; ; page++) {
      let items = await this.github.get(`${path}?${query}per_page=${PAGE}&page=${page}`);
      if (all.push(...items), items.length < PAGE) return all;
    }
  }
  async each(items, act) {
    let failures = [];
    for (let item of items) await act(item).catch((error) => failures.push(error instanceof Error ? error.message : String(error)));
    return failures;
  }
};
async function run(env) {
  let pipeline = readJson(PIPELINE_PATH), repository = required(env, "GITHUB_REPOSITORY"), token = await appToken(env, { appId: pipeline.mirrorBot.appId, privateKey: required(env, "MIRROR_APP_PRIVATE_KEY"), repository, permissions: PERMISSIONS }), bot = new MirrorBot(new GitHub(env, token), repository, pipeline);
  required(env, "GITHUB_EVENT_NAME") === "issue_comment" ? await bot.comment(readJson(required(env, "GITHUB_EVENT_PATH"))) : await bot.sweep() > 0 && (process.exitCode = 1);
}
main("Mirror", () => run(process.env));
