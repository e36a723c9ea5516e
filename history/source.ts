/** What the collector asks of GitHub, in its own few words: the rest of an answer, people's names first, is not kept. */

/** A workflow run. Times are ISO 8601. */
export interface SourceRun {
  readonly id: number;
  /** Its last attempt; each earlier one ended before this one began. */
  readonly attempt: number;
  readonly workflow: string;
  readonly event: string;
  /** Short name of its branch. */
  readonly branch: string;
  readonly commit: string;
  /** Number of the pull request that GitHub names. It names none for a run of a fork's pull request. */
  readonly pull: number | undefined;
  readonly conclusion: string;
  readonly created: string;
  readonly started: string;
  readonly ended: string;
}

export interface SourceJob {
  readonly id: number;
  readonly name: string;
  readonly conclusion: string;
  readonly labels: readonly string[];
  readonly created: string;
  readonly started: string | undefined;
  readonly ended: string | undefined;
  /** Texts of its failures that GitHub itself wrote, such as that a runner was lost. */
  readonly annotations: readonly string[];
}

export interface SourceArtifact {
  readonly id: number;
  readonly name: string;
  readonly bytes: number;
  /** GitHub deletes artifacts after the days that their workflow says. */
  readonly expired: boolean;
}

/** A repository's history, as it can be asked for. Errors are those of its client. */
export interface Source {
  /** Ended runs that began on or after a day (`2026-11-30`), oldest first. */
  runs(since: string): AsyncIterable<SourceRun>;
  /** A run's earlier attempt. */
  attempt(run: number, attempt: number): Promise<SourceRun>;
  jobs(run: number, attempt: number): Promise<readonly SourceJob[]>;
  artifacts(run: number): Promise<readonly SourceArtifact[]>;
  /** An artifact's zip archive; undefined when it has gone since it was listed. */
  archive(artifact: number): Promise<Buffer | undefined>;
}
