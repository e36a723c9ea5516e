/** The rulesets of a stack with a merge queue, and of one without. */
import { mergeQueueOf } from "../fixture";
import { named, runStack, type Registered } from "./support";

jest.setTimeout(300_000);

const mergeQueue = mergeQueueOf("large");
let withQueue: readonly Registered[];
let without: readonly Registered[];

beforeAll(async () => {
  withQueue = (await runStack("large", (values) => ({ ...values, mergeQueue }))).resources;
  without = (await runStack("large")).resources;
});

interface Rules {
  readonly mergeQueue?: object;
  readonly requiredStatusChecks: { readonly strictRequiredStatusChecksPolicy: boolean };
}

function rules(resources: readonly Registered[], ruleset: string): Rules {
  return named(resources, `protection-${ruleset}`).inputs["rules"] as Rules;
}

test("main has the queue, with GitHub's seven parameters, and its heads need not hold main", () => {
  const { reportingApps, ...parameters } = mergeQueue;
  expect(reportingApps).toEqual(["signer", "leak-finder"]);
  expect(rules(withQueue, "main").mergeQueue).toEqual(parameters);
  expect(rules(withQueue, "main").requiredStatusChecks.strictRequiredStatusChecksPolicy).toBe(false);
});

test("release branches have none: their heads hold the branch", () => {
  expect(rules(withQueue, "release")).toEqual(rules(without, "release"));
  expect(rules(withQueue, "release").mergeQueue).toBeUndefined();
  expect(rules(withQueue, "release").requiredStatusChecks.strictRequiredStatusChecksPolicy).toBe(true);
});

test("where none is configured nothing of it is there, and nothing else differs", () => {
  expect(rules(without, "main").mergeQueue).toBeUndefined();
  const differing = withQueue.filter((resource) => JSON.stringify(resource.inputs) !== JSON.stringify(named(without, resource.name, resource.type).inputs)).map(({ name }) => name);
  const files = [".github/ci/pipeline.json", ...["README.md", "TROUBLESHOOTING.md", "licences.yml", "dynamo-status-check.yml", "pr.yaml", "tidy.yml"].map((file) => `.github/workflows/${file}`)];
  expect(differing.sort()).toEqual(["protection-main", ...files.map((file) => `workflows-${file}`)].sort());
  expect(without.length).toBe(withQueue.length);
});
