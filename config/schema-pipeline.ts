/** What a pipeline looks like, for values that come from config. Only shapes: what the values mean is coherence's to judge. */
import { z } from "zod";
import type { CudaVersion, Pipeline } from "../pipeline/model";

const text = z.string();
const texts = z.array(text);
const count = z.number();
const arch = z.enum(["amd64", "arm64"]);
const mode = z.enum(["pull-request", "post-merge", "nightly"]);
const trust = z.enum(["fork", "mirror", "protected"]);
const cuda = z.templateLiteral([z.number(), ".", z.number()]) as unknown as z.ZodType<CudaVersion>;

/** A value for each mode. */
function byMode<Value extends z.ZodType>(value: Value) {
  return z.strictObject({ "pull-request": value, "post-merge": value, nightly: value });
}

/** A value for some modes or architectures. */
function bySomeModes<Value extends z.ZodType>(value: Value) {
  return byMode(value).partial();
}
function bySomeArchitectures<Value extends z.ZodType>(value: Value) {
  return z.strictObject({ amd64: value, arm64: value }).partial();
}

const build = z.strictObject({ dockerfile: text, context: text, target: text, timeoutMinutes: byMode(count) });
const command = z.strictObject({ name: text, run: text, directory: text.optional() });

const repository = z.strictObject({
  owner: text,
  name: text,
  ownerId: count,
  repositoryId: count,
  defaultBranch: text,
  releaseBranches: text,
  mirrorBranchPrefix: text,
});

const framework = z.strictObject({ id: text, title: text, cuda: byMode(z.array(cuda)), architectures: z.array(arch), owns: texts, build });

const component = z.strictObject({
  id: text,
  title: text,
  architectures: z.array(arch),
  filter: text,
  build,
  checks: z.array(command),
  modes: z.array(mode),
});

const core = z.strictObject({
  id: text,
  filter: text,
  build,
  cuda,
  rust: z.array(command),
  pytest: z.array(z.strictObject({ name: text, markers: text })),
  runners: z.strictObject({ fork: text, mirror: text, protected: text }),
  timeoutMinutes: count,
});

const filter = z.strictObject({
  id: text,
  title: text,
  patterns: texts,
  concerns: z.enum(["backend", "rust", "component", "core", "everything", "none"]),
});

const suite = z.strictObject({
  id: text,
  kind: z.enum(["unit", "integration", "e2e"]),
  title: text,
  modes: z.array(mode),
  markers: bySomeModes(text),
  gpus: count,
  runners: bySomeArchitectures(text),
  collectOnly: bySomeArchitectures(text),
  timeoutMinutes: count,
});

const untested = z.strictObject({ images: text, modes: z.array(mode), architectures: z.array(arch), why: text });

const deployments = z.strictObject({
  tests: z.array(z.strictObject({ framework: text, profile: text, manifest: text, gpus: count })),
  modes: z.array(mode),
  runner: text,
  timeoutMinutes: count,
  operatorChart: text,
  operatorImage: text,
  model: text,
  namespacePrefix: text,
  expiryMinutes: count,
  quota: z.strictObject({ gpus: count, pods: count, cpu: count, memoryGiB: count }),
  maxParallel: count,
});

const runnerClass = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("hosted"), id: text, label: text, arch, trust: z.array(trust) }),
  z.strictObject({
    kind: z.literal("scale-set"),
    id: text,
    label: text,
    arch,
    trust: z.array(trust),
    runnerGroup: text,
    nodePool: text,
    pod: z.strictObject({ cpu: count, memoryGiB: count, gpus: count, storageGiB: count }),
    minRunners: count,
    maxRunners: count,
  }),
]);

const requiredCheck = z.strictObject({
  context: text,
  title: text,
  reporter: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("job"), workflow: text }),
    z.strictObject({ kind: z.literal("app"), slug: text }),
  ]),
  appId: count,
  reports: z.enum(["every-pull-request", "after-mirror"]),
});

const secret = z.strictObject({ name: text, title: text, environments: texts, optional: z.boolean() });

const environment = z.strictObject({
  name: text,
  branches: texts,
  reviewers: texts,
  waitMinutes: count,
  identity: z.enum(["pull-request-images", "main-images", "deployment-tests", "preview", "apply", "none"]),
});

const mergeQueue = z.strictObject({
  mergeMethod: z.enum(["MERGE", "SQUASH", "REBASE"]),
  groupingStrategy: z.enum(["ALLGREEN", "HEADGREEN"]),
  maxEntriesToBuild: count,
  minEntriesToMerge: count,
  maxEntriesToMerge: count,
  minEntriesToMergeWaitMinutes: count,
  checkResponseTimeoutMinutes: count,
  reportingApps: texts,
});

/** Schema of each field of a pipeline: the fields are config keys of their own. */
export const pipelineFields = {
  repository,
  frameworks: z.array(framework),
  components: z.array(component),
  core,
  filters: z.array(filter),
  suites: z.array(suite),
  untested: z.array(untested),
  deployments,
  runnerClasses: z.array(runnerClass),
  requiredChecks: z.array(requiredCheck),
  secrets: z.array(secret),
  environments: z.array(environment),
  tagPrefixes: byMode(text),
  releaseTagPrefix: text,
  schedule: z.strictObject({ cron: text, timezone: text }),
  mirrorBot: z.strictObject({ kind: z.enum(["copy-pr-bot", "workflow"]), vetters: texts, trustees: texts, syncDrafts: z.boolean(), appId: count }),
  mergeQueue: mergeQueue.optional(),
  defaultRunner: text,
  builders: z.strictObject({ amd64: text, arm64: text }),
  codeOwners: texts,
} satisfies { readonly [Field in keyof Pipeline]: z.ZodType<Pipeline[Field]> };
