/**
 * What a change of the committed stacks makes of their resources, so that a review sees it; test/golden/workflows has their files.
 * After a change that is meant: jest -u on this file.
 */
import { committedStacks, PROJECT } from "../../cli/kit/project";
import { readCommittedStack } from "../../cli/stack";
import { engineConfig, runProgram } from "../components/support";
import { valuesIn } from "../fixture";

/** One line for each resource: parent, name, type, provider, and whether it is protected. */
test.each(committedStacks())("resources of %s", async (stack) => {
  const secrets = readCommittedStack(stack).pipeline.secrets.map(({ name }) => name);
  const { resources } = await runProgram(stack, engineConfig(valuesIn(PROJECT, stack), secrets));
  const lines = resources.map(({ type, name, parent, protect, provider }) => [parent ?? "-", name, type, provider ?? "-", ...(protect ? ["protected"] : [])].join(" | "));
  expect(lines.sort()).toMatchSnapshot();
}, 120_000);
