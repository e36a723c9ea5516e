/** What a run was for and what a job did, by the pipeline that made their names. */
import { queuedPullRequest, refKind } from "../pipeline/events";
import { allImages } from "../pipeline/images";
import type { Mode, Pipeline } from "../pipeline/model";
import { WORKFLOW_FILES } from "../pipeline/select";
import { WORKFLOW_FOLDER } from "../workflows/names";
import { CORE_JOB, PLAN_JOB, frameworkDeployedBy } from "../workflows/legs";
import type { SourceJob, SourceRun } from "./source";
import type { JobWork, RunKind } from "./tables";

/** The part of a run's row that is derived. */
export interface RunClass {
  readonly kind: RunKind;
  readonly pull: number | null;
}

export interface JobClass {
  readonly work: JobWork;
  readonly runnerClass: string | null;
  readonly gpus: number;
  readonly image: string | null;
  readonly framework: string | null;
  readonly suite: string | null;
  readonly fault: string | null;
}

/** What an artifact's name says of the report in it. */
export interface ReportName {
  readonly image: string;
  readonly suite: string;
  readonly attempt: number;
}

export interface Classifier {
  run(run: SourceRun): RunClass;
  job(job: SourceJob): JobClass;
  /** Whether a run of a workflow file can leave reports. */
  hasReports(workflow: string): boolean;
  /** Undefined for an artifact that holds no report of the pipeline's own tests. */
  report(artifact: string): ReportName | undefined;
}

/** What GitHub says of a job whose machine failed it. Its own words, as its runner and its service write them (actions/runner, `src/Misc`; docs.github.com, "Monitoring and troubleshooting self-hosted runners"). */
export const MACHINE_FAULTS: Readonly<Record<string, RegExp>> = {
  "runner lost": /lost communication with the server|runner has received a shutdown signal/i,
  "not started": /was not acquired by Runner|failed to (?:create|start) (?:the )?job pod|back-?off starting workflow pod/i,
  pull: /ImagePullBackOff|ErrImagePull|failed to pull image/i,
  memory: /OOMKilled|out of memory/i,
  disk: /no space left on device/i,
};

/** The suite that the core container's reports are filed under. */
export const CORE_SUITE = "core";

/** @param pipeline names of jobs, labels and images are looked up in it: what it does not know is kept as "other" */
export function classifier(pipeline: Pipeline): Classifier {
  const images = new Map((Object.keys(pipeline.tagPrefixes) as Mode[]).flatMap((mode) => allImages(pipeline, mode)).map((image) => [image.id, image]));
  const suites = new Set(pipeline.suites.map(({ id }) => id));
  const classes = new Map(pipeline.runnerClasses.map((each) => [each.label, each]));
  const verdicts = new Set(pipeline.requiredChecks.map(({ context }) => context));
  const ofSuites = [...images.keys()].flatMap((image) => [...suites].map((suite) => ({ image, suite })));
  const reports = new Map<string, Omit<ReportName, "attempt">>([...ofSuites, { image: pipeline.core.id, suite: CORE_SUITE }].map((each) => [`${each.image}-${each.suite}`, each]));
  const withReports = new Set(Object.values(WORKFLOW_FILES).map((file) => `${WORKFLOW_FOLDER}/${file}`));

  function workOf(parts: readonly string[]): JobWork {
    const last = parts.at(-1) ?? "";
    if (parts.some((part) => frameworkDeployedBy(pipeline, part) !== undefined)) return "deploy";
    if (last === PLAN_JOB) return "plan";
    if (last === CORE_JOB) return "core";
    if (suites.has(last)) return "test";
    if (last === "build" || last === "publish") return last;
    return verdicts.has(last) || last.endsWith("-status") ? "verdict" : "other";
  }

  return {
    run: ({ event, branch, pull }) => {
      const ref = refKind(pipeline.repository, `refs/heads/${branch}`);
      const mirrored = ref === "mirror" ? Number(branch.slice(pipeline.repository.mirrorBranchPrefix.length)) : queuedPullRequest(pipeline.repository, `refs/heads/${branch}`);
      return { kind: kindOf(event, ref), pull: mirrored ?? pull ?? null };
    },
    job: ({ name, labels, annotations }) => {
      const parts = name.split(" / ");
      const image = parts.map((part) => images.get(part)).find((found) => found !== undefined);
      const deployed = parts.map((part) => frameworkDeployedBy(pipeline, part)).find((found) => found !== undefined);
      const runner = labels.map((label) => classes.get(label)).find((found) => found !== undefined);
      const work = workOf(parts);
      return {
        work,
        runnerClass: runner?.id ?? null,
        gpus: runner?.kind === "scale-set" ? runner.pod.gpus : 0,
        image: image?.id ?? (work === "core" ? pipeline.core.id : null),
        framework: deployed ?? (image?.subject.kind === "framework" ? image.subject.id : null),
        suite: work === "test" ? (parts.at(-1) ?? null) : null,
        fault: Object.entries(MACHINE_FAULTS).find(([, said]) => annotations.some((text) => said.test(text)))?.[0] ?? null,
      };
    },
    hasReports: (workflow) => withReports.has(workflow),
    report: (artifact) => {
      const [, name = "", attempt = ""] = /^(.*)-([1-9]\d{0,3})$/.exec(artifact) ?? [];
      const known = reports.get(name);
      return known === undefined ? undefined : { ...known, attempt: Number(attempt) };
    },
  };
}

function kindOf(event: string, ref: ReturnType<typeof refKind>): RunKind {
  if (event === "schedule") return "nightly";
  if (event === "pull_request" || event === "merge_group" || ref === "mirror" || ref === "queue") return "pull request";
  if (event === "push" && ref === "main") return "main";
  return event === "push" && ref === "release" ? "release" : "other";
}
