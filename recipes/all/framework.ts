import type { StackInput } from "../../config/read";
import { publishedImages } from "../../pipeline/images";
import { weaken, type Mutation } from "../../policy/mutations/mutation";
import { entryIn } from "../edits";
import type { Recipe } from "../recipe";

const ID = "lmdeploy";
const PURGE = "Task registries-acr-purge";
const LIFECYCLE = "LifecyclePolicy registries-images-lifecycle";

/** A purge by age of the framework's images under a movable prefix, such as `main-`, which keeps none. */
function purges(repository: string, prefix: string): readonly Mutation[] {
  return weaken("acr-purge-keeps-newest", PURGE, "step encodedTaskContent steps 0 cmd", `acr purge --filter '${repository}:^${prefix}${ID}-.*' --ago 14d`);
}

type LifecycleRule = Readonly<Record<string, unknown>>;

/** The same in ECR: a rule by age before all others. */
function expires(prefix: string): readonly Mutation[] {
  const selection = { tagStatus: "tagged", tagPatternList: [`${prefix}${ID}-*`], countType: "sinceImagePushed", countUnit: "days", countNumber: 14 };
  const first = { rulePriority: 1, description: `${ID} by age`, selection, action: { type: "expire" } };
  const before = (rules: readonly LifecycleRule[]): readonly LifecycleRule[] => [first, ...rules.map((rule, index) => ({ ...rule, rulePriority: index + 2 }))];
  return weaken("newest-images-kept", LIFECYCLE, "policy rules", before);
}

/** Fewer images of main kept than one run tags with the framework, though as many as one tagged without it: the newest of some is deleted. */
function keepsTooFew({ pipeline }: StackInput): readonly Mutation[] {
  const count = publishedImages(pipeline, "post-merge").length - 1;
  const pattern = `${pipeline.tagPrefixes["post-merge"]}*`;
  const kept = (all: readonly LifecycleRule[]): readonly LifecycleRule[] =>
    all.map((rule) => {
      const selection = rule["selection"] as { readonly tagPatternList?: readonly string[] };
      return selection.tagPatternList?.includes(pattern) === true ? { ...rule, selection: { ...selection, countNumber: count } } : rule;
    });
  return weaken("newest-images-kept", LIFECYCLE, "policy rules", Object.assign(kept, { toString: () => `the rules with ${count} images of ${pattern} kept` }));
}

/** The whole framework: how it is built and tested follows. Whether it is deployed does not. */
const entry = entryIn("frameworks", `${ID}:`, "  title: LMDeploy", '  cuda: ["12.9", "13.0"]', `  owns: [container/Dockerfile.${ID}, "components/src/dynamo/${ID}/**"]`, "  build: { args: { CUDA_VERSION: \"{cuda}\" } }");

export const framework: Recipe = {
  name: "framework",
  task: "a fourth framework",
  edits: [entry, entryIn(["deployments", "tests"], `${ID}/agg: { manifest: examples/backends/${ID}/deploy/agg.yaml, gpus: 1 }`)],
  refused: [{ what: "neither deployed by a test nor excused", edits: [entry], findings: [`gpu-cicd:frameworks.${ID}`] }],
  harms: [
    {
      what: "a purge of its newest main or nightly image from the Azure registry",
      byEntry: true,
      mutations: ({ pipeline, infrastructure: { registries } }) => (["post-merge", "nightly"] as const).flatMap((mode) => purges(registries.repository, pipeline.tagPrefixes[mode])),
    },
    { what: "images kept in ECR that were enough without it", byEntry: true, mutations: keepsTooFew },
    {
      what: "a lifecycle rule that expires its newest main or nightly image in ECR",
      // That policy protects every movable tag, whoever's it is.
      byEntry: false,
      mutations: ({ pipeline }) => (["post-merge", "nightly"] as const).flatMap((mode) => expires(pipeline.tagPrefixes[mode])),
    },
  ],
  tests: [],
};
