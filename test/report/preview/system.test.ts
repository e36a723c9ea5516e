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

const cuda = (...versions: string[]): Edit[] => [[["frameworks"], { alpha: { cuda: { "pull-request": versions } } }]];
const runners = (id: string, more: object): Edit[] => [[["runnerClasses"], { [id]: more }]];
const noted = (title: string): object => ({ title, run: "make notes", fix: "Write it." });
const pool = (field: string, value: unknown): Edit[] => [[["runners", "cluster", "nodePools", "gone", field], value]];
const subjects = (purpose: string, ...all: string[]) => (side: ConfigSide): ConfigSide => ({ ...side, trust: side.trust.map((identity) => (identity.purpose === purpose ? { ...identity, subjects: all } : identity)) });
const pipeline = (change: Partial<ConfigSide["pipeline"]>) => (side: ConfigSide): ConfigSide => ({ ...side, pipeline: { ...side.pipeline, ...change } });
const nightlyAt = (cron: string): Change => pipeline({ schedule: { ...before.pipeline.schedule, cron } });
const deployments = (maxParallel: number): Change => pipeline({ deployments: { ...before.pipeline.deployments, maxParallel } });
const secret = (environments: readonly string[]): Change => pipeline({ secrets: before.pipeline.secrets.map((each) => (each.name === "HF_TOKEN" ? { ...each, environments } : each)) });
const file = (content: string) => (side: ConfigSide): ConfigSide => ({ ...side, files: side.files.map((each) => (each.path === ".github/CODEOWNERS" ? { ...each, content } : each)) });

const EXAMPLES: Readonly<Record<Topic, readonly Example[]>> = {
  "required-checks": [
    { change: [[["requiredChecks"], { "sign-off": null }]], says: "The required check sign-off is removed.", other: [] },
    {
      change: [[["requiredChecks"], { "image-notes": noted("Reads the notes of {frameworks}") }]],
      says: "The required check image-notes is added: Reads the notes of Alpha, Beta, Gamma-X, reported by image-notes.yml.",
      other: [[["frameworks"], { beta: { title: "B" } }], [["requiredChecks"], { "image-notes": noted("Reads the notes of {frameworks}") }]],
      thenSays: "The required check image-notes is added: Reads the notes of Alpha, B, Gamma-X, reported by image-notes.yml.",
    },
    {
      change: [[["requiredChecks"], { "images-gate": { title: "Builds {frameworks}" } }]],
      says: "Title of the required check images-gate becomes Builds Alpha, Beta, Gamma-X instead of Builds and tests the engines.",
      other: [[["requiredChecks"], { "images-gate": { title: "Builds all" } }]],
      thenSays: "Title of the required check images-gate becomes Builds all instead of Builds and tests the engines.",
    },
  ],
  reviews: [{ change: [[["github", "requiredReviews"], 3]], says: "A pull request needs 3 approving reviews instead of 2.", other: [[["github", "requiredReviews"], 4]], thenSays: "A pull request needs 4 approving reviews instead of 2." }],
  "build-matrix": [
    { change: cuda("13.1"), says: "The framework alpha is built with CUDA 13.1 instead of 12.8, 13.1 on pull requests.", other: cuda("12.8"), thenSays: "The framework alpha is built with CUDA 12.8 instead of 12.8, 13.1 on pull requests." },
    { change: cuda("13.1"), says: "At most 8 images are built on pull requests instead of 10: gone: alpha-amd64, alpha-arm64.", other: cuda("12.8"), thenSays: "At most 8 images are built on pull requests instead of 10: gone: alpha-cuda13-amd64, alpha-cuda13-arm64." },
  ],
  tags: [{ change: cuda("13.1"), says: "8 tags are pushed on pull requests instead of 10: gone: {sha}-alpha-amd64, {sha}-alpha-arm64.", other: cuda("12.8"), thenSays: "8 tags are pushed on pull requests instead of 10: gone: {sha}-alpha-cuda13-amd64, {sha}-alpha-cuda13-arm64." }],
  "watched-paths": [
    {
      change: [[["filters"], { scripts: { patterns: ["tools/**", "recipes/**"] } }]],
      says: "A change of recipes/** now matches the path filter scripts, which builds the core container.",
      other: [[["filters"], { scripts: { patterns: ["recipes/**"] } }]],
      thenSays: "A change of recipes/** now matches the path filter scripts, which builds the core container; one of tools/** no longer does.",
    },
  ],
  suites: [{ change: [[["suites"], { whole: null }]], says: "The test suite whole is removed.", other: [[["suites"], { joint: null }]], thenSays: "The test suite joint is removed." }],
  "deployment-tests": [{ change: deployments(2), says: "MaxParallel of deployment tests becomes 2 instead of 1.", other: deployments(3), thenSays: "MaxParallel of deployment tests becomes 3 instead of 1." }],
  "runner-classes": [
    { change: runners("forge-amd", { maxRunners: 8 }), says: "The runner class forge-amd has at most 8 runners instead of 9.", other: runners("forge-amd", { maxRunners: 7 }), thenSays: "The runner class forge-amd has at most 7 runners instead of 9." },
    { change: runners("forge-amd", { label: "forge-amd-v4" }), says: "Jobs of the runner class forge-amd ask for forge-amd-v4 instead of forge-amd-v3.", other: runners("forge-arm", { label: "forge-arm-v4" }), thenSays: "Jobs of the runner class forge-arm ask for forge-arm-v4 instead of forge-arm-v3." },
  ],
  gpus: [{ change: pool("maxCount", 12), says: "At most 23 A100 GPUs are up at once instead of 19.", other: pool("maxCount", 9), thenSays: "At most 20 A100 GPUs are up at once instead of 19." }],
  "node-pools": [{ change: pool("maxCount", 12), says: "The node pool orbit-runners/gone grows to 12 nodes instead of 8.", other: pool("maxCount", 9), thenSays: "The node pool orbit-runners/gone grows to 9 nodes instead of 8." }],
  budget: [
    {
      change: [[["budget"], { maxGpus: 60, maxHourly: 150 }]],
      says: "The budget allows 60 GPUs instead of 24.",
      other: [[["budget"], { maxGpus: 24, maxHourly: 250 }]],
      thenSays: "The budget allows 250.00 USD an hour instead of 150.00 USD.",
    },
    {
      change: [...pool("maxCount", 24), [["budget"], { maxGpus: 60, maxHourly: 260 }]],
      says: "All node pools at their maxima have 35 GPUs: more than the 24 of the budget before this change.",
      other: [...pool("maxCount", 25), [["budget"], { maxGpus: 60, maxHourly: 260 }]],
      thenSays: "All node pools at their maxima have 36 GPUs: more than the 24 of the budget before this change.",
    },
  ],
  clusters: [{ change: [[["runners", "cluster", "kubernetesVersion"], "1.35"]], says: "The cluster orbit-runners runs Kubernetes 1.35 instead of 1.36.", other: [[["deploymentCluster", "kubernetesVersion"], "1.35"]], thenSays: "The cluster orbit-launches runs Kubernetes 1.35 instead of 1.36." }],
  registries: [{ change: [[["registries", "retention", "nightlyCount"], 90]], says: "The registries' retention.nightlyCount becomes 90 instead of 30.", other: [[["registries", "retention", "mainCount"], 90]], thenSays: "The registries' retention.mainCount becomes 90 instead of 40." }],
  schedule: [{ change: nightlyAt("0 1 * * *"), says: "The nightly run starts at 0 1 * * * Europe/Berlin instead of 30 2 * * * Europe/Berlin.", other: nightlyAt("0 2 * * *"), thenSays: "The nightly run starts at 0 2 * * * Europe/Berlin instead of 30 2 * * * Europe/Berlin." }],
  environments: [{ change: [[["github", "applyReviewers"], []]], says: "The list of teams that review jobs of the environment large-apply no longer has orbit-ops.", other: [] }],
  trust: [
    {
      change: subjects("apply", "repo:orbit-lab/engine-infra:environment:large-apply", "repo:orbit-lab/engine-infra:environment:large-preview"),
      says: "The list of jobs that can take the identity apply has repo:orbit-lab/engine-infra:environment:large-preview as well.",
      other: subjects("apply", "repo:orbit-lab/engine-infra:environment:large-apply", "repo:orbit-lab/other:environment:large-apply"),
      thenSays: "The list of jobs that can take the identity apply has repo:orbit-lab/other:environment:large-apply as well.",
    },
  ],
  secrets: [{ change: secret(["trunk-images"]), says: "The list of environments that hold the secret HF_TOKEN no longer has vetted-images, launches, stable-images.", other: secret(["trunk-images", "launches", "stable-images"]), thenSays: "The list of environments that hold the secret HF_TOKEN no longer has vetted-images." }],
  "workflow-files": [{ change: file("a\n"), says: "The file .github/CODEOWNERS changes: 1 line added, 6 removed.", other: file("a\nb\n"), thenSays: "The file .github/CODEOWNERS changes: 2 lines added, 6 removed." }],
  settings: [{ change: [[["tags", "owner"], "somebody"]], says: "The setting tags.owner becomes somebody instead of orbit-ops.", other: [[["tags", "owner"], "nobody"]], thenSays: "The setting tags.owner becomes nobody instead of orbit-ops." }],
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
  const { system } = comparison(before, sideWith(...cuda("13.1")));
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
  const renamed = pipeline({ runnerClasses: runnerClasses.map((each) => (each.id === "forge-arm" ? { ...each, id: "builder-graviton" } : each)) });
  const lines = toldOf(comparison(before, renamed(before)));
  expect(lines).toContain("runner-classes: The runner class forge-arm is renamed to builder-graviton.");
  expect(lines.filter((line) => line.includes("is removed") || line.includes("is added"))).toEqual([]);
});

test("patterns of which one takes away what another gives are told when their order changes", () => {
  const patterns = (...own: string[]) => pipeline({ filters: before.pipeline.filters.map((filter) => (filter.id === "scripts" ? { ...filter, patterns: own } : filter)) });
  const [one, other] = [patterns("lib/**", "!lib/docs/**")(before), patterns("!lib/docs/**", "lib/**")(before)];
  expect(toldOf(comparison(one, other))).toEqual(["watched-paths: The patterns of the path filter scripts have another order; the last match wins."]);
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
