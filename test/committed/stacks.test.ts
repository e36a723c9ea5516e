/** The committed stacks are sound: they agree with themselves, their policy config fits, and nothing merges in them that should not. */
import { committedStacks, PROJECT } from "../../cli/kit/project";
import { readCommittedStack } from "../../cli/stack";
import { readPolicyConfig } from "../../config/policies";
import { packConfigFindings } from "../../policy/kit/config";
import { rules } from "../../policy/rules";
import { gaps } from "../../workflows/gate/proofs/proofs";
import { World } from "../../workflows/gate/proofs/world";
import { auditOf, lintOf, withRepository } from "../workflows/linters";

jest.setTimeout(600_000);

describe.each(committedStacks())("%s", (stack) => {
  test("agrees with itself", () => expect(() => readCommittedStack(stack)).not.toThrow());

  test("has a policy config that fits the policies", () => {
    const config = readPolicyConfig(PROJECT, stack);
    expect(packConfigFindings(rules, config)).toEqual([]);
    expect(Object.keys(config).length).toBeGreaterThan(10);
  });

  test("lets no pull request merge that should not, and none wait for ever", async () => {
    const { pipeline, files } = readCommittedStack(stack);
    expect(gaps(await World.of(pipeline, files))).toEqual([]);
  });

  test("has workflow files that actionlint and zizmor find nothing in", async () => {
    await withRepository(readCommittedStack(stack).files, async (folder) => {
      expect(await lintOf(folder)).toEqual({ status: 0, output: "" });
      expect(await auditOf(folder)).toEqual([]);
    });
  });
});
