/** The whole pack on a production stack with a merge queue: it has nothing against it, and notices what would make the queue a way around. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { readPolicyConfig, withManifest } from "../../config/policies";
import { prove, type Outcome } from "../../policy/mutations/run";
import { gone, weaken } from "../../policy/mutations/mutation";
import { recordProgram } from "../../policy/resources/program";
import type { Resource } from "../../policy/resources/resource";
import { rules } from "../../policy/rules";
import { mergeQueue as fixtureQueue } from "../pipeline/fixtures";

const mergeQueue = { ...fixtureQueue, reportingApps: ["dco"] };

jest.setTimeout(300_000);

const PROJECT = join(__dirname, "..", "..");
/** Only the general policies: this stack has a queue, and no manifest. */
const CONFIG = { ...withManifest(readPolicyConfig(PROJECT, "prod"), undefined), "manifest-given": { given: true } };

/** The project with another config for production: its folders are links, so that the program is this one. */
function projectWithQueue(): string {
  const folder = mkdtempSync(join(tmpdir(), "queue-policy-"));
  const folders = readdirSync(PROJECT, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  for (const { name } of folders) symlinkSync(join(PROJECT, name), join(folder, name));
  for (const name of ["Pulumi.yaml", "index.ts", "config.ts", "package.json", "tsconfig.json"]) cpSync(join(PROJECT, name), join(folder, name));
  const stack = parse(readFileSync(join(PROJECT, "Pulumi.prod.yaml"), "utf8")) as { config: Record<string, unknown> };
  writeFileSync(join(folder, "Pulumi.prod.yaml"), stringify({ ...stack, config: { ...stack.config, "gpu-cicd:mergeQueue": mergeQueue } }));
  return folder;
}

let project: string;
let resources: readonly Resource[];
beforeAll(async () => {
  project = projectWithQueue();
  resources = await recordProgram(project, "prod", "up");
});
afterAll(() => rmSync(project, { recursive: true }));

const main = "RepositoryRuleset protection-main";
const file = (name: string): string => `RepositoryFile workflows-.github/workflows/${name}`;

test("the stack is as it should be: it has the queue, and no rule says a word", () => {
  const ruleset = resources.find(({ name }) => name === "protection-main");
  expect(ruleset?.props).toMatchObject({ rules: { mergeQueue: { groupingStrategy: "ALLGREEN" }, requiredStatusChecks: { strictRequiredStatusChecksPolicy: false } } });
  expect(prove(rules, resources, CONFIG, []).before.map(({ rule, property }) => `${rule.name}: ${property}`)).toEqual([]);
});

test("every mistake with it is noticed by name", () => {
  const mistakes = [
    ...weaken("protected-branches-reviewed", main, "rules mergeQueue", gone),
    ...weaken("protected-branches-reviewed", main, "rules mergeQueue groupingStrategy", "HEADGREEN"),
    ...weaken("required-checks-reported", file("pr.yaml"), "content on merge_group", gone),
    ...weaken("required-checks-reported", file("pre-commit.yml"), "content on merge_group", gone),
    ...weaken("fork-jobs-untrusted", file("pr.yaml"), "content jobs operator-checks runs-on", "prod-builder-amd-v1"),
    ...weaken("fork-jobs-untrusted", file("pr.yaml"), "content jobs plan permissions", { contents: "read", "id-token": "write" }),
    ...weaken("environments-limited", "RepositoryEnvironmentDeploymentPolicy repository-pull-request-images-pull-request/*", "branchPattern", "gh-readonly-queue/main/*"),
  ];
  const { outcomes } = prove(rules, resources, CONFIG, mistakes);
  const missed = ({ verdict }: Outcome): boolean => verdict !== "right";
  expect(outcomes.filter(missed).map(({ mutation, noticedBy }) => `${mutation.what}: ${noticedBy.join()}`)).toEqual([]);
  expect(outcomes).toHaveLength(7);
});
