import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { policyConfigFile, readPolicyConfig, renderPolicyConfig, STACKS } from "../../config/policies";

const PROJECT = join(__dirname, "..", "..");

describe.each(STACKS)("the policy config of %s", (stack) => {
  // After a change of a stack's config: npx tsx config/policies.ts
  test("is what the stack's config gives today", () => {
    expect(readFileSync(policyConfigFile(PROJECT, stack), "utf8")).toBe(renderPolicyConfig(PROJECT, stack));
  });

  test("fits the policies", () => {
    expect(Object.keys(readPolicyConfig(PROJECT, stack)).length).toBeGreaterThan(10);
  });
});

describe("a policy config that is not there, or is wrong", () => {
  const project = mkdtempSync(join(tmpdir(), "gpu-cicd-policies-"));
  beforeAll(() => mkdirSync(join(project, "policy", "config"), { recursive: true }));
  afterAll(() => rmSync(project, { recursive: true }));

  test("is told by name", () => {
    expect(() => readPolicyConfig(project, "staging")).toThrow(`found no policy config of stack staging at ${policyConfigFile(project, "staging")}; add the stack to STACKS in config/policies.ts and run that file`);
    writeFileSync(policyConfigFile(project, "prod"), '{ "acr-closed": { "open": 1 }, "pools-within-budget": { "maxGpus": "many" } }');
    expect(() => readPolicyConfig(project, "prod")).toThrow(
      'The policy config is wrong; nothing was judged.\n  acr-closed.open: found an unknown key; wanted none\n  pools-within-budget.maxGpus: found "many"; wanted a whole number',
    );
  });
});
