/** What holds of a stack to which everything was done. */
import { planOf, type Rehearsal } from "./harness";

const CLUSTER = /^update azure-native:containerservice:ManagedCluster /;

/**
 * Nothing is left to do. A refresh finds the pools that were made after their cluster in the list that Azure answers with, which a read of azure-native takes for a
 * change of the cluster (docs/operations.md). So that much may be left, once.
 */
export async function expectNothingLeft(rehearsal: Rehearsal): Promise<void> {
  const left = planOf(await rehearsal.succeed("preview", "--refresh"));
  expect(left.filter((line) => !CLUSTER.test(line))).toEqual([]);
  if (left.length > 0) await rehearsal.succeed("up", "--yes", "--skip-preview", "--refresh");
  expect(planOf(await rehearsal.succeed("preview", "--refresh", "--expect-no-changes"))).toEqual([]);
}
