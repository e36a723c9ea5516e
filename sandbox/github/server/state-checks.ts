/** What is said about commits, and the pull requests that wait for it. */
import type { Author } from "./state";

export type CheckStatus = "queued" | "in_progress" | "completed";
export type CheckConclusion = "action_required" | "cancelled" | "failure" | "neutral" | "success" | "skipped" | "stale" | "timed_out";

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  readonly appId: number;
  readonly startedAt: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  completedAt: string | null;
  externalId: string;
  detailsUrl: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
}

export type StatusState = "error" | "failure" | "pending" | "success";

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: StatusState;
  readonly description: string | null;
  readonly targetUrl: string | null;
  readonly creator: Author;
  /** The app whose token posted it; null for a person's. */
  readonly appId: number | null;
  readonly createdAt: string;
}

export interface PullRequest {
  readonly id: number;
  readonly number: number;
  readonly author: Author;
  readonly base: string;
  readonly head: string;
  readonly draft: boolean;
  readonly createdAt: string;
  title: string;
  body: string | null;
  state: "open" | "closed";
  updatedAt: string;
  mergedAt: string | null;
  mergeCommitSha: string | null;
  /** The head when the pull request was closed; an open one follows its branch. */
  closedHeadSha: string | null;
}

export type ReviewState = "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED";

export interface Review {
  readonly id: number;
  readonly pull: number;
  readonly author: Author;
  readonly state: ReviewState;
  readonly body: string;
  readonly commitSha: string;
  readonly submittedAt: string;
}
