/**
 * GitHub Actions' workflow syntax as types. What the syntax leaves optional and this project does not is required here: every job says
 * its permissions, and every job with steps its time limit, so forgetting one does not compile.
 *
 * Source: docs.github.com/actions/reference/workflows-and-actions/workflow-syntax.
 */
import type { ActionPin } from "./actions";

/** A GitHub expression with its braces. Make it with `expression`. */
export type Expression = `\${{ ${string} }}`;

/** A value with a comment behind it, for tools that read one there. */
export interface Noted<T extends string> {
  readonly value: T;
  readonly note: string;
}

/** Wraps an expression in braces, for a field that is not an expression by itself. */
export function expression(text: string): Expression {
  return `\${{ ${text} }}`;
}

/** A string literal inside an expression: single quotes, doubled where they occur. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export interface BranchFilter {
  readonly branches?: readonly string[];
}

/** The triggers in use. There is no path filter among them: a required check behind one would wait for ever. */
export interface Triggers {
  readonly pull_request?: { readonly types?: readonly string[] };
  readonly pull_request_target?: { readonly types: readonly string[] };
  readonly issue_comment?: { readonly types: readonly string[] };
  /** Runs the default branch's file, whatever branch the run is of that it is about. */
  readonly workflow_run?: { readonly workflows: readonly string[]; readonly types: readonly ("requested" | "in_progress" | "completed")[] };
  readonly push?: BranchFilter;
  readonly merge_group?: Readonly<Record<string, never>>;
  readonly schedule?: readonly { readonly cron: string; readonly timezone: string }[];
  readonly workflow_dispatch?: { readonly inputs?: Readonly<Record<string, DispatchInput>> };
  readonly workflow_call?: {
    readonly inputs?: Readonly<Record<string, CallInput>>;
    readonly secrets?: Readonly<Record<string, { readonly description: string; readonly required: boolean }>>;
    readonly outputs?: Readonly<Record<string, { readonly description: string; readonly value: Expression }>>;
  };
}

export interface DispatchInput {
  readonly description: string;
  readonly required: boolean;
  readonly type: "string" | "choice";
  readonly options?: readonly string[];
}

export interface CallInput {
  readonly description: string;
  readonly type: "string" | "number" | "boolean";
  readonly required: true;
}

/** Scopes of the job's token. What is not named is `none`. */
export type Permissions = Readonly<Partial<Record<PermissionScope, "read" | "write">>>;
export type PermissionScope = "contents" | "id-token" | "attestations" | "artifact-metadata" | "pull-requests" | "issues" | "actions" | "checks" | "security-events";

export interface Concurrency {
  readonly group: string;
  readonly "cancel-in-progress": boolean | Expression;
}

/** What is set for every step that says nothing else: `bash` given by name runs with `-eo pipefail`; the default shell does not. */
export const BASH = { run: { shell: "bash" } } as const;

/** A workflow file. */
export interface Workflow {
  readonly name: string;
  readonly on: Triggers;
  /** Nothing by default: every job asks for what it needs. */
  readonly permissions: Readonly<Record<string, never>>;
  readonly concurrency?: Concurrency;
  /** `bash` given by name runs with `-eo pipefail`; the default shell does not. */
  readonly defaults: { readonly run: { readonly shell: "bash" } };
  readonly jobs: Readonly<Record<string, Job>>;
}

interface JobBase {
  /** The check's name. The job's id when left out. */
  readonly name?: string;
  readonly needs?: readonly string[];
  /** An expression without braces. */
  readonly if?: string;
  readonly permissions: Permissions;
  readonly strategy?: Strategy;
}

export interface Strategy {
  readonly "fail-fast": boolean;
  readonly "max-parallel"?: number;
  readonly matrix: { readonly include: Expression };
}

/** A job that runs steps on a runner. */
export interface StepsJob extends JobBase {
  readonly "runs-on": string;
  readonly environment?: string;
  readonly concurrency?: Concurrency;
  /** Whole minutes, or an input of that type. */
  readonly "timeout-minutes": number | Expression;
  readonly container?: { readonly image: Expression | Noted<Expression>; readonly options?: Expression };
  /** A service whose image is empty does not start (docs.github.com, workflow syntax, `jobs.<job_id>.services.<service_id>.image`). */
  readonly services?: Readonly<Record<string, { readonly image: Expression | Noted<Expression>; readonly env: Environment }>>;
  readonly outputs?: Readonly<Record<string, Expression>>;
  readonly env?: Environment;
  readonly steps: readonly Step[];
}

/** A job that calls a reusable workflow of the same repository. */
export interface CallJob extends JobBase {
  readonly uses: `./.github/workflows/${string}`;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly secrets?: Readonly<Record<string, Expression>>;
}

export type Job = StepsJob | CallJob;

export type Environment = Readonly<Record<string, string | number>>;

interface StepBase {
  readonly name: string;
  readonly id?: string;
  /** An expression without braces. */
  readonly if?: string;
  readonly env?: Environment;
}

export interface ActionStep extends StepBase {
  readonly uses: ActionPin;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}

export interface RunStep extends StepBase {
  /** Holds no expression: values reach a script only through `env`. */
  readonly run: string;
  readonly "working-directory"?: string;
}

export type Step = ActionStep | RunStep;

/** True for a job that calls a reusable workflow. */
export function isCall(job: Job): job is CallJob {
  return "uses" in job;
}
