/** What history keeps: one list of tables and their columns, from which types, files and views follow. No person is named in any of them. */

/** DuckDB's types of columns; `?` where a value may be missing. */
type ColumnType = "BIGINT" | "INTEGER" | "DOUBLE" | "VARCHAR" | "TIMESTAMP" | "BIGINT?" | "INTEGER?" | "DOUBLE?" | "VARCHAR?" | "TIMESTAMP?";

/** Columns that every row has: the run that it belongs to, and the batch that wrote it. */
const OF_RUN = { run: "BIGINT", attempt: "INTEGER" } as const;

export const TABLES = {
  /** One row for each attempt of a workflow run that has ended. It is written last: rows of other tables without it are leftovers of a batch that broke off. */
  runs: {
    ...OF_RUN,
    /** Path of the workflow file. */
    workflow: "VARCHAR",
    /** GitHub's name of the event. */
    event: "VARCHAR",
    /** What the run was for: one of `RUN_KINDS`. */
    kind: "VARCHAR",
    /** Number of the pull request. */
    pull: "INTEGER?",
    commit: "VARCHAR",
    /** GitHub's conclusion, such as `success`. */
    conclusion: "VARCHAR",
    created: "TIMESTAMP",
    started: "TIMESTAMP",
    ended: "TIMESTAMP",
  },
  /** One row for each job that had a machine, or was to have one. */
  jobs: {
    ...OF_RUN,
    job: "BIGINT",
    /** With the names of the jobs that called it: `vllm-amd64 / build`. */
    name: "VARCHAR",
    /** What the job does: one of `JOB_WORKS`. */
    work: "VARCHAR",
    conclusion: "VARCHAR",
    created: "TIMESTAMP",
    started: "TIMESTAMP?",
    ended: "TIMESTAMP?",
    /** Id of the runner class whose label the job asked for. */
    runnerClass: "VARCHAR?",
    gpus: "INTEGER",
    image: "VARCHAR?",
    framework: "VARCHAR?",
    suite: "VARCHAR?",
    /** Why the machine, and not the code, ended it: one of `MACHINE_FAULTS`. */
    fault: "VARCHAR?",
  },
  /** One row for each artifact with reports of tests, readable or not: what could not be read must not look like a run without failures. */
  reports: { ...OF_RUN, artifact: "VARCHAR", image: "VARCHAR", suite: "VARCHAR", cases: "INTEGER", unreadable: "VARCHAR?" },
  /** One row for each test case of each report. */
  cases: {
    ...OF_RUN,
    image: "VARCHAR",
    suite: "VARCHAR",
    /** `classname::name`. */
    test: "VARCHAR",
    /** One of `OUTCOMES`, after the last try. */
    outcome: "VARCHAR",
    /** How often it ran in this job. */
    tries: "INTEGER",
    seconds: "DOUBLE",
    /** The failure's first lines, bounded. Somebody else's text. */
    message: "VARCHAR?",
    at: "TIMESTAMP",
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, ColumnType>>>>;

export type TableName = keyof typeof TABLES;

type Plain<Type> = Type extends `${infer Required}?` ? Plain<Required> | null : Type extends "VARCHAR" ? string : Type extends "TIMESTAMP" ? Date : number;

/** A row as the collector makes it. Times are in UTC. */
export type Row<Name extends TableName> = { readonly [Column in keyof (typeof TABLES)[Name]]: Plain<(typeof TABLES)[Name][Column]> };

export type Rows = { readonly [Name in TableName]: readonly Row<Name>[] };

/** Tables in the order in which a batch writes them: what makes a batch count comes last. */
export const WRITE_ORDER: readonly TableName[] = ["cases", "reports", "jobs", "runs"];

/** What a run was for. */
export const RUN_KINDS = ["pull request", "main", "nightly", "release", "other"] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** What a job does. */
export const JOB_WORKS = ["plan", "build", "test", "core", "publish", "deploy", "verdict", "other"] as const;
export type JobWork = (typeof JOB_WORKS)[number];

export const OUTCOMES = ["passed", "failed", "skipped"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Columns of a table, `batch` and `day` among them, as DuckDB declares them. */
export function declared(name: TableName): string {
  const own = Object.entries(TABLES[name]).map(([column, type]) => `"${column}" ${type.replace("?", "")}${type.endsWith("?") ? "" : " NOT NULL"}`);
  return [...own, '"batch" VARCHAR NOT NULL', '"day" DATE NOT NULL'].join(", ");
}
