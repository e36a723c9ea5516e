import { readFileSync } from "node:fs";
import { REHEARSAL_DOC, rehearsalDoc } from "../../cli/rehearsal-doc";
import { fidelity } from "../../sandbox/fidelity";
import { runStack } from "../components/support";

jest.setTimeout(120_000);

test("docs/rehearsal.md is what make docs renders", () => {
  expect(readFileSync(REHEARSAL_DOC, "utf8")).toBe(rehearsalDoc());
});

test.each(["prod", "dev"] as const)("every type of %s is described", async (stack) => {
  const { resources } = await runStack(stack);
  const clouds = resources.map(({ type }) => type).filter((type) => !type.startsWith("gpu-cicd:") && !type.startsWith("pulumi:"));
  const described = (type: string): boolean => fidelity.some((entry) => entry.type === type) || (type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh"));
  expect([...new Set(clouds)].filter((type) => !described(type))).toEqual([]);
});
