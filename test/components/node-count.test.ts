/** The number of nodes that is sent for an autoscaled pool. */
import { countFor } from "../../components/cluster/node-count";

test.each<[string, Parameters<typeof countFor>, number | undefined]>([
  ["a pool that does not exist yet is left alone", [{ minCount: 1, maxCount: 3 }, undefined], undefined],
  ["the autoscaler's number is left alone while the range stays", [{ minCount: 0, maxCount: 4 }, { minCount: 0, maxCount: 4, count: 3 }], undefined],
  ["a raised minimum lifts the number", [{ minCount: 2, maxCount: 4 }, { minCount: 0, maxCount: 4, count: 0 }], 2],
  ["a lowered maximum lowers it", [{ minCount: 0, maxCount: 2 }, { minCount: 0, maxCount: 4, count: 3 }], 2],
  ["a number inside the new range stays as it is", [{ minCount: 1, maxCount: 8 }, { minCount: 0, maxCount: 4, count: 3 }], 3],
  ["a pool that says no number gets the least", [{ minCount: 1, maxCount: 8 }, { minCount: 0, maxCount: 4 }], 1],
])("%s", (_what, [range, live], expected) => {
  expect(countFor(range, live)).toBe(expected);
});
