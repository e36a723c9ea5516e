/** How the rendered jobs hang together: labels, needs, what each may read. */
import type { JobFacts } from "../jobs";
import type { Finding } from "../model";
import type { Check, CoherenceInput } from "./check";
import { listed, shown, unless } from "./check";

/** Where a job is, for people: `workflow pr.yaml, job plan`. */
export function jobPath(job: JobFacts, field?: string): string {
  return `workflow ${job.workflow}, job ${shown(job.id)}${field === undefined ? "" : `, ${field}`}`;
}

export const jobsOnce: Check<CoherenceInput> = {
  name: "job-duplicate",
  holds: "A workflow has each job once.",
  find: ({ jobs }) =>
    jobs.flatMap((job, index) => {
      const first = jobs.findIndex(({ workflow, id }) => workflow === job.workflow && id === job.id);
      return unless(first === index, jobPath(job), "a second job of this id", "each job once");
    }),
};

export const labelsAreRunners: Check<CoherenceInput> = {
  name: "unknown-label",
  holds: "Every job runs on one label, and that is a runner class which admits whoever can start the job.",
  find: ({ pipeline, jobs }) => {
    const labels = pipeline.runnerClasses.map(({ label }) => label);
    return jobs.flatMap((job) => [
      ...unless(
        job.runsOn.length <= 1,
        jobPath(job, "runs-on"),
        shown(job.runsOn),
        "one label: a scale set is addressed by its name alone",
      ),
      ...job.runsOn.flatMap((label) => {
        const runner = pipeline.runnerClasses.find((each) => each.label === label);
        if (runner === undefined)
          return [{ path: jobPath(job, "runs-on"), found: shown(label), allowed: `the label of a runner class: ${listed(labels)}` }];
        const refused = job.trust.filter((level) => !runner.trust.includes(level));
        return unless(
          refused.length === 0,
          jobPath(job, "runs-on"),
          `${shown(label)}, which does not admit ${listed(refused)}`,
          `a runner class that admits ${listed(job.trust)}`,
        );
      }),
    ]);
  },
};

export const runnersUsed: Check<CoherenceInput> = {
  name: "runner-unused",
  holds: "Every runner class is asked for by a job.",
  find: ({ pipeline, jobs }) => {
    const asked = new Set(jobs.flatMap(({ runsOn }) => runsOn));
    return pipeline.runnerClasses.flatMap(({ label }, index) =>
      unless(
        asked.has(label),
        `pipeline.runnerClasses[${index}].label`,
        `${shown(label)}, which no job asks for`,
        "a runner class that a job runs on",
      ),
    );
  },
};

export const needsExist: Check<CoherenceInput> = {
  name: "unknown-need",
  holds: "Every job that is needed is in the same workflow, and no job needs itself.",
  find: ({ jobs }) => {
    const graph = new JobGraph(jobs);
    return jobs.flatMap((job) => [
      ...job.needs.flatMap((need) =>
        unless(graph.find(job.workflow, need) !== undefined, jobPath(job, "needs"), shown(need), "a job of the same workflow"),
      ),
      ...unless(!graph.needed(job).has(job.id), jobPath(job, "needs"), "a circle that comes back to the job", "needs without a circle"),
    ]);
  },
};

export const readsAreNeeds: Check<CoherenceInput> = {
  name: "need-not-declared",
  holds: "A job reads the result or outputs only of jobs that it needs: of others the expression is empty.",
  find: ({ jobs }) =>
    jobs.flatMap((job) =>
      job.readsNeeds.flatMap((read) =>
        unless(
          job.needs.includes(read),
          jobPath(job, "needs"),
          `needs.${read} is read and ${read} is not needed`,
          `${shown(read)} among the needs`,
        ),
      ),
    ),
};

export const pullsArePushed: Check<CoherenceInput> = {
  name: "image-not-pushed",
  holds: "Every image that a job pulls is pushed before it, by a job that it needs.",
  find: ({ jobs }) => {
    const graph = new JobGraph(jobs);
    return jobs.flatMap((job): Finding[] => {
      const pushed = new Set([job, ...graph.before(job)].flatMap(({ pushes }) => pushes));
      const missing = pushed.has("*") ? [] : job.pulls.filter((image) => !pushed.has(image));
      return unless(
        missing.length === 0,
        jobPath(job),
        `pulls ${listed(missing)}, which no needed job pushes`,
        `images that its needs push: ${listed(pushed)}`,
      );
    });
  },
};

/** The needs of jobs, workflow by workflow. */
export class JobGraph {
  private readonly byKey = new Map<string, JobFacts>();
  private readonly called = new Map<string, JobFacts[]>();

  constructor(jobs: readonly JobFacts[]) {
    for (const job of jobs) {
      this.byKey.set(key(job.workflow, job.id), job);
      const caller = callerOf(job.id);
      if (caller !== undefined) this.called.set(key(job.workflow, caller), [...(this.called.get(key(job.workflow, caller)) ?? []), job]);
    }
  }

  find(workflow: string, id: string): JobFacts | undefined {
    return this.byKey.get(key(workflow, id));
  }

  /** Ids of the jobs that a job needs, directly and through others. */
  needed(job: JobFacts): Set<string> {
    const seen = new Set<string>();
    const open = [...this.direct(job)];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const next = this.find(job.workflow, id);
      if (next !== undefined) open.push(...this.direct(next));
    }
    return seen;
  }

  /** The jobs that end before a job starts: those that it needs, and those that these call. */
  before(job: JobFacts): JobFacts[] {
    return [...this.needed(job)].flatMap((id) => {
      const needed = this.find(job.workflow, id);
      return needed === undefined ? [] : [needed, ...(this.called.get(key(job.workflow, id)) ?? [])];
    });
  }

  /** A called job needs what it says and what its caller needs. */
  private direct(job: JobFacts): readonly string[] {
    const caller = callerOf(job.id);
    const called = caller === undefined ? undefined : this.find(job.workflow, caller);
    return called === undefined ? job.needs : [...job.needs, ...called.needs];
  }
}

function key(workflow: string, id: string): string {
  return `${workflow}\n${id}`;
}

const CALL = " / ";

function callerOf(id: string): string | undefined {
  const at = id.lastIndexOf(CALL);
  return at === -1 ? undefined : id.slice(0, at);
}
