import { runs, valuesOf, type Run } from "../../files/calls";
import { placeOf, workflows, type Job, type Workflow } from "../../files/read";
import { stackRule } from "../../kit/rule";
import { isProps, listed, texts } from "../../kit/values";
import { labelsOf } from "../runners/runner-labels-resolve";
import { secretsOf } from "./secrets-in-environments";

export const forkJobsUntrusted = stackRule({
  name: "fork-jobs-untrusted",
  title: "Jobs that forks reach hold nothing",
  severity: "critical",
  level: "mandatory",
  holds: "A job that a pull request of a fork can start, or that one of those calls, runs on one of the configured isolated runners, reads no secret, names no environment, asks for no OIDC token and writes nothing; it calls only workflows that the stack delivers. The same holds of a job that a merge group can start, unless it names an environment: anybody with write access can push a branch that is called like a merge group's, and an environment's own branches keep it out.",
  why: "Everybody on the internet can put code into such a job.",
  fix: "Move what needs a runner, a secret or an identity to the workflow of the mirror branch, which a maintainer starts.",
  source: { title: "GitHub: secure use reference; OpenSSF Scorecard: Dangerous-Workflow", url: "https://docs.github.com/actions/reference/security/secure-use" },
  config: { runners: { type: "array", items: { type: "string" }, default: ["ubuntu-24.04", "ubuntu-24.04-arm"], description: "Labels of runners that may execute a fork's code" } },
  *judge(subjects, config) {
    const files = workflows(subjects);
    const isolated = texts(config["runners"]);
    const reached = runs(files, ({ on }) => started.some((event) => event in on));
    const queued = runs(files, ({ on }) => "merge_group" in on).filter(({ chain }) => chain.at(-1)!.value["environment"] === undefined);
    for (const { workflow, job } of once([...reached, ...queued])) {
      const holds = [...runnersOf(files, workflow, job, isolated), ...secretsOf(job).map((secret) => `secret ${secret}`), ...rightsOf(job)];
      if (holds.length > 0) yield { subject: workflow.subject, property: placeOf(workflow, job), found: listed(holds), wanted: `nothing, on ${listed(isolated)}` };
    }
  },
});

/** Events by which a fork's code runs. */
const started = ["pull_request", "pull_request_review", "pull_request_review_comment"];

interface Reached {
  readonly workflow: Workflow;
  readonly job: Job;
}

/** A job counts once, whichever ways lead to it. */
function once(reached: readonly Run[]): readonly Reached[] {
  const jobs = new Map(reached.map(({ workflow, chain }) => [chain.at(-1)!, workflow]));
  return [...jobs].map(([job, workflow]) => ({ workflow, job }));
}

/** Where the job runs, as far as it should not. */
function runnersOf(files: readonly Workflow[], workflow: Workflow, job: Job, isolated: readonly string[]): readonly string[] {
  if (job.value["uses"] !== undefined) return [`what ${String(job.value["uses"])} holds`];
  const labels = labelsOf(job).flatMap((label) => valuesOf(files, workflow, job, label));
  return labels.length === 0 ? ["no runner"] : labels.filter((label) => !isolated.includes(label)).map((label) => `runner ${label}`);
}

function rightsOf({ value }: Job): readonly string[] {
  const { environment, permissions } = value;
  const writes = Object.entries(isProps(permissions) ? permissions : {}).filter(([, access]) => access === "write").map(([scope]) => `${scope}: write`);
  return [...(environment === undefined ? [] : ["an environment"]), ...(permissions === "write-all" ? ["write-all"] : writes)];
}
