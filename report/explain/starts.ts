/** Which of the rendered workflows an event starts. They have only branch filters: no path filter can keep one from starting. */
import type { Pipeline } from "../../pipeline/model";
import type { PipelineEvent } from "../../pipeline/plan";
import { matcher } from "../../workflows/gate/glob";
import type { Triggers } from "../../workflows/syntax";

const BRANCH = "refs/heads/";

/** True when the event starts a workflow with these triggers. `schedule` is the nightly run, and no other clock's. */
export function starts(pipeline: Pipeline, triggers: Triggers, event: PipelineEvent): boolean {
  switch (event.name) {
    case "pull_request":
      return triggers.pull_request !== undefined;
    case "push":
      return triggers.push !== undefined && matches(triggers.push.branches, event.ref);
    case "schedule":
      return (triggers.schedule ?? []).some(({ cron, timezone }) => cron === pipeline.schedule.cron && timezone === pipeline.schedule.timezone);
    case "workflow_dispatch":
      return triggers.workflow_dispatch !== undefined;
    case "merge_group":
      return triggers.merge_group !== undefined;
  }
}

function matches(branches: readonly string[] | undefined, ref: string): boolean {
  if (!ref.startsWith(BRANCH)) return false;
  return branches === undefined || matcher(branches)(ref.slice(BRANCH.length));
}
