/**
 * `mirror.mjs`: the substitute for copy-pr-bot. A vetter's comment mirrors the commit that it names; a sweep mirrors pull requests whose every
 * commit is signed by somebody trusted, and removes the branches of closed ones.
 */
import type { Pipeline } from "../../pipeline/model";
import { appToken } from "./app-token";
import { annotate, main, readJson, required, type EnvironmentVariables } from "./environment";
import { ApiError, GitHub } from "./github";
import { PIPELINE_PATH } from "../paths";

/** The whole comment; the commit in full, so that a push after the review is not covered by it. */
const COMMAND = /^\/ok to test ([0-9a-f]{40})\s*$/;
const PHRASE = "/ok to test";

/** A pull request with as many commits is never trusted by itself: GitHub lists no more of them (REST, "List commits on a pull request"). */
const MAX_TRUSTED_COMMITS = 250;
const PAGE = 100;

/** What the bot does: write branches, and answer in pull requests. */
const PERMISSIONS = { contents: "write", issues: "write", pull_requests: "write" } as const;

/** Login under which GitHub commits what is made on its pages (GitHub, "About commit signature verification"). */
const GITHUB_COMMITTER = "web-flow";

interface Pull {
  readonly number: number;
  readonly state: string;
  readonly draft: boolean;
  readonly head: { readonly sha: string };
}

interface CommentEvent {
  readonly issue: { readonly number: number };
  readonly comment: { readonly id: number; readonly body: string; readonly user: { readonly login: string } };
}

class MirrorBot {
  private readonly writers = new Map<string, Promise<boolean>>();

  constructor(
    private readonly github: GitHub,
    private readonly repository: string,
    private readonly pipeline: Pipeline,
  ) {}

  /** Mirrors the commit that a comment names, or says in the pull request why not. */
  async comment({ issue, comment }: CommentEvent): Promise<void> {
    const refusal = await this.refusal(issue.number, comment.body, comment.user.login);
    if (refusal !== undefined) {
      annotate("warning", `Pull request ${issue.number} is not mirrored`, refusal);
      await this.github.call("POST", `${this.root}/issues/${issue.number}/comments`, { body: refusal });
      return;
    }
    await this.mirror(issue.number, COMMAND.exec(comment.body)?.[1] ?? "");
    await this.github.call("POST", `${this.root}/issues/comments/${comment.id}/reactions`, { content: "+1" });
  }

  /** Removes what is closed and mirrors what is trusted. One pull request that fails does not stop the others. */
  async sweep(): Promise<number> {
    const failures = [...(await this.each(await this.mirrored(), (number) => this.removeIfClosed(number))), ...(await this.each(await this.openPulls(), (pull) => this.mirrorIfTrusted(pull)))];
    for (const failure of failures) annotate("error", "Mirror", failure);
    return failures.length;
  }

  private get root(): string {
    return `/repos/${this.repository}`;
  }

  private async refusal(number: number, body: string, login: string): Promise<string | undefined> {
    const sha = COMMAND.exec(body)?.[1];
    if (sha === undefined) return `The phrase is \`${PHRASE} SHA\`, with the full commit and nothing else.`;
    if (!(await this.mayVet(login))) return `@${login} may not ask for a mirror: that takes write access, or a place on the list of vetters.`;
    const pull = await this.github.get<Pull>(`${this.root}/pulls/${number}`);
    if (pull.state !== "open") return "The pull request is not open.";
    if (pull.head.sha !== sha) return `The pull request is at ${pull.head.sha} now. Review that commit and name it.`;
    return undefined;
  }

  private async mayVet(login: string): Promise<boolean> {
    return this.pipeline.mirrorBot.vetters.includes(login) || this.mayWrite(login);
  }

  private mayWrite(login: string): Promise<boolean> {
    const known = this.writers.get(login);
    if (known) return known;
    const asked = this.github
      .get<{ readonly permission: string }>(`${this.root}/collaborators/${encodeURIComponent(login)}/permission`)
      .then(({ permission }) => permission === "admin" || permission === "write")
      .catch((error: unknown) => {
        if (error instanceof ApiError && error.status === 404) return false;
        throw error;
      });
    this.writers.set(login, asked);
    return asked;
  }

  private async mirrorIfTrusted(pull: Pull): Promise<void> {
    if (pull.draft && !this.pipeline.mirrorBot.syncDrafts) return;
    if (await this.isTrusted(pull)) await this.mirror(pull.number, pull.head.sha);
  }

  /** Every commit signed by somebody trusted, and written by somebody trusted. */
  private async isTrusted(pull: Pull): Promise<boolean> {
    const commits = await this.pages<Commit>(`${this.root}/pulls/${pull.number}/commits`);
    if (commits.length === 0 || commits.length >= MAX_TRUSTED_COMMITS || commits.at(-1)?.sha !== pull.head.sha) return false;
    for (const commit of commits) if (!(await this.isSignedByTrusted(commit))) return false;
    return true;
  }

  /**
   * A signature vouches only for the committer: whom a commit names as its author is anybody's choice. What is made on GitHub's own pages
   * GitHub signs, as the committer, for the author who was logged in.
   */
  private async isSignedByTrusted({ author, committer, commit }: Commit): Promise<boolean> {
    if (!commit.verification.verified || author === null || committer === null) return false;
    return (await this.isTrustedLogin(author.login)) && (committer.login === GITHUB_COMMITTER || (await this.isTrustedLogin(committer.login)));
  }

  private async isTrustedLogin(login: string): Promise<boolean> {
    return this.pipeline.mirrorBot.trustees.includes(login) || this.mayWrite(login);
  }

  private async mirror(number: number, sha: string): Promise<void> {
    const ref = `heads/${this.pipeline.repository.mirrorBranchPrefix}${number}`;
    const [existing] = await this.refs(ref, true);
    if (existing?.object.sha === sha) return;
    if (existing === undefined) await this.github.call("POST", `${this.root}/git/refs`, { ref: `refs/${ref}`, sha });
    else await this.github.call("PATCH", `${this.root}/git/refs/${ref}`, { sha, force: true });
    console.log(`${ref} is at ${sha}.`);
  }

  private async removeIfClosed(number: number): Promise<void> {
    const pull = await this.github.get<Pull>(`${this.root}/pulls/${number}`);
    if (pull.state === "open") return;
    const ref = `heads/${this.pipeline.repository.mirrorBranchPrefix}${number}`;
    await this.github.call("DELETE", `${this.root}/git/refs/${ref}`);
    console.log(`${ref} is removed.`);
  }

  /** Numbers of the pull requests that have a mirror branch. */
  private async mirrored(): Promise<number[]> {
    const prefix = `heads/${this.pipeline.repository.mirrorBranchPrefix}`;
    const refs = await this.refs(prefix, false);
    return refs.map(({ ref }) => ref.slice(`refs/${prefix}`.length)).filter((rest) => /^[0-9]+$/.test(rest)).map(Number);
  }

  private async refs(prefix: string, exact: boolean): Promise<Ref[]> {
    const refs = await this.pages<Ref>(`${this.root}/git/matching-refs/${prefix}`);
    return exact ? refs.filter(({ ref }) => ref === `refs/${prefix}`) : refs;
  }

  private openPulls(): Promise<Pull[]> {
    return this.pages<Pull>(`${this.root}/pulls`, "state=open&");
  }

  private async pages<T>(path: string, query = ""): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; ; page++) {
      const items = await this.github.get<T[]>(`${path}?${query}per_page=${PAGE}&page=${page}`);
      all.push(...items);
      if (items.length < PAGE) return all;
    }
  }

  private async each<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<string[]> {
    const failures: string[] = [];
    for (const item of items) await act(item).catch((error: unknown) => failures.push(error instanceof Error ? error.message : String(error)));
    return failures;
  }
}

interface Commit {
  readonly sha: string;
  readonly author: { readonly login: string } | null;
  readonly committer: { readonly login: string } | null;
  readonly commit: { readonly verification: { readonly verified: boolean } };
}

interface Ref {
  readonly ref: string;
  readonly object: { readonly sha: string };
}

async function run(env: EnvironmentVariables): Promise<void> {
  const pipeline = readJson<Pipeline>(PIPELINE_PATH);
  const repository = required(env, "GITHUB_REPOSITORY");
  const token = await appToken(env, { appId: pipeline.mirrorBot.appId, privateKey: required(env, "MIRROR_APP_PRIVATE_KEY"), repository, permissions: PERMISSIONS });
  const bot = new MirrorBot(new GitHub(env, token), repository, pipeline);
  if (required(env, "GITHUB_EVENT_NAME") === "issue_comment") await bot.comment(readJson<CommentEvent>(required(env, "GITHUB_EVENT_PATH")));
  else if ((await bot.sweep()) > 0) process.exitCode = 1;
}

void main("Mirror", () => run(process.env));
