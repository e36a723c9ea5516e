import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { pullRequests } from "../../../workflows/gate/proofs/cases";
import { gaps, proofs } from "../../../workflows/gate/proofs/proofs";
import { World, type Scenario } from "../../../workflows/gate/proofs/world";
import type { JobRun, Outcome } from "../../../workflows/gate/run";
import { fixture, fixtureWith, withMergeQueue, withVerdictApp } from "../../fixture";
import { placedFixture } from "../../fixture/placement";
import { mutated, mutations, queueMutations, verdictMutations } from "./mutations";

jest.setTimeout(300_000);

test.each([
  ["large", () => fixture("large")],
  ["small", () => fixture("small")],
  ["large with a merge queue", () => withMergeQueue("large")],
  ["small with a merge queue", () => withMergeQueue("small")],
  ["large with tests placed by need", () => placedFixture({ pullRequestGpus: "primary-version", gpuShards: 2 })],
  ["large with one run for several merges", () => fixtureWith("large", (values) => ({ ...values, mainRuns: "newest" }))],
  ["large with GPU tests of one CUDA version", () => fixtureWith("large", (values) => ({ ...values, testPlacement: { pullRequestGpus: "primary-version" } }))],
  ["large with a verdict app", () => withVerdictApp("large")],
  ["small with a verdict app and a merge queue", () => withVerdictApp("small", true)],
])("%s: no pull request merges that should not, and none waits for ever", async (_, read) => {
  const { pipeline, files } = read();
  expect(gaps(await World.of(pipeline, files))).toEqual([]);
});

/**
 * The proofs try every single bad end. This tries many at once: whatever becomes of any of the jobs, the plan and the verdict among them, a pull
 * request merges only where each job that a plan selected has succeeded, and its merge group likewise.
 */
describe("no combination of ends", () => {
  let world: World;
  beforeAll(async () => {
    const { pipeline, files } = withMergeQueue("small");
    world = await World.of(pipeline, files);
  });

  /** Mostly good, so that runs in which all is well come about, and runs in which one thing is not. */
  const outcomes: readonly Outcome[] = [...Array.from({ length: 20 }, (): Outcome => "success"), "failure", "cancelled", "never"];

  /** Ends by a number for each job: the same job of the same scenario always ends alike. */
  function scenario(seed: number, planFails: boolean, cancelled: string | undefined): Scenario {
    const outcome = ({ workflow, path, matrix }: JobRun): Outcome => outcomes[hash(`${seed} ${workflow} ${path} ${JSON.stringify(matrix)}`) % outcomes.length]!;
    return { outcome, planFails, ...(cancelled === undefined ? {} : { cancelled }) };
  }

  function hash(text: string): number {
    return createHash("sha256").update(text).digest().readUInt32BE();
  }

  test("lets anything merge whose selected jobs did not all succeed", () => {
    const pulls = pullRequests(world.pipeline);
    const cancelled = fc.option(fc.constantFrom("all", ".github/workflows/pr.yaml", ".github/workflows/dynamo-status-check.yml"), { nil: undefined, freq: 3 });
    let merged = 0;
    fc.assert(
      fc.property(fc.constantFrom(...pulls), fc.nat(), fc.boolean(), cancelled, fc.boolean(), (pull, seed, planFails, stopped, inQueue) => {
        const ends = scenario(seed, planFails && seed % 4 === 0, stopped);
        const runs = inQueue ? world.queued(pull, ends) : world.pullRequest(pull, ends);
        if (!(inQueue ? world.mergesQueued(runs) : world.merges(runs)).merges) return;
        merged += 1;
        for (const { selected, jobs, plan, workflow, ran } of runs) {
          expect(ran.filter((job) => ends.outcome(job) !== "success").map(({ path }) => path)).toEqual([]);
          expect({ workflow: workflow.path, planned: plan !== undefined || !("plan" in jobs) }).toEqual({ workflow: workflow.path, planned: true });
          expect(selected.map((id) => [id, jobs[id]])).toEqual(selected.map((id) => [id, "success"]));
        }
      }),
      { numRuns: 600 },
    );
    expect(merged).toBeGreaterThan(20);
  });
});

describe.each([
  ["each mistake is found, and named", fixture("small"), mutations],
  ["each mistake about the merge queue is found, and named", withMergeQueue("small"), queueMutations],
  ["each mistake about the verdict app is found, and named", withVerdictApp("small", true), verdictMutations],
])("%s", (_title, { pipeline, files }, all) => {
  test.each(all.map((mutation) => [mutation.name, mutation] as const))("%s", async (_, mutation) => {
    const world = await World.of(mutation.pipeline?.(pipeline) ?? pipeline, mutated(files, mutation));
    const said: string[] = [];
    for (const { what } of proofs[mutation.proof](world)) {
      if (mutation.says.test(what)) return;
      said.push(what);
    }
    throw new Error(`${mutation.proof} does not find it; it says: ${[...new Set(said)].join("; ") || "nothing"}`);
  });
});
