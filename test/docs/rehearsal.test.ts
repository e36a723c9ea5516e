import { fidelity, judged } from "../../sandbox/fidelity";
import { runStack } from "../components/support";

jest.setTimeout(120_000);

test("every type that is described was judged in the recorded run, and no other", () => {
  expect(Object.keys(judged.types).sort()).toEqual(fidelity.map(({ type }) => type).sort());
});

test.each(["large", "small"] as const)("every type of %s is described", async (stack) => {
  const { resources } = await runStack(stack);
  const clouds = resources.map(({ type }) => type).filter((type) => !type.startsWith("gpu-cicd:") && !type.startsWith("pulumi:"));
  const described = (type: string): boolean => fidelity.some((entry) => entry.type === type) || (type.startsWith("kubernetes:") && !type.startsWith("kubernetes:helm.sh"));
  expect([...new Set(clouds)].filter((type) => !described(type))).toEqual([]);
});
