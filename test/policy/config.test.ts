import { readFileSync } from "node:fs";
import { join } from "node:path";
import { policyConfigFile, readPolicyConfig, renderPolicyConfig, STACKS } from "../../config/policies";
import { packConfigFindings } from "../../policy/kit/config";
import { rules } from "../../policy/rules";

const PROJECT = join(__dirname, "../..");

describe.each(STACKS)("the policy config of %s", (stack) => {
  test("is what config/policies.ts derives from the stack's config", () => {
    expect(readFileSync(policyConfigFile(PROJECT, stack), "utf8")).toBe(renderPolicyConfig(PROJECT, stack));
  });

  test("fits the policies", () => {
    expect(packConfigFindings(rules, readPolicyConfig(PROJECT, stack))).toEqual([]);
  });
});
