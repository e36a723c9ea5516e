/** One run of a workflow: its jobs in the order of their needs. */
import type { Draws, JobTemplate, Run, Workload } from "./model";
import { Job, type Wait, type Workshop } from "./job";
import type { ScaleSet } from "./scale-set";

/** Told by a run how its jobs and it go. */
export interface RunObserver {
  jobBegan(template: JobTemplate, wait: Wait): void;
  jobEnded(template: JobTemplate): void;
  jobEvicted(template: JobTemplate): void;
  /** Its last job has ended, or it was cancelled. */
  runOver(run: Run, cancelled: boolean): void;
}

/** Jobs of one name of which only some may be queued at once. */
interface Turnstile {
  inside: number;
  readonly outside: number[];
}

export class RunInProgress {
  private readonly jobs: Job[];
  private readonly missing: number[];
  private readonly dependents: number[][];
  private readonly turnstiles = new Map<string, Turnstile>();
  private left: number;
  private over = false;

  constructor(
    private readonly run: Run,
    private readonly workload: Workload,
    private readonly sets: ReadonlyMap<string, ScaleSet>,
    private readonly shop: Workshop,
    private readonly observer: RunObserver,
  ) {
    const { jobs } = run.template;
    this.left = jobs.length;
    this.missing = jobs.map(({ needs }) => needs.length);
    this.dependents = jobs.map(() => []);
    jobs.forEach(({ needs }, index) => needs.forEach((need) => this.dependents[need]!.push(index)));
    this.jobs = jobs.map((template, index) => this.job(template, index));
  }

  start(): void {
    this.missing.forEach((count, index) => {
      if (count === 0) this.admit(index);
    });
  }

  /** A newer run takes its place. */
  cancel(): void {
    if (this.over) return;
    this.over = true;
    for (const job of this.jobs) job.cancel();
    this.observer.runOver(this.run, true);
  }

  private job(template: JobTemplate, index: number): Job {
    const set = this.sets.get(template.set);
    if (set === undefined) throw new Error(`job ${template.id}: no runner class ${JSON.stringify(template.set)}`);
    let attempt = 0;
    const draws = (): Draws => this.workload.draws(this.run, index, attempt);
    return new Job(template, draws(), `${this.run.key} ${template.image ?? ""}`, set, this.shop, {
      began: (wait) => this.observer.jobBegan(template, wait),
      ended: () => this.ended(template, index),
      evicted: () => this.observer.jobEvicted(template),
      again: () => {
        attempt += 1;
        return draws();
      },
    });
  }

  /** Queues a job, unless as many of its name are queued as may be. */
  private admit(index: number): void {
    const together = this.run.template.jobs[index]!.together;
    if (together !== undefined) {
      const turnstile = this.turnstile(together.name);
      if (turnstile.inside >= together.most) {
        turnstile.outside.push(index);
        return;
      }
      turnstile.inside += 1;
    }
    this.jobs[index]!.queue();
  }

  private turnstile(name: string): Turnstile {
    const known = this.turnstiles.get(name);
    if (known !== undefined) return known;
    const made: Turnstile = { inside: 0, outside: [] };
    this.turnstiles.set(name, made);
    return made;
  }

  private ended(template: JobTemplate, index: number): void {
    this.observer.jobEnded(template);
    if (template.together !== undefined) this.letNextIn(template.together.name);
    this.left -= 1;
    for (const dependent of this.dependents[index]!) {
      this.missing[dependent]! -= 1;
      if (this.missing[dependent] === 0) this.admit(dependent);
    }
    if (this.left > 0) return;
    this.over = true;
    this.observer.runOver(this.run, false);
  }

  private letNextIn(name: string): void {
    const turnstile = this.turnstile(name);
    turnstile.inside -= 1;
    const next = turnstile.outside.shift();
    if (next !== undefined) this.admit(next);
  }
}
