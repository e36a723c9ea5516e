import { isProps, show } from "../../kit/values";
import { workflowRule } from "./workflow-rule";

export const checkoutsWithoutCredentials = workflowRule({
  name: "checkouts-without-credentials",
  title: "Checkouts leave no token behind",
  severity: "medium",
  level: "mandatory",
  holds: "Every checkout sets persist-credentials to false.",
  why: "The token stays in .git/config, where a build script or an uploaded artifact takes it along.",
  fix: "Add `persist-credentials: false` to the checkout.",
  source: { title: "zizmor: artipacked", url: "https://docs.zizmor.sh/audits/#artipacked" },
  actions: true,
  *judge(workflow) {
    for (const job of workflow.jobs) {
      for (const step of job.steps.filter(({ uses }) => /^actions\/checkout@/.test(String(uses)))) {
        const kept = isProps(step["with"]) ? step["with"]["persist-credentials"] : undefined;
        if (kept !== false) yield { job, found: `persist-credentials ${show(kept)}`, wanted: "false" };
      }
    }
  },
});
