import { at, listed, texts } from "../../kit/values";
import { workflowRule } from "./workflow-rule";

/** Activity types by which a commit, a base or an open state comes to a pull request. */
const NEEDED = ["opened", "synchronize", "reopened", "edited"];

export const baseChangesSeen = workflowRule({
  name: "base-changes-seen",
  title: "Checks run again when a pull request's base changes",
  severity: "high",
  level: "mandatory",
  holds: "A workflow that pull requests start names the activity type `edited` beside the three that GitHub takes by default.",
  why: "Checks belong to the commit. Whoever opened a pull request can let it pass against a branch of his own and then change its base to main; GitHub tells that only by `edited`, which it leaves out by default.",
  fix: "Write on.pull_request.types with opened, synchronize, reopened and edited.",
  source: { title: "GitHub: events that trigger workflows, pull_request", url: "https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#pull_request" },
  *judge(workflow) {
    if (!("pull_request" in workflow.on)) return;
    const types = texts(at(workflow.on["pull_request"], "types"));
    const missing = NEEDED.filter((type) => !types.includes(type));
    if (missing.length > 0) yield { found: `on pull_request, without ${listed(missing)}`, wanted: listed(NEEDED) };
  },
});
