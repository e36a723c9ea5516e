/**
 * The change in the system's own terms: for every topic a change of config that is told, and another that is told otherwise or not at all, so that
 * each sentence is seen to follow what it is about. What is the same in another order is no change, and what has another name is renamed.
 */
import { plainSentence, type ConfigSide, type ReadConfig } from "../../../report/preview";
import { TOPICS, type Topic } from "../../../report/preview/model";
import { eventsOf, reportOf } from "./support";
import { comparison, sideWith, toldOf, type Edit } from "./system.support";

jest.setTimeout(60_000);

const before = sideWith();

type Change = readonly Edit[] | ((side: ConfigSide) => ConfigSide);
interface Example {
  readonly change: Change;
  readonly says: string;
  readonly other: Change;
  /** What is said of the other change in the first one's place; undefined where it says nothing of the topic. */
  readonly thenSays?: string;
}

const cuda = (...versions: string[]): Edit[] => [[["frameworks"], { vllm: { cuda: { "pull-request": versions } } }]];
const runners = (id: string, more: object): Edit[] => [[["runnerClasses"], { [id]: more }]];
const pool = (field: string, value: unknown): Edit[] => [[["runners", "cluster", "nodePools", "gpu1", field], value]];
const subjects = (purpose: string, ...all: string[]) => (side: ConfigSide): ConfigSide => ({ ...side, trust: side.trust.map((identity) => (identity.purpose === purpose ? { ...identity, subjects: all } : identity)) });
const pipeline = (change: Partial<ConfigSide["pipeline"]>) => (side: ConfigSide): ConfigSide => ({ ...side, pipeline: { ...side.pipeline, ...change } });
const nightlyAt = (cron: string): Change => pipeline({ schedule: { ...before.pipeline.schedule, cron } });
const deployments = (maxParallel: number): Change => pipeline({ deployments: { ...before.pipeline.deployments, maxParallel } });
const secret = (environments: readonly string[]): Change => pipeline({ secrets: before.pipeline.secrets.map((each) => (each.name === "HF_TOKEN" ? { ...each, environments } : each)) });
const file = (content: string) => (side: ConfigSide): ConfigSide => ({ ...side, files: side.files.map((each) => (each.path === ".github/CODEOWNERS" ? { ...each, content } : each)) });

const EXAMPLES: Readonly<Record<Topic, readonly Example[]>> = {
  "required-checks": [{ change: [[["requiredChecks"], { DCO: null }]], says: "The required check DCO is removed.", other: [] }],
  reviews: [{ change: [[["github", "requiredReviews"], 2]], says: "A pull request needs 2 approving reviews instead of 1.", other: [[["github", "requiredReviews"], 3]], thenSays: "A pull request needs 3 approving reviews instead of 1." }],
  "build-matrix": [
    { change: cuda("13.0"), says: "The framework vllm is built with CUDA 13.0 instead of 12.9, 13.0 on pull requests.", other: cuda("12.9"), thenSays: "The framework vllm is built with CUDA 12.9 instead of 12.9, 13.0 on pull requests." },
    { change: cuda("13.0"), says: "At most 12 images are built on pull requests instead of 14: gone: vllm-amd64, vllm-arm64.", other: cuda("12.9"), thenSays: "At most 12 images are built on pull requests instead of 14: gone: vllm-cuda13-amd64, vllm-cuda13-arm64." },
  ],
  tags: [{ change: cuda("13.0"), says: "12 tags are pushed on pull requests instead of 14: gone: {sha}-vllm-amd64, {sha}-vllm-arm64.", other: cuda("12.9"), thenSays: "12 tags are pushed on pull requests instead of 14: gone: {sha}-vllm-cuda13-amd64, {sha}-vllm-cuda13-arm64." }],
  "watched-paths": [
    {
      change: [[["filters"], { core: { patterns: ["scripts/**", "recipes/**"] } }]],
      says: "A change of recipes/** now matches the path filter core, which builds the core container.",
      other: [[["filters"], { core: { patterns: ["recipes/**"] } }]],
      thenSays: "A change of recipes/** now matches the path filter core, which builds the core container; one of scripts/** no longer does.",
    },
  ],
  suites: [{ change: [[["suites"], { e2e: null }]], says: "The test suite e2e is removed.", other: [[["suites"], { integration: null }]], thenSays: "The test suite integration is removed." }],
  "deployment-tests": [{ change: deployments(2), says: "MaxParallel of deployment tests becomes 2 instead of 1.", other: deployments(3), thenSays: "MaxParallel of deployment tests becomes 3 instead of 1." }],
  "runner-classes": [
    { change: runners("builder-amd64", { maxRunners: 8 }), says: "The runner class builder-amd64 has at most 8 runners instead of 16.", other: runners("builder-amd64", { maxRunners: 9 }), thenSays: "The runner class builder-amd64 has at most 9 runners instead of 16." },
    { change: runners("builder-amd64", { label: "prod-builder-amd-v2" }), says: "Jobs of the runner class builder-amd64 ask for prod-builder-amd-v2 instead of prod-builder-amd-v1.", other: runners("builder-arm64", { label: "prod-builder-arm-v2" }), thenSays: "Jobs of the runner class builder-arm64 ask for prod-builder-arm-v2 instead of prod-builder-arm-v1." },
  ],
  gpus: [{ change: pool("maxCount", 20), says: "At most 46 A100 GPUs are up at once instead of 42.", other: pool("maxCount", 17), thenSays: "At most 43 A100 GPUs are up at once instead of 42." }],
  "node-pools": [{ change: pool("maxCount", 20), says: "The node pool dynamo-runners/gpu1 grows to 20 nodes instead of 16.", other: pool("maxCount", 17), thenSays: "The node pool dynamo-runners/gpu1 grows to 17 nodes instead of 16." }],
  clusters: [{ change: [[["runners", "cluster", "kubernetesVersion"], "1.35"]], says: "The cluster dynamo-runners runs Kubernetes 1.35 instead of 1.34.", other: [[["deploymentCluster", "kubernetesVersion"], "1.35"]], thenSays: "The cluster dynamo-deployment-tests runs Kubernetes 1.35 instead of 1.34." }],
  registries: [{ change: [[["registries", "retention", "nightlyCount"], 90]], says: "The registries' retention.nightlyCount becomes 90 instead of 60.", other: [[["registries", "retention", "mainCount"], 90]], thenSays: "The registries' retention.mainCount becomes 90 instead of 60." }],
  schedule: [{ change: nightlyAt("0 1 * * *"), says: "The nightly run starts at 0 1 * * * America/Los_Angeles instead of 0 0 * * * America/Los_Angeles.", other: nightlyAt("0 2 * * *"), thenSays: "The nightly run starts at 0 2 * * * America/Los_Angeles instead of 0 0 * * * America/Los_Angeles." }],
  environments: [{ change: [[["github", "applyReviewers"], []]], says: "The list of teams that review jobs of the environment prod-apply no longer has dynamo-ops.", other: [] }],
  trust: [
    {
      change: subjects("apply", "repo:ai-dynamo/gpu-cicd:environment:prod-apply", "repo:ai-dynamo/gpu-cicd:environment:prod-preview"),
      says: "The list of jobs that can take the identity apply has repo:ai-dynamo/gpu-cicd:environment:prod-preview as well.",
      other: subjects("apply", "repo:ai-dynamo/gpu-cicd:environment:prod-apply", "repo:ai-dynamo/other:environment:prod-apply"),
      thenSays: "The list of jobs that can take the identity apply has repo:ai-dynamo/other:environment:prod-apply as well.",
    },
  ],
  secrets: [{ change: secret(["main-images"]), says: "The list of environments that hold the secret HF_TOKEN no longer has pull-request-images, deployment-tests.", other: secret(["main-images", "deployment-tests"]), thenSays: "The list of environments that hold the secret HF_TOKEN no longer has pull-request-images." }],
  "workflow-files": [{ change: file("a\n"), says: "The file .github/CODEOWNERS changes: 1 line added, 6 removed.", other: file("a\nb\n"), thenSays: "The file .github/CODEOWNERS changes: 2 lines added, 6 removed." }],
  settings: [{ change: [[["tags", "owner"], "somebody"]], says: "The setting tags.owner becomes somebody instead of dynamo-ops.", other: [[["tags", "owner"], "nobody"]], thenSays: "The setting tags.owner becomes nobody instead of dynamo-ops." }],
};

const sideOf = (change: Change): ConfigSide => (typeof change === "function" ? change(before) : sideWith(...change));
const told = (topic: Topic, change: Change): string[] => toldOf(comparison(before, sideOf(change))).filter((line) => line.startsWith(`${topic}: `)).map((line) => line.slice(topic.length + 2));
const table = TOPICS.flatMap((topic) => EXAMPLES[topic].map((example, index) => ({ topic, index, ...example })));

test.each(table)("$topic, $index: the sentence follows the config", ({ topic, change, says, other, thenSays }) => {
  expect(told(topic, change)).toContain(says);
  const instead = told(topic, other);
  expect(instead).not.toContain(says);
  if (thenSays === undefined) expect(instead).toEqual([]);
  else expect(instead).toContain(thenSays);
});

test.each(table)("$topic, $index: every value of a sentence is a fact of its statement", ({ change }) => {
  const { system } = comparison(before, sideOf(change));
  if (!system.known) throw new Error("the configs were not compared");
  for (const { facts, subject, sentence } of system.topics.flatMap(({ changes }) => changes)) {
    const known = JSON.stringify([facts, subject]);
    for (const part of sentence) if ("value" in part && !/^\d+$/.test(part.value)) for (const value of part.value.split(", ")) expect(known).toContain(JSON.stringify(value.replace(/\.\.\.$/, "")).slice(1, -1));
  }
});

test("the summary counts what changes, by topic", () => {
  const { system } = comparison(before, sideWith(...cuda("13.0")));
  const summary = (section: typeof system): string => (section.known ? plainSentence(section.summary.sentence) : "");
  expect(summary(system)).toMatch(/^\d+ things change: Build matrix, Tags, Test suites, Files of the repository\.$/);
  expect(summary(comparison(before, before).system)).toBe("The two configs say the same.");
});

describe("what is the same in another order", () => {
  const reversed = <Item>(list: readonly Item[]): Item[] => [...list].reverse();
  const { pipeline: own } = before;
  test.each<[string, (side: ConfigSide) => ConfigSide]>([
    ["CUDA versions", pipeline({ frameworks: own.frameworks.map((framework) => ({ ...framework, cuda: { ...framework.cuda, nightly: reversed(framework.cuda.nightly), "pull-request": reversed(framework.cuda["pull-request"]) } })) })],
    ["frameworks", pipeline({ frameworks: reversed(own.frameworks) })],
    ["required checks", pipeline({ requiredChecks: reversed(own.requiredChecks) })],
    ["suites", pipeline({ suites: reversed(own.suites) })],
    ["runner classes", pipeline({ runnerClasses: reversed(own.runnerClasses) })],
    ["secrets and where they are", pipeline({ secrets: reversed(own.secrets).map((each) => ({ ...each, environments: reversed(each.environments) })) })],
    ["identities and their subjects", (side) => ({ ...side, trust: reversed(side.trust).map((identity) => ({ ...identity, subjects: reversed(identity.subjects) })) })],
    ["files", (side) => ({ ...side, files: reversed(side.files) })],
  ])("%s: no change", (_, change) => {
    expect(toldOf(comparison(before, change(before)))).toEqual([]);
  });
});

test("a name that changes is a renaming, not a removal and an addition", () => {
  const { runnerClasses } = before.pipeline;
  const renamed = pipeline({ runnerClasses: runnerClasses.map((each) => (each.id === "builder-arm64" ? { ...each, id: "builder-graviton" } : each)) });
  const lines = toldOf(comparison(before, renamed(before)));
  expect(lines).toContain("runner-classes: The runner class builder-arm64 is renamed to builder-graviton.");
  expect(lines.filter((line) => line.includes("is removed") || line.includes("is added"))).toEqual([]);
});

test("patterns of which one takes away what another gives are told when their order changes", () => {
  const patterns = (...own: string[]) => pipeline({ filters: before.pipeline.filters.map((filter) => (filter.id === "core" ? { ...filter, patterns: own } : filter)) });
  const [one, other] = [patterns("lib/**", "!lib/docs/**")(before), patterns("!lib/docs/**", "lib/**")(before)];
  expect(toldOf(comparison(one, other))).toEqual(["watched-paths: The patterns of the path filter core have another order; the last match wins."]);
});

test("configs that cannot be compared say why, and the reason follows the cause", () => {
  const why = (one: ReadConfig, other: ReadConfig): string => {
    const { system } = reportOf(eventsOf([]), { before: one, after: other });
    return system.known ? "" : plainSentence(system.why.sentence);
  };
  expect(why(undefined, before)).toBe("No base was given, so that there is no config to compare with.");
  expect(why({ ref: { name: "main" }, error: "no such key" }, before)).toBe("The config of the base cannot be read: no such key");
  expect(why(before, { ref: { name: "change" }, error: "another" })).toBe("The config as it will be cannot be read: another");
});
