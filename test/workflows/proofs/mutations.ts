/** Single mistakes in the rendered files and in the pipeline, each with the proof that has to find it. */
import { parse, stringify } from "yaml";
import type { Pipeline } from "../../../pipeline/model";
import type { Gap } from "../../../workflows/gate/proofs/proofs";
import type { RenderedFile } from "../../../workflows/index";

/** A job as parsed YAML. */
export interface MutableJob {
  name?: string;
  needs?: string[];
  if?: string;
  "runs-on"?: string;
  environment?: string;
  strategy?: unknown;
  uses?: string;
  with?: Record<string, unknown>;
  outputs?: Record<string, string>;
  container?: unknown;
  "continue-on-error"?: boolean;
  steps?: { id?: string; name?: string; run?: string; env?: Record<string, string>; with?: Record<string, unknown> }[];
}

export interface MutableWorkflow {
  on: Record<string, unknown>;
  jobs: Record<string, MutableJob>;
}

export interface Mutation {
  readonly name: string;
  readonly proof: Gap["proof"];
  /** A part of what the proof says, so that it names the mistake and not something beside it. */
  readonly says: RegExp;
  /** Changes one file. */
  readonly file?: readonly [name: string, change: (workflow: MutableWorkflow) => void];
  /** Changes the pipeline that the files are judged by, but not the files. */
  readonly pipeline?: (pipeline: Pipeline) => Pipeline;
}

const PR = "pr.yaml";
const SUITE = "ci-test-suite.yml";
const CORE = "dynamo-status-check.yml";
const IMAGE = "image.yml";
const BACKEND = "backend-status-check";
const DIRECT = "dynamo-status-check";

const job = (workflow: MutableWorkflow, id: string): MutableJob => {
  const found = workflow.jobs[id];
  if (found === undefined) throw new Error(`no job ${id}; there are ${Object.keys(workflow.jobs).join(", ")}`);
  return found;
};
const step = (of: MutableJob, program: string): { run?: string; env?: Record<string, string> } => {
  const found = of.steps?.find(({ run }) => run?.includes(program));
  if (found === undefined) throw new Error(`no step runs ${program}`);
  return found;
};
const attestation = (of: MutableJob): Record<string, unknown> => {
  const found = of.steps?.find((each) => each.with?.["subject-digest"] !== undefined)?.with;
  if (found === undefined) throw new Error("no step attests a digest");
  return found;
};
const dropNeed = (id: string, need: string) => (workflow: MutableWorkflow) => {
  const of = job(workflow, id);
  if (!of.needs?.includes(need)) throw new Error(`${id} does not need ${need}`);
  of.needs = of.needs.filter((each) => each !== need);
};

export const mutations: readonly Mutation[] = [
  { name: "the backend verdict loses always()", proof: "sound", says: /merges although/, file: [PR, (w) => void delete job(w, BACKEND).if] },
  { name: "the direct verdict loses always()", proof: "sound", says: /merges although/, file: [CORE, (w) => void delete job(w, DIRECT).if] },
  { name: "the backend verdict runs unless cancelled", proof: "sound", says: /cancelled/, file: [PR, (w) => void (job(w, BACKEND).if = "!cancelled()")] },
  { name: "the direct verdict runs unless cancelled", proof: "sound", says: /cancelled/, file: [CORE, (w) => void (job(w, DIRECT).if = "${{ !cancelled() }}")] },
  { name: "the backend verdict runs on failure alone", proof: "sound", says: /merges although/, file: [PR, (w) => void (job(w, BACKEND).if = "always() && contains(needs.*.result, 'failure')")] },
  { name: "the backend verdict forgives its own failure", proof: "sound", says: /merges although/, file: [PR, (w) => void (job(w, BACKEND).if = "success()")] },
  { name: "the backend verdict does not wait for an image", proof: "reports", says: /backend-status-check failure/, file: [PR, dropNeed(BACKEND, "vllm-cuda13-amd64")] },
  { name: "the backend verdict does not wait for the core container", proof: "reports", says: /backend-status-check failure/, file: [PR, dropNeed(BACKEND, "core")] },
  { name: "the backend verdict does not wait for the plan", proof: "reports", says: /backend-status-check failure/, file: [PR, dropNeed(BACKEND, "plan")] },
  { name: "the direct verdict does not wait for the core container", proof: "reports", says: /dynamo-status-check failure/, file: [CORE, dropNeed(DIRECT, "core")] },
  { name: "the verdict is told that nothing was selected and hears of no result", proof: "sound", says: /merges although/, file: [PR, (w) => void Object.assign(step(job(w, BACKEND), "verdict.mjs").env!, { CI_JOBS: "[]", CI_NEEDS: '{"plan":{"result":"success"}}' })] },
  { name: "skipped is accepted: the verdict hears that every job was skipped and none selected", proof: "sound", says: /merges although/, file: [CORE, (w) => void Object.assign(step(job(w, DIRECT), "verdict.mjs").env!, { CI_JOBS: "[]", CI_NEEDS: '{"plan":{"result":"success"},"core":{"result":"skipped"}}' })] },
  { name: "the verdict reads results that are not there", proof: "reports", says: /backend-status-check failure/, file: [PR, (w) => void Object.assign(step(job(w, BACKEND), "verdict.mjs").env!, { CI_NEEDS: "${{ toJSON(needs.nothing) }}" })] },
  { name: "an image passes on error", proof: "sound", says: /merges although .*image\.yml|merges although .*build/, file: [IMAGE, (w) => void (job(w, "build")["continue-on-error"] = true)] },
  { name: "tests pass on error", proof: "sound", says: /merges although .*test/, file: [IMAGE, (w) => void (job(w, "test")["continue-on-error"] = true)] },
  { name: "the core container passes on error", proof: "sound", says: /merges although .*core/, file: [CORE, (w) => void (job(w, "core")["continue-on-error"] = true)] },
  { name: "an image's condition reads a job that it does not need", proof: "sound", says: /vllm-cuda13-amd64 is selected and ends skipped/, file: [PR, (w) => void (job(w, "vllm-cuda13-amd64").if = "needs.nobody.outputs.x == 'yes'")] },
  { name: "an image never runs", proof: "sound", says: /vllm-cuda13-amd64 is selected and ends skipped/, file: [PR, (w) => void (job(w, "vllm-cuda13-amd64").if = "false")] },
  { name: "the core container never runs", proof: "sound", says: /core is selected and ends skipped/, file: [CORE, (w) => void (job(w, "core").if = "false")] },
  { name: "an image job is gone", proof: "sound", says: /vllm-cuda13-amd64 is selected and ends nowhere/, file: [PR, (w) => { delete w.jobs["vllm-cuda13-amd64"]; job(w, BACKEND).needs = job(w, BACKEND).needs!.filter((id) => id !== "vllm-cuda13-amd64"); }] },
  { name: "the plan asks with another scope", proof: "reports", says: /backend-status-check failure/, file: [PR, (w) => void (step(job(w, "plan"), "plan.mjs").env!["CI_SCOPE"] = "direct")] },
  { name: "the plan's list of jobs does not reach the workflow", proof: "reports", says: /backend-status-check/, file: [PR, (w) => void delete job(w, "plan").outputs!["jobs"]] },
  { name: "the mirror branches no longer start the backend", proof: "reports", says: /backend-status-check never reports|backend-status-check not reported/, file: [PR, (w) => void (w.on["push"] = { branches: ["main"] })] },
  { name: "a path filter on the mirror branches", proof: "reports", says: /backend-status-check/, file: [PR, (w) => void Object.assign(w.on["push"] as object, { paths: ["lib/**"] })] },
  { name: "a path filter on pull requests", proof: "reports", says: /dynamo-status-check/, file: [CORE, (w) => void (w.on["pull_request"] = { paths: ["**/*.rs"] })] },
  { name: "documentation is left out of pre-commit", proof: "reports", says: /pre-commit/, file: ["pre-commit.yml", (w) => void (w.on["pull_request"] = { "paths-ignore": ["docs/**", "**/*.md"] })] },
  { name: "the copyright check starts on labels alone", proof: "reports", says: /copyright-checks/, file: ["copyright-checks.yml", (w) => void (w.on["pull_request"] = { types: ["labeled"] })] },
  { name: "pull requests against another branch alone", proof: "reports", says: /dynamo-status-check/, file: [CORE, (w) => void (w.on["pull_request"] = { branches: ["develop"] })] },
  { name: "the core container has a runner that nobody is", proof: "reports", says: /dynamo-status-check/, file: [CORE, (w) => void (job(w, "core")["runs-on"] = "prod-builder-v9")] },
  { name: "the verdict has a runner that nobody is", proof: "reports", says: /backend-status-check/, file: [PR, (w) => void (job(w, BACKEND)["runs-on"] = "ubuntu-18.04")] },
  { name: "an image is pushed from main's environment on a mirror branch", proof: "reports", says: /backend-status-check failure/, file: [PR, (w) => void (job(w, "vllm-cuda13-amd64").with!["environment"] = "main-images")] },
  { name: "the required job is renamed", proof: "alone", says: /nobody can report it/, file: [CORE, (w) => void (job(w, DIRECT).name = "core-status-check")] },
  { name: "the required job gets a matrix", proof: "reports", says: /dynamo-status-check/, file: [CORE, (w) => void (job(w, DIRECT).strategy = { matrix: { part: [1, 2] } })] },
  { name: "a second job of a required name", proof: "alone", says: /can report it/, file: [SUITE, (w) => void (job(w, "core").name = BACKEND)] },
  { name: "a job that could take any name", proof: "alone", says: /can report it/, file: [SUITE, (w) => void (job(w, "core").name = "${{ github.ref_name }}")] },
  { name: "a job that could take a required name's end", proof: "alone", says: /can report it/, file: [PR, (w) => void (job(w, "core").name = "pre-${{ github.actor }}")] },
  { name: "a GPU suite is only collected", proof: "covered", says: /is only collected/, file: [IMAGE, (w) => void (step(job(w, "test"), "python3 -m pytest").env!["COLLECT_ONLY"] = "always")] },
  { name: "the tests of an image never run", proof: "covered", says: /never runs/, file: [IMAGE, (w) => void (job(w, "test").if = "false")] },
  { name: "an image is built and its tests are left out", proof: "covered", says: /is planned for .* and never runs/, file: [PR, (w) => void (job(w, "vllm-cuda13-amd64").with!["tests"] = "[]")] },
  { name: "the operator's checks no longer run before its image", proof: "covered", says: /operator-amd64 is built, and neither tested nor excused/, file: [PR, dropNeed("operator-amd64", "operator-checks")] },
  { name: "a deployment does not wait for its image", proof: "covered", says: /deployments-vllm uses vllm-cuda13-amd64 without waiting for it/, file: [SUITE, (w) => { dropNeed("deployments-vllm", "vllm-cuda13-amd64")(w); job(w, "deployments-vllm").with!["image"] = "x"; }] },
  { name: "a deployment does not wait for the operator", proof: "covered", says: /deployments-vllm uses operator-amd64 without waiting for it/, file: [SUITE, (w) => { dropNeed("deployments-vllm", "operator-amd64")(w); job(w, "deployments-vllm").with!["operator"] = "x"; }] },
  { name: "a deployment waits for an image that it does not use", proof: "covered", says: /deployments-vllm waits for operator-arm64, which it does not use/, file: [SUITE, (w) => void job(w, "deployments-vllm").needs!.push("operator-arm64")] },
  { name: "a deployment waits for such an image by way of another job", proof: "covered", says: /deployments-vllm waits for operator-arm64, which it does not use/, file: [SUITE, (w) => void job(w, "vllm-cuda13-amd64").needs!.push("operator-arm64")] },
  { name: "a framework's graphs are those of no framework", proof: "covered", says: /deployments-vllm is planned and does not run|vllm-agg is planned and never deployed/, file: [SUITE, (w) => void (job(w, "deployments-vllm").strategy = { matrix: { include: "${{ fromJSON(needs.plan.outputs.deployments)['vlm'] }}" } })] },
  { name: "a deployment takes a tag that moves", proof: "covered", says: /vllm-agg deploys as its image "registry\/dynamo:main-vllm-amd64" and not what was built/, file: [SUITE, (w) => void (job(w, "deployments-vllm").with!["image"] = "registry/dynamo:main-vllm-amd64")] },
  { name: "a deployment is handed the framework as its operator", proof: "covered", says: /deploys as its operator .* and not what was built as operator-amd64/, file: [SUITE, (w) => void (job(w, "deployments-vllm").with!["operator"] = "${{ needs.vllm-cuda13-amd64.outputs.reference }}")] },
  { name: "tests run in a tag that moves", proof: "covered", says: /runs in another image than the one built as vllm-cuda13-amd64/, file: [IMAGE, (w) => void (job(w, "test").container = { image: "registry/dynamo:main-vllm-cuda13-amd64" })] },
  { name: "another digest is signed than the one that was built", proof: "covered", says: /signs another digest than the one built as/, file: ["image-publish.yml", (w) => void (attestation(job(w, "publish"))["subject-digest"] = "${{ inputs.tag }}")] },
  { name: "deployments can only skip", proof: "covered", says: /deployments-vllm is planned and does not run/, file: [SUITE, (w) => void (job(w, "deployments-vllm").if = "needs.elsewhere.outputs.deploy == 'true'")] },
  { name: "a job reads a secret that its environment does not hold", proof: "covered", says: /reads SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL/, file: [IMAGE, (w) => void (step(job(w, "test"), "python3 -m pytest").env!["EXTRA"] = "${{ secrets.SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL }}")] },
  { name: "the notification leaves its environment", proof: "covered", says: /notify reads SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL, which no environment/, file: [SUITE, (w) => void delete job(w, "notify").environment] },
  { name: "the nightly schedule is gone", proof: "covered", says: /starts no workflow/, file: [SUITE, (w) => void delete w.on["schedule"]] },
  { name: "release branches start nothing", proof: "covered", says: /starts no workflow/, file: [SUITE, (w) => void (w.on["push"] = { branches: ["main"] })] },
  { name: "a required check that nobody reports", proof: "alone", says: /nobody can report it/, pipeline: (p) => ({ ...p, requiredChecks: [...p.requiredChecks, { context: "docs-build", title: "", reporter: { kind: "job", workflow: "docs.yml" }, appId: 15368, reports: "every-pull-request" }] }) },
  { name: "a required check reported by another app than GitHub Actions", proof: "reports", says: /pre-commit not reported/, pipeline: (p) => ({ ...p, requiredChecks: [...p.requiredChecks].sort((a) => (a.context === "pre-commit" ? 1 : -1)).map((check) => (check.context === "pre-commit" ? { ...check, appId: 99 } : check)) }) },
  { name: "an environment closes to the mirror branches", proof: "reports", says: /backend-status-check failure/, pipeline: (p) => ({ ...p, environments: p.environments.map((each) => (each.name === "pull-request-images" ? { ...each, branches: ["main"] } : each)) }) },
  { name: "a framework without its job in the files", proof: "sound", says: /is selected and ends nowhere/, pipeline: (p) => ({ ...p, frameworks: [...p.frameworks, { ...p.frameworks[0]!, id: "newcomer" }] }) },
];

/** Mistakes that only a merge queue shows: on a pull request's own commit all is well. */
export const queueMutations: readonly Mutation[] = [
  { name: "the backend does not start on merge groups", proof: "reports", says: /backend-status-check never reports|backend-status-check not reported/, file: [PR, (w) => void delete w.on["merge_group"]] },
  { name: "the core container does not start on merge groups", proof: "reports", says: /dynamo-status-check not reported/, file: [CORE, (w) => void delete w.on["merge_group"]] },
  { name: "pre-commit starts on merge groups of another branch", proof: "reports", says: /pre-commit/, file: ["pre-commit.yml", (w) => void (w.on["merge_group"] = { branches: ["develop"] })] },
  { name: "the copyright check is left out in the queue", proof: "sound", says: /merges although .*copyright-checks/, file: ["copyright-checks.yml", (w) => void (job(w, "copyright-checks").if = "github.event_name != 'merge_group'")] },
  { name: "the verdict is skipped in the queue", proof: "sound", says: /merges although/, file: [PR, (w) => void (job(w, BACKEND).if = "always() && github.event_name == 'push'")] },
  { name: "the verdict does not look at the operator's checks", proof: "reports", says: /backend-status-check failure/, file: [PR, dropNeed(BACKEND, "operator-checks")] },
  { name: "the plan of the queue asks with another scope", proof: "reports", says: /backend-status-check failure/, file: [PR, (w) => void (step(job(w, "plan"), "plan.mjs").env!["CI_SCOPE"] = "${{ github.event_name == 'merge_group' && 'suite' || 'backend' }}")] },
  { name: "an image is built in the queue", proof: "reports", says: /backend-status-check failure/, file: [PR, (w) => void (job(w, "vllm-cuda13-amd64").if = "github.event_name == 'merge_group' || contains(fromJSON(needs.plan.outputs.jobs), 'vllm-cuda13-amd64')")] },
  { name: "a job of the queue names an environment", proof: "reports", says: /dynamo-status-check failure/, file: [CORE, (w) => void (job(w, "core").environment = "${{ github.event_name == 'merge_group' && 'pull-request-images' || '' }}")] },
  { name: "an app that does not report in the queue is required", proof: "reports", says: /cannot merge although nothing failed: DCO not reported/, pipeline: (p) => ({ ...p, mergeQueue: { ...p.mergeQueue!, reportingApps: [] } }) },
];

/** The files with one workflow changed. */
export function mutated(files: readonly RenderedFile[], { file }: Mutation): RenderedFile[] {
  if (file === undefined) return [...files];
  const [name, change] = file;
  let found = false;
  const result = files.map((each) => {
    if (each.path !== `.github/workflows/${name}`) return each;
    found = true;
    const workflow = parse(each.content) as MutableWorkflow;
    change(workflow);
    return { ...each, content: stringify(workflow) };
  });
  if (!found) throw new Error(`no file ${name}`);
  return result;
}
