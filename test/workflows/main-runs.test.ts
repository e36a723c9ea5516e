/** Which runs of the test suite share a concurrency group, by GitHub's own evaluator. */
import { fill, type Contexts } from "../../workflows/gate/expression";
import { workflows } from "../../workflows/workflows";
import { fixture, fixtureWith, settingsOf } from "../fixture";

const FILE = "ci-test-suite.yml";
const main = "refs/heads/trunk";

/** Group of a run, by the rendered file. */
function groups(mainRuns: string | undefined, events: readonly (readonly [event: string, ref: string])[]): unknown[] {
  const { pipeline } = mainRuns === undefined ? fixture() : fixtureWith("large", (values) => ({ ...values, mainRuns }));
  const { concurrency } = workflows(pipeline, settingsOf())[FILE]!;
  expect(concurrency?.["cancel-in-progress"]).toBe(false);
  return events.map(([event_name, ref], index) => fill(concurrency?.group, { github: { workflow: "suite", event_name, ref, run_id: String(index) } } satisfies Contexts));
}

const EVENTS = [["push", main], ["push", main], ["schedule", main], ["workflow_dispatch", main], ["push", "refs/heads/stable/1"], ["push", "refs/heads/stable/1"]] as const;

test.each([undefined, "every"])("each merge has a run of its own: %s", (mainRuns) => {
  expect(new Set(groups(mainRuns, EVENTS)).size).toBe(EVENTS.length);
});

test("the newest merge stands for those that wait; nights, dispatches and releases are apart", () => {
  const all = groups("newest", EVENTS);
  expect(all[0]).toBe(all[1]);
  expect(new Set(all).size).toBe(EVENTS.length - 1);
});

test("a word that nobody knows is refused", () => {
  expect(() => groups("latest", EVENTS)).toThrow(/mainRuns/);
});
