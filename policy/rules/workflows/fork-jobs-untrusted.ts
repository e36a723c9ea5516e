import { stackRule } from "../../kit/rule";
import { isProps, listed, texts } from "../../kit/values";
import { workflows, type Job, type Workflow } from "../../files/read";
import { labelsOf } from "../runners/runner-labels-resolve";
import { secretsOf } from "./secrets-in-environments";

export const forkJobsUntrusted = stackRule({
  name: "fork-jobs-untrusted",
  title: "Jobs that forks reach hold nothing",
  severity: "critical",
  level: "mandatory",
  holds: "A job that a pull request of a fork can start runs on one of the configured isolated runners, reads no secret, names no environment, asks for no OIDC token and writes nothing.",
  why: "Everybody on the internet can put code into such a job.",
  fix: "Move what needs a runner, a secret or an identity to the workflow of the mirror branch, which a maintainer starts.",
  source: { title: "GitHub: secure use reference; OpenSSF Scorecard: Dangerous-Workflow", url: "https://docs.github.com/actions/reference/security/secure-use" },
  config: { runners: { type: "array", items: { type: "string" }, default: ["ubuntu-24.04", "ubuntu-24.04-arm"], description: "Labels of runners that may execute a fork's code" } },
  *judge(subjects, config) {
    const files = workflows(subjects);
    const isolated = texts(config["runners"]);
    for (const { workflow, job } of reachable(files)) {
      const labels = labelsOf(job).filter((label) => !isolated.includes(label));
      const permissions = isProps(job.value["permissions"]) ? job.value["permissions"] : {};
      const writes = Object.entries(permissions).filter(([, access]) => access === "write").map(([scope]) => scope);
      const holds = [
        ...labels.map((label) => `runner ${label}`),
        ...secretsOf(job).map((secret) => `secret ${secret}`),
        ...(job.value["environment"] === undefined ? [] : ["an environment"]),
        ...writes.map((scope) => `${scope}: write`),
      ];
      if (holds.length > 0) yield { subject: workflow.subject, property: `content of ${workflow.path}, job ${job.id}`, found: listed(holds), wanted: `nothing, on ${listed(isolated)}` };
    }
  },
});

interface Reached {
  readonly workflow: Workflow;
  readonly job: Job;
}

/** Jobs of workflows that `pull_request` starts, with those of the workflows that they call. A job that merely calls is judged by what it calls. */
function reachable(files: readonly Workflow[]): readonly Reached[] {
  const seen = new Set<string>();
  const visit = (workflow: Workflow): readonly Reached[] => {
    if (seen.has(workflow.path)) return [];
    seen.add(workflow.path);
    return workflow.jobs.flatMap((job) => {
      const uses = job.value["uses"];
      const called = typeof uses === "string" ? files.find(({ path }) => `./${path}` === uses) : undefined;
      return called === undefined ? [{ workflow, job }] : visit(called);
    });
  };
  return files.filter(({ on }) => "pull_request" in on).flatMap(visit);
}
