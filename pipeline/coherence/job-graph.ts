/** How the rendered jobs hang together: labels, needs, what each may read. */
import type { JobFacts } from "../jobs";
import type { Finding } from "../model";
import type { Check, CoherenceInput } from "./check";
import { listed, shown, unless, unlessFound } from "./check";

/** Where a job is, for people: `workflow pr.yaml, job plan`. */
export function jobPath(job: JobFacts, field?: string): string {
  return `workflow ${job.workflow}, job ${shown(job.id)}${field === undefined ? "" : `, ${field}`}`;
}

export const jobsOnce: Check<CoherenceInput> = {
  name: "job-duplicate",
  holds: "A workflow has each job once.",
  find: ({ jobs }) => {
    const seen = new Set<string>();
    return jobs.flatMap((job) => {
      const known = key(job.workflow, job.id);
      const first = !seen.has(known);
      seen.add(known);
      return unlessFound(first, () => ({ path: jobPath(job), found: "a second job of this id", allowed: "each job once" }));
    });
  },
};

export const labelsAreRunners: Check<CoherenceInput> = {
  name: "unknown-label",
  holds: "Every job runs on one label, and that is a runner class which admits whoever can start the job.",
  find: ({ pipeline, jobs }) => {
    const labels = pipeline.runnerClasses.map(({ label }) => label);
    return jobs.flatMap((job) => [
      ...unlessFound(job.runsOn.length <= 1, () => ({
        path: jobPath(job, "runs-on"),
        found: shown(job.runsOn),
        allowed: "one label: a scale set is addressed only by its name",
      })),
      ...job.runsOn.flatMap((label) => {
        const runner = pipeline.runnerClasses.find((each) => each.label === label);
        if (runner === undefined)
          return [{ path: jobPath(job, "runs-on"), found: shown(label), allowed: `the label of a runner class: ${listed(labels)}` }];
        const refused = job.trust.filter((level) => !runner.trust.includes(level));
        return unlessFound(refused.length === 0, () => ({
          path: jobPath(job, "runs-on"),
          found: `${shown(label)}, which does not admit ${listed(refused)}`,
          allowed: `a runner class that admits ${listed(job.trust)}`,
        }));
      }),
    ]);
  },
};

export const runnersUsed: Check<CoherenceInput> = {
  name: "runner-unused",
  holds: "Every runner class is asked for by a job, or waits for tests to be placed by need.",
  find: ({ pipeline, jobs }) => {
    const asked = new Set(jobs.flatMap(({ runsOn }) => runsOn));
    // So that where tests run is one word of config: their machines stay named, and none of them starts.
    const waiting: readonly string[] = Object.values(pipeline.testPlacement.cpuRunners);
    return pipeline.runnerClasses.flatMap(({ id, label }, index) =>
      unless(
        asked.has(label) || waiting.includes(id),
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
    const graph = JobGraph.of(jobs);
    return jobs.flatMap((job) => [
      ...job.needs.flatMap((need) =>
        unlessFound(graph.find(job.workflow, need) !== undefined, () => ({ path: jobPath(job, "needs"), found: shown(need), allowed: "a job of the same workflow" })),
      ),
      ...unlessFound(!graph.needed(job).has(job.id), () => ({ path: jobPath(job, "needs"), found: "a circle that comes back to the job", allowed: "needs without a circle" })),
    ]);
  },
};

export const readsAreNeeds: Check<CoherenceInput> = {
  name: "need-not-declared",
  holds: "A job reads the result or outputs only of jobs that it needs: of others the expression is empty.",
  find: ({ jobs }) =>
    jobs.flatMap((job) =>
      job.readsNeeds.flatMap((read) =>
        unlessFound(job.needs.includes(read), () => ({
          path: jobPath(job, "needs"),
          found: `needs.${read} is read and ${read} is not needed`,
          allowed: `${shown(read)} among the needs`,
        })),
      ),
    ),
};

export const pullsArePushed: Check<CoherenceInput> = {
  name: "image-not-pushed",
  holds: "Every image that a job pulls is pushed before it, by a job that it needs.",
  find: ({ jobs }) => {
    const graph = JobGraph.of(jobs);
    return jobs.flatMap((job): Finding[] => {
      if (job.pulls.length === 0) return [];
      const pushed = new Set([job, ...graph.before(job)].flatMap(({ pushes }) => pushes));
      const missing = pushed.has("*") ? [] : job.pulls.filter((image) => !pushed.has(image));
      return unlessFound(missing.length === 0, () => ({
        path: jobPath(job),
        found: `pulls ${listed(missing)}, which no needed job pushes`,
        allowed: `images that its needs push: ${listed(pushed)}`,
      }));
    });
  },
};

export const awaitedAreUsed: Check<CoherenceInput> = {
  name: "image-awaited",
  holds: "No job waits for an image that it does not use, unless it runs whatever became of the others.",
  find: ({ jobs }) => {
    const graph = JobGraph.of(jobs);
    // A call runs on no machine itself: what it needs, the jobs that it calls are judged by.
    return jobs
      .filter(({ runsOn, always }) => runsOn.length > 0 && !always)
      .flatMap((job): Finding[] => {
        const used = new Set([...job.pulls, ...job.pushes, "*"]);
        const unused = graph.before(job).flatMap(({ pushes }) => pushes.filter((image) => !used.has(image)));
        return unlessFound(unused.length === 0, () => ({
          path: jobPath(job, "needs"),
          found: `waits for ${listed(unused)}, which it does not use`,
          allowed: `needs that push nothing but ${listed([...job.pulls, ...job.pushes])}`,
        }));
      });
  },
};

/** The needs of jobs, workflow by workflow. Legs of one matrix need the same, so what is needed is worked out once for all of them. */
export class JobGraph {
  private static readonly graphs = new WeakMap<readonly JobFacts[], JobGraph>();
  private readonly byKey = new Map<string, JobFacts>();
  private readonly called = new Map<string, JobFacts[]>();
  private readonly neededBy = new Map<string, ReadonlySet<string>>();
  private readonly beforeBy = new Map<string, readonly JobFacts[]>();

  /** The graph of these jobs, made once however many checks ask for it. */
  static of(jobs: readonly JobFacts[]): JobGraph {
    return madeOnce(JobGraph.graphs, jobs, () => new JobGraph(jobs));
  }

  private constructor(jobs: readonly JobFacts[]) {
    for (const job of jobs) {
      this.byKey.set(key(job.workflow, job.id), job);
      const caller = callerOf(job.id);
      if (caller !== undefined) madeOnce(this.called, key(job.workflow, caller), () => []).push(job);
    }
  }

  find(workflow: string, id: string): JobFacts | undefined {
    return this.byKey.get(key(workflow, id));
  }

  /** Ids of the jobs that a job needs, directly and through others. */
  needed(job: JobFacts): ReadonlySet<string> {
    const direct = this.direct(job);
    return madeOnce(this.neededBy, key(job.workflow, direct.join("\n")), () => this.follow(job.workflow, direct));
  }

  /** The jobs that end before a job starts: those that it needs, and those that these call. */
  before(job: JobFacts): readonly JobFacts[] {
    return madeOnce(this.beforeBy, key(job.workflow, this.direct(job).join("\n")), () =>
      [...this.needed(job)].flatMap((id) => {
        const needed = this.find(job.workflow, id);
        return needed === undefined ? [] : [needed, ...(this.called.get(key(job.workflow, id)) ?? [])];
      }),
    );
  }

  private follow(workflow: string, direct: readonly string[]): Set<string> {
    const seen = new Set<string>();
    const open = [...direct];
    for (let id = open.pop(); id !== undefined; id = open.pop()) {
      if (seen.has(id)) continue;
      seen.add(id);
      const next = this.find(workflow, id);
      if (next !== undefined) open.push(...this.direct(next));
    }
    return seen;
  }

  /** A called job needs what it says and what its callers need, however deep the call is. */
  private direct(job: JobFacts): readonly string[] {
    const caller = callerOf(job.id);
    const called = caller === undefined ? undefined : this.find(job.workflow, caller);
    return called === undefined ? job.needs : [...job.needs, ...this.direct(called)];
  }
}

/** What a map holds for a key; made when it is asked for the first time. */
function madeOnce<Key, Value>(known: { get(key: Key): Value | undefined; set(key: Key, value: Value): unknown }, at: Key, make: () => Value): Value {
  const found = known.get(at);
  if (found !== undefined) return found;
  const made = make();
  known.set(at, made);
  return made;
}

function key(workflow: string, id: string): string {
  return `${workflow}\n${id}`;
}

const CALL = " / ";

function callerOf(id: string): string | undefined {
  const at = id.lastIndexOf(CALL);
  return at === -1 ? undefined : id.slice(0, at);
}
