/** Reads act's log: JSON lines, one an event. */

/** A job as act ended it. */
export interface ActJob {
  /** Name of its check on GitHub; what a matrix adds to a caller's name is left out. */
  readonly context: string;
  /** Id in its own file. */
  readonly id: string;
  readonly result: "success" | "failure" | "skipped";
  /** Result that act shows: for a leg that ends after another one failed it is that one's. */
  readonly shown: "success" | "failure" | "skipped";
}

export interface ActLogResult {
  readonly jobs: readonly ActJob[];
  /** Job summaries that steps wrote, by the check's name. */
  readonly summaries: Readonly<Record<string, string>>;
  /** What the plan job put out. */
  readonly outputs: Readonly<Record<string, string>>;
  /** With which act ends when something failed. */
  readonly error: string;
  /** What steps printed and what act found wrong, each with its job, for people. */
  readonly text: string;
}

interface Line {
  readonly job?: string;
  readonly jobID?: string;
  readonly jobResult?: ActJob["shown"];
  readonly command?: string;
  readonly content?: string;
  readonly name?: string;
  readonly arg?: string;
  readonly level?: string;
  readonly msg?: string;
  readonly raw_output?: boolean;
}

export class ActLog {
  private readonly jobs: ActJob[] = [];
  /** Checks of jobs of which act says what went wrong. */
  private readonly failed = new Set<string>();
  private readonly summaries: Record<string, string> = {};
  private readonly outputs: Record<string, string> = {};
  private readonly printed: string[] = [];
  private error = "";

  read(text: string): void {
    if (text.startsWith("{")) return this.readLine(JSON.parse(text) as Line);
    if (text.startsWith("Error: ")) this.error = text;
    this.printed.push(text);
  }

  result(): ActLogResult {
    return { jobs: this.jobs, summaries: this.summaries, outputs: this.outputs, error: this.error, text: this.printed.join("\n") };
  }

  private readLine(line: Line): void {
    const context = contextOf(line.job ?? "");
    if (line.raw_output === true || line.level === "error" || line.level === "fatal") this.printed.push(`${context ?? "act"} | ${line.msg?.trimEnd() ?? ""}`);
    if (context === undefined) return;
    if (line.level === "error") this.failed.add(context);
    if (line.jobResult !== undefined) this.end(context, line.jobID ?? "", line.jobResult);
    if (line.command === "summary") this.summaries[context] = (this.summaries[context] ?? "") + (line.content ?? "");
    if (line.command === "set-output" && line.jobID === "plan") this.outputs[line.name ?? ""] = line.arg ?? "";
  }

  private end(context: string, id: string, shown: ActJob["shown"]): void {
    const result = shown === "failure" && !this.failed.has(context) ? "success" : shown;
    this.jobs.push({ context, id, result, shown });
  }
}

/** `[CALLER/]WORKFLOW/@CONTEXT@[-LEG]` */
function contextOf(job: string): string | undefined {
  return /^@([^@]*)@/.exec(job.slice(job.lastIndexOf("/@") + 1))?.[1];
}
