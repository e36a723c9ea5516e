import type { Job } from "../../files/read";
import { at, isProps } from "../../kit/values";
import { workflowRule } from "./workflow-rule";

export const actionsPinned = workflowRule({
  name: "actions-pinned",
  title: "Actions are pinned to a commit",
  severity: "high",
  level: "mandatory",
  holds: "Every action and every reusable workflow of another repository is pinned to a full commit SHA, and every container of a job to a digest, or to one that a job before it hands on.",
  why: "A tag can be moved: whoever takes over an action's repository then runs code with the job's token and secrets.",
  fix: "Replace the tag by the 40-digit SHA of the release, with the version in a comment.",
  source: { title: "GitHub: secure use reference; OpenSSF Scorecard: Pinned-Dependencies", url: "https://docs.github.com/actions/reference/security/secure-use" },
  actions: true,
  *judge(workflow) {
    for (const job of workflow.jobs) {
      for (const uses of references(job)) {
        if (!isPinned(uses)) yield { job, found: uses, wanted: "a full commit SHA, or a digest for a container" };
      }
      for (const image of images(job)) {
        if (!isDigest(image)) yield { job, found: `image ${image}`, wanted: "an image by its digest" };
      }
    }
  },
});

function references(job: Job): readonly string[] {
  return [job.value["uses"], ...job.steps.map((step) => step["uses"])].filter((uses): uses is string => typeof uses === "string");
}

/** Local actions and workflows come with the commit that uses them. */
function isPinned(uses: string): boolean {
  if (uses.startsWith("./")) return true;
  return uses.startsWith("docker://") ? isDigest(uses) : /@[0-9a-f]{40}$/.test(uses);
}

/** Images of the containers in which and beside which the job runs. */
function images({ value }: Job): readonly string[] {
  const services = isProps(value["services"]) ? Object.values(value["services"]) : [];
  return [value["container"], ...services].map((container) => (typeof container === "string" ? container : at(container, "image"))).filter((image) => image !== undefined).map(String);
}

const output = String.raw`needs\.[\w-]+\.outputs\.[\w-]+`;
const handedOn = new RegExp(String.raw`^\$\{\{\s*(?:[^|&]+&&\s*${output}\s*\|\|\s*)?${output}\s*\}\}$`);

/**
 * What a job before it pushed and handed on cannot be seen here; a job can only know it after the push. A service that starts under a condition has a
 * digest or nothing: whatever stands before the last `&&`, without `||` the expression yields one of the two. So it is with a choice of two that a job
 * before handed on.
 */
function isDigest(image: string): boolean {
  return /^(?!\$\{\{).*@sha256:[0-9a-f]{64}$/.test(image) || /^\$\{\{[^|]+&& '[^'|]+@sha256:[0-9a-f]{64}' \|\| '' \}\}$/.test(image) || handedOn.test(image);
}
