/** What the GitHub server remembers, and the file it remembers it in. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CheckRun, CommitStatus, PullRequest, Review } from "./state-checks";
import type { GitObjects } from "./git";
import type { Environment, RunnerGroup, ScopedVariable, SealedSecret } from "./state-actions";
import type { Ruleset } from "./state-rulesets";

/** Plans differ in which ruleset features they have. */
export type Plan = "free" | "team" | "enterprise";

export interface Owner {
  readonly id: number;
  readonly login: string;
  readonly type: "Organization" | "User";
  readonly plan: Plan;
  readonly createdAt: string;
}

export interface App {
  readonly id: number;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: string;
  /** PEM of the app's public key: when given, its JSON web tokens are verified with it; otherwise any well-formed RS256 token of the id is accepted. */
  readonly publicKey?: string;
}

/** An app that is installed on an account. */
export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly ownerId: number;
  readonly createdAt: string;
}

/** An installation's access token: only its hash is kept. */
export interface IssuedToken {
  readonly sha256: string;
  readonly installationId: number;
  readonly expiresAt: string;
}

export interface Team {
  readonly id: number;
  readonly ownerId: number;
  readonly slug: string;
  readonly name: string;
}

export interface ActionsPermissions {
  enabled: boolean;
  allowedActions: "all" | "local_only" | "selected";
  shaPinningRequired: boolean;
  selected: { github_owned_allowed: boolean; verified_allowed: boolean; patterns_allowed: string[] };
  defaultWorkflowPermissions: "read" | "write";
  canApprovePullRequestReviews: boolean;
}

export interface OidcSubject {
  useDefault: boolean;
  includeClaimKeys: string[];
  /** Subjects carry the owner's and the repository's ids: the default for repositories created after 2026-07-15. */
  useImmutableSubject: boolean;
}

/** An issue that is no pull request. */
export interface Issue {
  readonly id: number;
  /** Shared with pull requests: both are counted together. */
  readonly number: number;
  readonly author: Author;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "reopened" | "duplicate" | null;
  labels: string[];
}

export interface IssueComment {
  readonly id: number;
  readonly issue: number;
  readonly author: Author;
  readonly createdAt: string;
  updatedAt: string;
  body: string;
}

/** Who did something: the sandbox's own user, or an app. */
export interface Author {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot";
}

export interface Repository {
  readonly id: number;
  readonly ownerId: number;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly createdAt: string;
  pushedAt: string;
  readonly git: GitObjects;
  rulesets: Ruleset[];
  environments: Environment[];
  secrets: SealedSecret[];
  variables: ScopedVariable[];
  permissions: ActionsPermissions;
  oidc: OidcSubject;
  checkRuns: CheckRun[];
  statuses: CommitStatus[];
  pulls: PullRequest[];
  reviews: Review[];
  issues: Issue[];
  comments: IssueComment[];
}

/** Number of the next issue or pull request. */
export function nextNumber({ pulls, issues }: Repository): number {
  return pulls.length + issues.length + 1;
}

export interface GitHubState {
  readonly version: 1;
  nextId: number;
  owners: Owner[];
  apps: App[];
  installations: Installation[];
  tokens: IssuedToken[];
  teams: Team[];
  repositories: Repository[];
  runnerGroups: RunnerGroup[];
}

const EMPTY: GitHubState = {
  version: 1,
  nextId: 1000,
  owners: [],
  apps: [],
  installations: [],
  tokens: [],
  teams: [],
  repositories: [],
  runnerGroups: [],
};

/**
 * The state in memory and on disk. A change counts when `commit` has written it; `rollback` returns to what was written last, so that a call
 * that fails half-way leaves no trace.
 */
export class Store {
  private current: GitHubState;
  private saved: string;
  private readonly file: string;

  constructor(directory: string) {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    this.file = join(directory, "state.json");
    this.saved = existsSync(this.file) ? readFileSync(this.file, "utf8") : JSON.stringify(EMPTY);
    this.current = this.parse(this.saved);
  }

  get state(): GitHubState {
    return this.current;
  }

  /** A number that no other object of this server has. */
  nextId(): number {
    return this.current.nextId++;
  }

  /** Writes the whole state to a new file and renames it over the old one. */
  commit(): void {
    const text = JSON.stringify(this.current);
    if (text === this.saved) return;
    writeFileSync(`${this.file}.new`, text, { mode: 0o600 });
    renameSync(`${this.file}.new`, this.file);
    this.saved = text;
  }

  rollback(): void {
    this.current = this.parse(this.saved);
  }

  private parse(text: string): GitHubState {
    const state = JSON.parse(text) as GitHubState;
    if (state.version !== 1)
      throw new Error(`${this.file}: version ${String(state.version)} of the GitHub server's state is not known (known: 1)`);
    return state;
  }
}

/** Now, in GitHub's form: whole seconds, UTC. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d{3}Z$/, "Z");
}

/**
 * The time of a change to something that was changed at `previous`. GitHub's times have whole seconds, and clients recognise a change by them, so
 * a second change within one second is given the next one.
 */
export function after(previous: string): string {
  const time = now();
  return time > previous ? time : new Date(Date.parse(previous) + 1000).toISOString().replace(/\.\d{3}Z$/, "Z");
}
