/** Single mistakes in the rendered files and in the pipeline, each with the proof that has to find it. */
import { parse, stringify } from "yaml";
import type { Pipeline, RunCheck } from "../../../pipeline/model";
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
  steps?: { id?: string; name?: string; run?: string; env?: Record<string, string>; with?: Record<string, unknown>; "continue-on-error"?: unknown }[];
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
const BACKEND = "images-gate";
const DIRECT = "core-gate";

const job = (workflow: MutableWorkflow, id: string): MutableJob => {
  const found = workflow.jobs[id];
  if (found === undefined) throw new Error(`no job ${id}; there are ${Object.keys(workflow.jobs).join(", ")}`);
  return found;
};
const step = (of: MutableJob, program: string): { run?: string; env?: Record<string, string>; "continue-on-error"?: unknown } => {
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
  { name: "the backend verdict does not wait for an image", proof: "reports", says: /images-gate failure/, file: [PR, dropNeed(BACKEND, "alpha-cuda13-amd64")] },
  { name: "the backend verdict does not wait for the plan", proof: "reports", says: /images-gate failure/, file: [PR, dropNeed(BACKEND, "plan")] },
  { name: "the direct verdict does not wait for the core container", proof: "reports", says: /core-gate failure/, file: [CORE, dropNeed(DIRECT, "core")] },
  { name: "the verdict is told that nothing was selected and hears of no result", proof: "sound", says: /merges although/, file: [PR, (w) => void Object.assign(step(job(w, BACKEND), "verdict.mjs").env!, { CI_JOBS: "[]", CI_NEEDS: '{"plan":{"result":"success"}}' })] },
  { name: "skipped is accepted: the verdict hears that every job was skipped and none selected", proof: "sound", says: /merges although/, file: [CORE, (w) => void Object.assign(step(job(w, DIRECT), "verdict.mjs").env!, { CI_JOBS: "[]", CI_NEEDS: '{"plan":{"result":"success"},"core":{"result":"skipped"}}' })] },
  { name: "the verdict reads results that are not there", proof: "reports", says: /images-gate failure/, file: [PR, (w) => void Object.assign(step(job(w, BACKEND), "verdict.mjs").env!, { CI_NEEDS: "${{ toJSON(needs.nothing) }}" })] },
  { name: "an image passes on error", proof: "sound", says: /merges although .*image\.yml|merges although .*build/, file: [IMAGE, (w) => void (job(w, "build")["continue-on-error"] = true)] },
  { name: "tests pass on error", proof: "sound", says: /merges although .*test/, file: [IMAGE, (w) => void (job(w, "test")["continue-on-error"] = true)] },
  { name: "the core container passes on error", proof: "sound", says: /merges although .*core/, file: [CORE, (w) => void (job(w, "core")["continue-on-error"] = true)] },
  { name: "the required job passes on error", proof: "sound", says: /passes on error/, file: [CORE, (w) => void (job(w, DIRECT)["continue-on-error"] = true)] },
  { name: "the judging step passes on error", proof: "sound", says: /passes on error/, file: [PR, (w) => void (step(job(w, BACKEND), "verdict.mjs")["continue-on-error"] = true)] },
  { name: "the judging step passes on an error that an expression forgives", proof: "sound", says: /passes on error/, file: [PR, (w) => void (step(job(w, BACKEND), "verdict.mjs")["continue-on-error"] = "${{ github.actor == 'a' }}")] },
  { name: "an image's condition reads a job that it does not need", proof: "sound", says: /alpha-cuda13-amd64 is selected and ends skipped/, file: [PR, (w) => void (job(w, "alpha-cuda13-amd64").if = "needs.nobody.outputs.x == 'yes'")] },
  { name: "an image never runs", proof: "sound", says: /alpha-cuda13-amd64 is selected and ends skipped/, file: [PR, (w) => void (job(w, "alpha-cuda13-amd64").if = "false")] },
  { name: "the core container never runs", proof: "sound", says: /core is selected and ends skipped/, file: [CORE, (w) => void (job(w, "core").if = "false")] },
  { name: "an image job is gone", proof: "sound", says: /alpha-cuda13-amd64 is selected and ends nowhere/, file: [PR, (w) => { delete w.jobs["alpha-cuda13-amd64"]; job(w, BACKEND).needs = job(w, BACKEND).needs!.filter((id) => id !== "alpha-cuda13-amd64"); }] },
  { name: "the plan asks with another scope", proof: "reports", says: /images-gate failure/, file: [PR, (w) => void (step(job(w, "plan"), "plan.mjs").env!["CI_SCOPE"] = "direct")] },
  { name: "the plan's list of jobs does not reach the workflow", proof: "reports", says: /images-gate/, file: [PR, (w) => void delete job(w, "plan").outputs!["jobs"]] },
  { name: "the mirror branches no longer start the backend", proof: "reports", says: /images-gate never reports|images-gate not reported/, file: [PR, (w) => void (w.on["push"] = { branches: ["trunk"] })] },
  { name: "a path filter on the mirror branches", proof: "reports", says: /images-gate/, file: [PR, (w) => void Object.assign(w.on["push"] as object, { paths: ["lib/**"] })] },
  { name: "a path filter on pull requests", proof: "reports", says: /core-gate/, file: [CORE, (w) => void (w.on["pull_request"] = { paths: ["**/*.rs"] })] },
  { name: "documentation is left out of tidy", proof: "reports", says: /tidy/, file: ["tidy.yml", (w) => void (w.on["pull_request"] = { "paths-ignore": ["docs/**", "**/*.md"] })] },
  { name: "the copyright check starts on labels alone", proof: "reports", says: /licences/, file: ["licences.yml", (w) => void (w.on["pull_request"] = { types: ["labeled"] })] },
  { name: "pull requests against another branch alone", proof: "reports", says: /core-gate/, file: [CORE, (w) => void (w.on["pull_request"] = { branches: ["develop"] })] },
  { name: "the core container has a runner that nobody is", proof: "reports", says: /core-gate/, file: [CORE, (w) => void (job(w, "core")["runs-on"] = "prod-builder-v9")] },
  { name: "the verdict has a runner that nobody is", proof: "reports", says: /images-gate/, file: [PR, (w) => void (job(w, BACKEND)["runs-on"] = "ubuntu-18.04")] },
  { name: "an image is pushed from main's environment on a mirror branch", proof: "reports", says: /images-gate failure/, file: [PR, (w) => void (job(w, "alpha-cuda13-amd64").with!["environment"] = "trunk-images")] },
  { name: "the required job is renamed", proof: "alone", says: /nobody can report it/, file: [CORE, (w) => void (job(w, DIRECT).name = "core-status-check")] },
  { name: "the required job gets a matrix", proof: "reports", says: /core-gate/, file: [CORE, (w) => void (job(w, DIRECT).strategy = { matrix: { part: [1, 2] } })] },
  { name: "a second job of a required name", proof: "alone", says: /can report it/, file: [SUITE, (w) => void (job(w, "core").name = BACKEND)] },
  { name: "a job that could take any name", proof: "alone", says: /can report it/, file: [SUITE, (w) => void (job(w, "core").name = "${{ github.ref_name }}")] },
  { name: "a job that could take a required name's end", proof: "alone", says: /can report it/, file: [PR, (w) => void (job(w, "plan").name = "l${{ github.actor }}")] },
  { name: "a GPU suite is only collected", proof: "covered", says: /is only collected/, file: [IMAGE, (w) => void (step(job(w, "test"), "python3 -m pytest").env!["COLLECT_ONLY"] = "always")] },
  { name: "the tests of an image never run", proof: "covered", says: /never runs/, file: [IMAGE, (w) => void (job(w, "test").if = "false")] },
  { name: "an image is built and its tests are left out", proof: "covered", says: /is planned for .* and never runs/, file: [PR, (w) => void (job(w, "alpha-cuda13-amd64").with!["tests"] = "[]")] },
  { name: "the operator's checks no longer run before its image", proof: "covered", says: /manager-amd64 is built, and neither tested nor excused/, file: [PR, dropNeed("manager-amd64", "manager-checks")] },
  { name: "a deployment does not wait for its image", proof: "covered", says: /deployments-alpha uses alpha-cuda13-amd64 without waiting for it/, file: [SUITE, (w) => { dropNeed("deployments-alpha", "alpha-cuda13-amd64")(w); job(w, "deployments-alpha").with!["image"] = "x"; }] },
  { name: "a deployment does not wait for the operator", proof: "covered", says: /deployments-alpha uses manager-amd64 without waiting for it/, file: [SUITE, (w) => { dropNeed("deployments-alpha", "manager-amd64")(w); job(w, "deployments-alpha").with!["operator"] = "x"; }] },
  { name: "a deployment waits for an image that it does not use", proof: "covered", says: /deployments-alpha waits for manager-arm64, which it does not use/, file: [SUITE, (w) => void job(w, "deployments-alpha").needs!.push("manager-arm64")] },
  { name: "a deployment waits for such an image by way of another job", proof: "covered", says: /deployments-alpha waits for manager-arm64, which it does not use/, file: [SUITE, (w) => void job(w, "alpha-cuda13-amd64").needs!.push("manager-arm64")] },
  { name: "a framework's graphs are those of no framework", proof: "covered", says: /deployments-alpha is planned and does not run|alpha-solo is planned and never deployed/, file: [SUITE, (w) => void (job(w, "deployments-alpha").strategy = { matrix: { include: "${{ fromJSON(needs.plan.outputs.deployments)['vlm'] }}" } })] },
  { name: "a deployment takes a tag that moves", proof: "covered", says: /alpha-solo deploys as its image "registry\/dynamo:trunk-alpha-amd64" and not what was built/, file: [SUITE, (w) => void (job(w, "deployments-alpha").with!["image"] = "registry/dynamo:trunk-alpha-amd64")] },
  { name: "a deployment is handed the framework as its operator", proof: "covered", says: /deploys as its operator .* and not what was built as manager-amd64/, file: [SUITE, (w) => void (job(w, "deployments-alpha").with!["operator"] = "${{ needs.alpha-cuda13-amd64.outputs.reference }}")] },
  { name: "tests run in a tag that moves", proof: "covered", says: /runs in another image than the one built as alpha-cuda13-amd64/, file: [IMAGE, (w) => void (job(w, "test").container = { image: "registry/dynamo:trunk-alpha-cuda13-amd64" })] },
  { name: "another digest is signed than the one that was built", proof: "covered", says: /signs another digest than the one built as/, file: ["image-publish.yml", (w) => void (attestation(job(w, "publish"))["subject-digest"] = "${{ inputs.tag }}")] },
  { name: "deployments can only skip", proof: "covered", says: /deployments-alpha is planned and does not run/, file: [SUITE, (w) => void (job(w, "deployments-alpha").if = "needs.elsewhere.outputs.deploy == 'true'")] },
  { name: "a job reads a secret that its environment does not hold", proof: "covered", says: /reads SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL/, file: [IMAGE, (w) => void (step(job(w, "test"), "python3 -m pytest").env!["EXTRA"] = "${{ secrets.SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL }}")] },
  { name: "the notification leaves its environment", proof: "covered", says: /notify reads SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL, which no environment/, file: [SUITE, (w) => void delete job(w, "notify").environment] },
  { name: "the nightly schedule is gone", proof: "covered", says: /starts no workflow/, file: [SUITE, (w) => void delete w.on["schedule"]] },
  { name: "release branches start nothing", proof: "covered", says: /starts no workflow/, file: [SUITE, (w) => void (w.on["push"] = { branches: ["trunk"] })] },
  { name: "a required check that nobody reports", proof: "alone", says: /nobody can report it/, pipeline: (p) => ({ ...p, requiredChecks: [...p.requiredChecks, { ...(p.requiredChecks[0] as RunCheck), context: "docs-build" }] }) },
  { name: "a job of ours has the name of an app's check", proof: "alone", says: /tidy\.yml tidy can report it/, pipeline: (p) => ({ ...p, requiredChecks: p.requiredChecks.map((check) => (check.context === "tidy" ? { kind: "app", context: check.context, title: check.title, failure: check.failure, fix: check.fix, slug: "elsewhere", appId: 99 } : check)) }) },
  { name: "an environment closes to the mirror branches", proof: "reports", says: /images-gate failure/, pipeline: (p) => ({ ...p, environments: p.environments.map((each) => (each.name === "vetted-images" ? { ...each, branches: ["trunk"] } : each)) }) },
  { name: "a framework without its job in the files", proof: "sound", says: /is selected and ends nowhere/, pipeline: (p) => ({ ...p, frameworks: [...p.frameworks, { ...p.frameworks[0]!, id: "newcomer" }] }) },
];

/** Mistakes that only a merge queue shows: on a pull request's own commit all is well. */
export const queueMutations: readonly Mutation[] = [
  { name: "the backend does not start on merge groups", proof: "reports", says: /images-gate never reports|images-gate not reported/, file: [PR, (w) => void delete w.on["merge_group"]] },
  { name: "the core container does not start on merge groups", proof: "reports", says: /core-gate not reported/, file: [CORE, (w) => void delete w.on["merge_group"]] },
  { name: "tidy starts on merge groups of another branch", proof: "reports", says: /tidy/, file: ["tidy.yml", (w) => void (w.on["merge_group"] = { branches: ["develop"] })] },
  { name: "the copyright check is left out in the queue", proof: "sound", says: /merges although .*licences\.yml/, file: ["licences.yml", (w) => void (job(w, "licences").if = "github.event_name != 'merge_group'")] },
  { name: "the verdict is skipped in the queue", proof: "sound", says: /merges although/, file: [PR, (w) => void (job(w, BACKEND).if = "always() && github.event_name == 'push'")] },
  { name: "the verdict does not look at the operator's checks", proof: "reports", says: /images-gate failure/, file: [PR, dropNeed(BACKEND, "manager-checks")] },
  { name: "the plan of the queue asks with another scope", proof: "reports", says: /images-gate failure/, file: [PR, (w) => void (step(job(w, "plan"), "plan.mjs").env!["CI_SCOPE"] = "${{ github.event_name == 'merge_group' && 'suite' || 'backend' }}")] },
  { name: "an image is built in the queue", proof: "reports", says: /images-gate failure/, file: [PR, (w) => void (job(w, "alpha-cuda13-amd64").if = "github.event_name == 'merge_group' || contains(fromJSON(needs.plan.outputs.jobs), 'alpha-cuda13-amd64')")] },
  { name: "a job of the queue names an environment", proof: "reports", says: /core-gate failure/, file: [CORE, (w) => void (job(w, "core").environment = "${{ github.event_name == 'merge_group' && 'pull-request-images' || '' }}")] },
  { name: "an app that does not report in the queue is required", proof: "reports", says: /cannot merge although nothing failed: sign-off not reported/, pipeline: (p) => ({ ...p, mergeQueue: { ...p.mergeQueue!, reportingApps: [] } }) },
];

const VERDICTS = "verdicts.yml";
const seen = (workflow: MutableWorkflow): { workflows: string[]; types?: string[]; branches?: string[] } => workflow.on["workflow_run"] as { workflows: string[] };

/** Mistakes by which the app never hears of what it is to report. */
export const verdictMutations: readonly Mutation[] = [
  { name: "the app does not hear of the core container's workflow", proof: "reports", says: /core-gate not reported/, file: [VERDICTS, (w) => void (seen(w).workflows = seen(w).workflows.filter((name) => name !== "Core container"))] },
  { name: "the app hears of runs by a name that no workflow has", proof: "reports", says: /images-gate not reported/, file: [VERDICTS, (w) => void (seen(w).workflows = seen(w).workflows.map((name) => name.toLowerCase()))] },
  { name: "the app does not hear of runs that ended", proof: "reports", says: /not reported/, file: [VERDICTS, (w) => void (seen(w).types = ["requested"])] },
  { name: "the app hears of main's runs alone", proof: "reports", says: /not reported/, file: [VERDICTS, (w) => void (seen(w).branches = ["trunk"])] },
  { name: "the app's job leaves mirrors out", proof: "reports", says: /images-gate not reported/, file: [VERDICTS, (w) => void (job(w, "report").if = "github.event.workflow_run.event != 'push'")] },
  { name: "the app's job is in an environment that main may not enter", proof: "reports", says: /not reported/, file: [VERDICTS, (w) => void (job(w, "report").environment = "pull-request-images")] },
  { name: "a job that nobody looked at passes as skipped", proof: "reports", says: /tidy failure|tidy skipped/, file: ["tidy.yml", (w) => void (job(w, "tidy").if = "false")] },
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
