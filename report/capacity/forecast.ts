/** A week of a stack's load: events as they may come, and the runs that they start. */
import { startsWithin } from "../../pipeline/coherence/schedule";
import type { Change, Load } from "../../pipeline/load";
import type { ChangedFile, Changes } from "../../pipeline/plan";
import type { Draws, Run, Window, Workload } from "./engine/model";
import { CapacityError } from "./system";
import { arrivals, DAYS, FIRST_DAY, HOURS_PER_DAY, MINUTES_PER_HOUR } from "./arrivals";
import { minutesAt, stream } from "./streams";
import type { CapacityStack } from "./model";
import { Templates, type StartedWorkflow } from "./templates";

export const MEASURED_WEEK: Window = { fromHour: HOURS_PER_DAY, toHour: DAYS * HOURS_PER_DAY };

/** What a push to a pull request can start. */
interface PullRequestKind {
  readonly weight: number;
  readonly direct: readonly StartedWorkflow[];
  readonly mirror: readonly StartedWorkflow[];
  /** Empty where there is no merge queue. */
  readonly queue: readonly StartedWorkflow[];
}

/** Images that are pushed on a weekday, by how long they are kept. */
export interface PushedImages {
  readonly pullRequest: number;
  readonly main: number;
  readonly nightly: number;
  readonly release: number;
}

/** The forecast of one stack: read once, then drawn from for any seed. */
export class Forecast {
  readonly pushedImages: PushedImages;
  private readonly load: Load;
  private readonly pullRequests: readonly PullRequestKind[];
  private readonly main: readonly StartedWorkflow[];
  private readonly release: readonly StartedWorkflow[];
  private readonly nightly: readonly StartedWorkflow[];
  private readonly nightlyStarts: readonly number[];

  constructor(stack: CapacityStack) {
    const { repository, schedule, mergeQueue } = stack.pipeline;
    const templates = new Templates(stack);
    const main = `refs/heads/${repository.defaultBranch}`;
    this.load = stack.infrastructure.load;
    this.pullRequests = this.load.pullRequests.changes.map((change) => ({
      weight: change.weight,
      ...templates.pullRequest(changesOf(change)),
      queue: mergeQueue === undefined ? [] : templates.mergeGroup(changesOf(change)),
    }));
    this.main = templates.protectedBranch({ name: "push", ref: main }, "main");
    this.release = templates.protectedBranch({ name: "push", ref: `refs/heads/${repository.releaseBranches.replaceAll("*", "1")}` }, "releases");
    this.nightly = templates.protectedBranch({ name: "schedule", ref: main }, "nightly");
    this.nightlyStarts = startsOf(schedule);
    this.pushedImages = this.imagesPushed();
  }

  /** The week of a seed. The same seed gives the same events and, to jobs of the same name, the same durations, whatever else a stack says. */
  workload(seed: string): Workload {
    const runs = [...this.pullRequestRuns(seed), ...this.mergeRuns(seed), ...this.releaseRuns(seed), ...this.nightlyRuns(seed)];
    return new DrawnWorkload(
      seed,
      runs.sort((a, b) => a.at - b.at),
    );
  }

  private pullRequestRuns(seed: string): Run[] {
    const { weekday, pullRequests } = this.load;
    return arrivals(this.load, weekday.pullRequestPushes, stream(seed, "pushes to pull requests")).flatMap((at, index) => {
      const key = `pull request ${index}`;
      const draw = stream(seed, key);
      const kind = this.kindAt(draw());
      const pullRequest = 1 + Math.floor(draw() * pullRequests.open);
      const mirrored = draw() < pullRequests.mirrored;
      const first = runsOf(key, at, mirrored ? [...kind.direct, ...kind.mirror] : kind.direct, pullRequest);
      return mirrored ? [...first, ...this.rerunsOf(key, at, kind, draw)] : first;
    });
  }

  /** How often a run is started again is geometric: whoever did it once may do it again. A run again is of a commit that nothing has superseded. */
  private rerunsOf(key: string, at: number, { mirror }: PullRequestKind, draw: () => number): Run[] {
    const { reruns, rerunAfter } = this.load.pullRequests;
    const again: Run[] = [];
    const oneMore = reruns / (1 + reruns);
    for (let moment = at; draw() < oneMore; ) {
      moment += minutesAt(rerunAfter, draw());
      again.push(...mirror.map(({ file, again: template }) => ({ key: `${key} ${file} again ${again.length}`, at: moment, template })));
    }
    return again;
  }

  /** A merge is a push to main; where there is a queue, a merge group is tried about when it comes. */
  private mergeRuns(seed: string): Run[] {
    const pushes = arrivals(this.load, this.load.weekday.mainPushes, stream(seed, "pushes to main"));
    const queued = pushes.flatMap((at, index) => runsOf(`merge group ${index}`, at, this.kindAt(stream(seed, `merge group ${index}`)()).queue, 0));
    return [...queued, ...this.runsAt("main", pushes, this.main)];
  }

  private releaseRuns(seed: string): Run[] {
    return this.runsAt("release", arrivals(this.load, this.load.weekday.releasePushes, stream(seed, "pushes to releases")), this.release);
  }

  private nightlyRuns(seed: string): Run[] {
    const dispatched = arrivals(this.load, this.load.weekday.dispatches, stream(seed, "dispatches"));
    return [...this.runsAt("nightly", this.nightlyStarts, this.nightly), ...this.runsAt("dispatch", dispatched, this.nightly)];
  }

  private runsAt(name: string, moments: readonly number[], started: readonly StartedWorkflow[]): Run[] {
    return moments.flatMap((at, index) => runsOf(`${name} ${index}`, at, started, 0));
  }

  private kindAt(share: number): PullRequestKind {
    let left = share * this.pullRequests.reduce((sum, { weight }) => sum + weight, 0);
    const found = this.pullRequests.find(({ weight }) => (left -= weight) < 0) ?? this.pullRequests.at(-1);
    if (found === undefined) throw new CapacityError("load.pullRequests.changes names no kind of change");
    return found;
  }

  private imagesPushed(): PushedImages {
    const { weekday, pullRequests } = this.load;
    const weights = this.pullRequests.reduce((sum, { weight }) => sum + weight, 0);
    const perPush = this.pullRequests.reduce((sum, { weight, mirror }) => sum + (weight / weights) * pushes(mirror), 0);
    return {
      pullRequest: weekday.pullRequestPushes * pullRequests.mirrored * perPush,
      main: weekday.mainPushes * pushes(this.main),
      nightly: (this.nightlyStarts.length / DAYS + weekday.dispatches) * pushes(this.nightly),
      release: weekday.releasePushes * pushes(this.release),
    };
  }
}

/** Runs with random numbers by name. First attempts are asked for again by each system that is simulated, so they are kept. */
class DrawnWorkload implements Workload {
  private readonly known = new Map<Run, (Draws | undefined)[]>();

  constructor(
    private readonly seed: string,
    readonly runs: readonly Run[],
  ) {}

  draws(run: Run, job: number, attempt: number): Draws {
    const template = run.template.jobs[job]!;
    const draw = (): Draws => this.fresh(`${run.key} ${template.id} ${attempt}`, (share) => minutesAt(template.duration, share));
    if (attempt > 0) return draw();
    let known = this.known.get(run);
    if (known === undefined) this.known.set(run, (known = []));
    return (known[job] ??= draw());
  }

  spare(name: string): Draws {
    return this.fresh(name, () => 0);
  }

  private fresh(name: string, minutes: (share: number) => number): Draws {
    const draw = stream(this.seed, name);
    return {
      minutes: minutes(draw()),
      nodeStart: draw(),
      nodeLifetime: draw(),
      runnerPull: draw(),
      runnerStart: draw(),
      runnerStop: draw(),
      imagePull: draw(),
      rerun: draw(),
    };
  }
}

function changesOf({ files }: Change): Changes {
  return { known: true, files: files.map((path): ChangedFile => ({ path, status: "modified" })) };
}

function runsOf(key: string, at: number, started: readonly StartedWorkflow[], pullRequest: number): Run[] {
  return started.map(({ file, template, superseded, coalesced }) => ({
    key: `${key} ${file}`,
    at,
    template,
    ...(superseded ? { group: `${file} ${pullRequest}` } : {}),
    ...(coalesced ? { line: file } : {}),
  }));
}

function pushes(started: readonly StartedWorkflow[]): number {
  return started.reduce((sum, each) => sum + each.pushes, 0);
}

/** Minutes from the first day to each start of the schedule. */
function startsOf(schedule: { readonly cron: string; readonly timezone: string }): number[] {
  const end = FIRST_DAY.getTime() + DAYS * HOURS_PER_DAY * MINUTES_PER_HOUR * 60_000;
  const mostStarts = (DAYS * HOURS_PER_DAY * MINUTES_PER_HOUR) / 5;
  const starts = startsWithin(schedule, FIRST_DAY, mostStarts);
  if (starts === undefined) throw new CapacityError(`the schedule ${JSON.stringify(schedule.cron)} cannot be read`);
  return starts.filter((start) => start.getTime() < end).map((start) => (start.getTime() - FIRST_DAY.getTime()) / 60_000);
}
