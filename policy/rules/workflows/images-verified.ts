import { isProps, listed, texts } from "../../kit/values";
import { workflowRule, type WorkflowFinding } from "./workflow-rule";
import type { Job, Workflow } from "../../files/read";
import type { RuleConfig } from "../../kit/rule";

type Step = Job["steps"][number];

/** A script that asks a registry what stands under a name. */
const ASKS = /\bimagetools\s+inspect\b|\bmanifest\s+inspect\b|\bcrane\s+(digest|manifest)\b|\bskopeo\s+inspect\b/;
/** A script that gives an image a tag. */
const TAGS = /\bimagetools\s+create\b|\bcrane\s+(tag|copy|cp)\b|\bskopeo\s+copy\b|\bdocker\s+push\b/;
/** What a verification of an attestation has to name: the file that signed, who issued its certificate, and the ref that it ran on. */
const IDENTITY = ["--repo", "--cert-identity", "--cert-oidc-issuer", "--source-ref"];
/** What a record is known by: GitHub writes all of it. */
const RECORD = [".head_sha ==", ".head_branch ==", ".head_repository_id"];

export const imagesVerified = workflowRule({
  name: "images-verified",
  title: "An image is ours by its attestation, not by its name",
  severity: "critical",
  level: "mandatory",
  holds: "A script that asks a registry what stands under a tag verifies, before it believes that, who attested the digest (repository, signing workflow, issuer and ref), or who recorded it (commit, branch and repository of the run). A job that gives tags, unless it does so for pull requests alone, attests before that the digest in each registry that it tags in.",
  why: "ECR and ACR limit no push by tag. Where pull requests share main's repository, each of them can push any image under any tag, with any label.",
  fix: "Give `gh attestation verify` the repository, --cert-identity, --cert-oidc-issuer and --source-ref; attest with actions/attest and push-to-registry once a registry.",
  source: { title: "GitHub: verifying artifact attestations; gh attestation verify", url: "https://cli.github.com/manual/gh_attestation_verify" },
  config: { pullRequestEnvironments: { type: "array", items: { type: "string" }, default: ["pull-request-images"], description: "Environments whose images nobody takes for main's" } },
  *judge(workflow, config) {
    for (const job of workflow.jobs) {
      yield* believed(job);
      yield* signed(workflow, job, config);
    }
  },
});

function* believed(job: Job): Iterable<WorkflowFinding> {
  for (const step of job.steps) {
    const script = scriptOf(step);
    if (!ASKS.test(script)) continue;
    const attested = script.includes("gh attestation verify") && IDENTITY.every((option) => script.includes(option));
    const recorded = script.includes("/actions/artifacts?name=") && RECORD.every((part) => script.includes(part));
    if (!attested && !recorded) yield { job, found: `step ${nameOf(step)} believes what stands under a tag`, wanted: `gh attestation verify with ${listed(IDENTITY)}, or a run's record` };
  }
}

function* signed(workflow: Workflow, job: Job, config: RuleConfig): Iterable<WorkflowFinding> {
  const forPullRequests = texts(config["pullRequestEnvironments"]).map((name) => `inputs.environment == '${name}'`);
  for (const [index, step] of job.steps.entries()) {
    const condition = String(step["if"] ?? "");
    if (!TAGS.test(scriptOf(step)) || forPullRequests.some((part) => condition.startsWith(part))) continue;
    const images = imagesOf(step);
    const attested = job.steps.slice(0, index).flatMap(attests);
    const missing = images.filter((image) => !attested.includes(image));
    if (images.length === 0) yield { job, found: `step ${nameOf(step)} of ${workflow.path} tags what its environment does not name`, wanted: "variables that end in _IMAGE" };
    if (missing.length > 0) yield { job, found: `step ${nameOf(step)} tags in ${listed(missing)}, where nothing is attested before`, wanted: "actions/attest with push-to-registry for each" };
  }
}

/** Repositories in which a step tags: its variables that name images. */
function imagesOf({ env }: Step): readonly string[] {
  return Object.entries(isProps(env) ? env : {}).flatMap(([name, value]) => (name.endsWith("_IMAGE") ? [String(value)] : []));
}

/** The repository whose copy a step attests. */
function attests(step: Step): readonly string[] {
  const given = step["with"];
  if (!String(step["uses"]).startsWith("actions/attest@") || step["if"] !== undefined || step["continue-on-error"] !== undefined) return [];
  if (!isProps(given) || given["push-to-registry"] !== true || typeof given["subject-digest"] !== "string") return [];
  return [String(given["subject-name"])];
}

const scriptOf = (step: Step): string => (typeof step["run"] === "string" ? step["run"] : "");
const nameOf = (step: Step): string => JSON.stringify(step["name"] ?? "without a name");
