/** A coherent stack, the fixture's large one, and the facts of jobs that serve it. Tests break one thing of it. */
import type { JobFacts, ProvidedVariable } from "../../pipeline/jobs";
import type { MergeQueue, Pipeline } from "../../pipeline/model";
import type { CoherenceInput } from "../../pipeline/coherence";
import type { ChangedFile, Changes } from "../../pipeline/plan";
import { fixture, mergeQueueOf } from "../fixture";

export const { pipeline, infrastructure } = fixture("large");

/** A merge queue that is coherent with the fixture's pipeline, and a pipeline that has it. */
export const mergeQueue: MergeQueue = mergeQueueOf("large");
export const queued: Pipeline = { ...pipeline, mergeQueue };

/** A job with nothing in it, on the hosted runner. */
export function job(workflow: string, id: string, more: Partial<JobFacts> = {}): JobFacts {
  return {
    workflow,
    id,
    context: id,
    runsOn: ["ubuntu-24.04"],
    needs: [],
    readsNeeds: [],
    secrets: [],
    variables: [],
    trust: ["protected"],
    idToken: false,
    always: false,
    matrix: false,
    filtered: false,
    pushes: [],
    pulls: [],
    ...more,
  };
}

function imageJobs(workflow: string, trust: "mirror" | "protected"): JobFacts[] {
  const where = trust === "mirror" ? { environment: "vetted-images" } : { environments: ["trunk-images", "stable-images"] };
  const access = { trust: [trust], ...where, variables: ["ECR_REGISTRY"], secrets: ["HF_TOKEN"] } as const;
  return [
    job(workflow, "images", { runsOn: [], needs: ["plan"], readsNeeds: ["plan"], trust: [trust] }),
    job(workflow, "images / build-amd64", { ...access, secrets: [], runsOn: ["forge-amd-v3"], idToken: true, pushes: ["*"] }),
    job(workflow, "images / build-arm64", { ...access, secrets: [], runsOn: ["forge-arm-v3"], idToken: true, pushes: ["*"] }),
    ...["bench-gpu-v3", "bench-gpu-2-v3", "bench-arm-v3"].map((label) =>
      job(workflow, `images / ${label}`, {
        ...access,
        runsOn: [label],
        idToken: true,
        needs: ["images / build-amd64", "images / build-arm64"],
        pulls: ["alpha-amd64"],
      }),
    ),
  ];
}

export const jobs: readonly JobFacts[] = [
  job("tidy.yml", "tidy", { trust: ["fork"] }),
  job("licences.yml", "licences", { trust: ["fork"] }),
  job("dynamo-status-check.yml", "plan", { trust: ["fork"] }),
  job("dynamo-status-check.yml", "core", { trust: ["fork"], needs: ["plan"], readsNeeds: ["plan"] }),
  job("dynamo-status-check.yml", "core-gate", {
    trust: ["fork"],
    needs: ["plan", "core"],
    readsNeeds: ["plan", "core"],
    always: true,
  }),
  job("pr.yaml", "plan", { trust: ["mirror"] }),
  ...imageJobs("pr.yaml", "mirror"),
  job("pr.yaml", "images-gate", { trust: ["mirror"], needs: ["plan", "images"], readsNeeds: ["plan", "images"], always: true }),
  job("ci-test-suite.yml", "plan"),
  ...imageJobs("ci-test-suite.yml", "protected"),
  job("ci-test-suite.yml", "deployments-alpha", {
    runsOn: ["launcher-v3"],
    needs: ["plan", "images"],
    environment: "launches",
    secrets: ["HF_TOKEN"],
    variables: ["AKS_API_SERVER"],
    idToken: true,
    pulls: ["alpha-amd64", "manager-amd64"],
  }),
  job("ci-test-suite.yml", "notify", {
    needs: ["deployments-alpha"],
    environment: "bulletin",
    secrets: ["SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL"],
    always: true,
  }),
];

export const variables: readonly ProvidedVariable[] = [
  { name: "ECR_REGISTRY", environment: "vetted-images" },
  { name: "ECR_REGISTRY", environment: "trunk-images" },
  { name: "ECR_REGISTRY", environment: "stable-images" },
  { name: "AKS_API_SERVER", environment: "launches" },
];

/** Asked on a day of its own: support of versions ends by the calendar. */
export const coherent: CoherenceInput = { pipeline, infrastructure, jobs, variables, today: "2026-11-30" };

/** A list with one element changed. */
export function changed<Value extends object>(
  values: readonly Value[],
  wanted: (value: Value) => boolean,
  change: Partial<Value>,
): Value[] {
  if (!values.some(wanted)) throw new Error("Nothing to change: the fixture has no such element.");
  return values.map((value) => (wanted(value) ? { ...value, ...change } : value));
}

/** Modified files. */
export function files(...paths: readonly string[]): Changes {
  return { known: true, files: paths.map((path): ChangedFile => ({ path, status: "modified" })) };
}
