/**
 * The whole program under mocks: which resources there are, under whom, protected or not, and in which order. That the engine and the clouds
 * take them is for the rehearsals to show.
 */
import { runStack, type Registered } from "./support";

jest.setTimeout(60_000);

/** A line for each resource; dependencies only where the order is asked for and not merely follows from values. */
function lines(resources: readonly Registered[]): string[] {
  return resources
    .map(({ type, name, parent, protect, provider }) => [parent ?? "-", name, type, provider ?? "-", ...(protect ? ["protected"] : [])].join(" | "))
    .sort();
}

describe.each(["prod", "dev"] as const)("%s", (stack) => {
  test("registers these resources", async () => {
    const { resources } = await runStack(stack);
    expect(lines(resources)).toMatchSnapshot();
  });
});
