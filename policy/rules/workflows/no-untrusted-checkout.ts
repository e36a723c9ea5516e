import { runs } from "../../files/calls";
import { placeOf, workflows } from "../../files/read";
import { stackRule } from "../../kit/rule";
import { isProps } from "../../kit/values";

/** Events that run in the default branch's context, with its secrets, for something that a stranger caused. */
const privileged = ["pull_request_target", "workflow_run", "issue_comment", "issues", "discussion", "discussion_comment"];

/** Commands that bring in code of a pull request. */
const fetching = /\bgh\s+pr\s+checkout\b|\bgit\s+(clone|fetch|pull)\b|\brefs\/pull\/|\bpull\/[^\s/]+\/(head|merge)\b/;

export const noUntrustedCheckout = stackRule({
  name: "no-untrusted-checkout",
  title: "No privileged job checks out a pull request",
  severity: "critical",
  level: "mandatory",
  holds:
    "A job that pull_request_target, workflow_run, a comment or an issue starts, also one of a workflow that is called from there, checks out no ref but its own and fetches no other, and nothing allows unsafe checkouts.",
  why: "Such a workflow runs with the default branch's secrets and a writing token: code of a pull request in it owns the repository.",
  fix: "Start on pull_request or on the mirror branch instead, or read the pull request through the API without running its code.",
  source: { title: "OpenSSF Scorecard: Dangerous-Workflow", url: "https://github.com/ossf/scorecard/blob/main/docs/checks.md#dangerous-workflow" },
  *judge(subjects) {
    const files = workflows(subjects);
    const reached = runs(files, ({ on }) => privileged.some((event) => event in on));
    for (const workflow of files) {
      for (const job of workflow.jobs) {
        const events = reached.filter(({ chain }) => chain.includes(job)).flatMap(({ root }) => privileged.filter((event) => event in root.on));
        for (const step of job.steps) {
          for (const { found, wanted } of judgeStep(step, [...new Set(events)])) yield { subject: workflow.subject, property: placeOf(workflow, job), found, wanted };
        }
      }
    }
  },
});

function* judgeStep(step: Readonly<Record<string, unknown>>, events: readonly string[]): Iterable<{ readonly found: string; readonly wanted: string }> {
  const options = isProps(step["with"]) ? step["with"] : {};
  if (options["allow-unsafe-pr-checkout"] !== undefined) yield { found: "allow-unsafe-pr-checkout", wanted: "a checkout without it" };
  if (events.length === 0) return;
  const chosen = /^actions\/checkout@/.test(String(step["uses"])) ? ["ref", "repository"].find((key) => options[key] !== undefined) : undefined;
  if (chosen !== undefined) yield { found: `checkout with ${chosen} on ${events.join(", ")}`, wanted: "the default branch's own commit" };
  const command = fetching.exec(String(step["run"]));
  if (command !== null) yield { found: `${command[0]} on ${events.join(", ")}`, wanted: "the default branch's own commit" };
}
