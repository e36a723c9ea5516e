import { isProps, listed, show, texts } from "../../kit/values";
import { workflowRule } from "./workflow-rule";

export const workflowLeastPermissions = workflowRule({
  name: "workflow-least-permissions",
  title: "Workflow tokens hold the least permissions",
  severity: "high",
  level: "mandatory",
  holds: "Every workflow starts from empty permissions, every job says what it needs, and a write scope is one of the configured ones.",
  why: "A job without permissions of its own inherits the repository's default, and an injected script acts with all of them.",
  fix: "Write `permissions: {}` at the top of the file and the scopes that a job needs on the job.",
  source: { title: "OpenSSF Scorecard: Token-Permissions", url: "https://github.com/ossf/scorecard/blob/main/docs/checks.md#token-permissions" },
  config: {
    writeScopes: {
      type: "array",
      items: { type: "string" },
      default: ["id-token", "attestations", "artifact-metadata"],
      description: "Scopes that a job may hold with write access",
    },
  },
  *judge(workflow, config) {
    const top = workflow.document["permissions"];
    if (!isProps(top) || Object.keys(top).length > 0) yield { found: `top-level permissions ${show(top)}`, wanted: "{}" };
    const writable = texts(config["writeScopes"]);
    for (const job of workflow.jobs) {
      const permissions = job.value["permissions"];
      if (!isProps(permissions)) {
        yield { job, found: `permissions ${show(permissions)}`, wanted: "a mapping of scopes" };
        continue;
      }
      const excess = Object.entries(permissions).filter(([scope, access]) => access === "write" && !writable.includes(scope)).map(([scope]) => scope);
      if (excess.length > 0) yield { job, found: `write access to ${listed(excess)}`, wanted: `write access to ${listed(writable)} at most` };
    }
  },
});
