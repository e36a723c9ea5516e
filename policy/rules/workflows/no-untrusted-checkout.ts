import { isProps } from "../../kit/values";
import { workflowRule } from "./workflow-rule";

/** Events that run in the default branch's context, with its secrets, for something that a stranger caused. */
const privileged = ["pull_request_target", "workflow_run", "issue_comment"];

export const noUntrustedCheckout = workflowRule({
  name: "no-untrusted-checkout",
  title: "No privileged job checks out a pull request",
  severity: "critical",
  level: "mandatory",
  holds: "A workflow that pull_request_target, workflow_run or issue_comment starts checks out no ref but its own, and nothing allows unsafe checkouts.",
  why: "Such a workflow runs with the default branch's secrets and a writing token: code of a pull request in it owns the repository.",
  fix: "Start on pull_request or on the mirror branch instead, or read the pull request through the API without running its code.",
  source: { title: "OpenSSF Scorecard: Dangerous-Workflow", url: "https://github.com/ossf/scorecard/blob/main/docs/checks.md#dangerous-workflow" },
  *judge(workflow) {
    const events = privileged.filter((event) => event in workflow.on);
    for (const job of workflow.jobs) {
      for (const step of job.steps) {
        const options = isProps(step["with"]) ? step["with"] : {};
        if (options["allow-unsafe-pr-checkout"] !== undefined) yield { job, found: "allow-unsafe-pr-checkout", wanted: "a checkout without it" };
        if (events.length === 0 || !/^actions\/checkout@/.test(String(step["uses"]))) continue;
        const chosen = ["ref", "repository"].find((key) => options[key] !== undefined);
        if (chosen !== undefined) yield { job, found: `checkout with ${chosen} on ${events.join(", ")}`, wanted: "the default branch's own commit" };
      }
    }
  },
});
