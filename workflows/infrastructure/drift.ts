/** Every night: looks for what was changed behind the stacks' back, and keeps one issue a stack about it. */
import { BASH, type StepsJob, type Workflow } from "../syntax";
import { previewEnvironment } from "./environments";
import * as steps from "./steps";

/** Looks for drift of every stack. @param schedule when, beside a start by hand */
export function driftWorkflow(schedule: { readonly cron: string; readonly timezone: string }): Workflow {
  return {
    name: "Infrastructure drift",
    on: { schedule: [schedule], workflow_dispatch: {} },
    permissions: {},
    concurrency: { group: "infrastructure-drift", "cancel-in-progress": false },
    defaults: BASH,
    jobs: { stacks: steps.stacksJob(1, { every: true }), look: lookJob(), tell: steps.tellJob(steps.fetchReports, "tell-drift", "reports") },
  };
}

function lookJob(): StepsJob {
  return {
    name: `look (${steps.STACK.name})`,
    needs: ["stacks"],
    strategy: steps.eachStack,
    "runs-on": steps.STACK.runner,
    environment: previewEnvironment(steps.STACK.name),
    permissions: { contents: "read", "id-token": "write" },
    "timeout-minutes": 45,
    steps: [
      steps.checkoutWithHistory(1),
      ...steps.install,
      ...steps.engine,
      steps.command("Preview with a refresh", "report --cloud real", { ...steps.fromVariables("stack"), drift: true }, steps.engineEnvironment),
      steps.keepReport,
    ],
  };
}
