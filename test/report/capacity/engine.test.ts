/** Cases small enough to be worked out by hand, to the minute. */
import type { SimulatedSystem } from "../../../report/capacity/engine/model";
import { fixed, hosted, measure, NOTHING, pod, pool, singleJobs, sum, system, waitsOf } from "./support";

/** Runners of two CPUs on nodes of four: start 1, pull 2, stop 0.5; nodes start in 5 and stay 10 without a pod. */
function scaleSet(maxRunners: number, more: Partial<SimulatedSystem> = {}, minRunners = 0): SimulatedSystem {
  return system({
    sets: [{ id: "ci", label: "ci", minRunners, maxRunners, pod: pod(2, "nodes"), start: fixed(1), pull: fixed(2), stop: fixed(0.5) }],
    pools: [pool("nodes", { start: fixed(5) })],
    ...more,
  });
}

const five = singleJobs("ci", Array.from({ length: 5 }, () => [0, 10] as const));

describe("a scale set", () => {
  it("starts nodes, pulls once a node, runs as many as it may and then the next", () => {
    const measured = measure(scaleSet(3), five);
    // 5 for the node, 2 for the pull, 1 for the runner; the other two wait for 8 + 10 minutes, 0.5 until a runner is gone, and 1 for the next.
    expect(waitsOf(measured, "ci")).toEqual([8, 8, 8, 19.5, 19.5]);
    // Of two nodes the first is in use until 30 and goes at 40, the second until 18.5 and goes at 28.5.
    expect(sum(measured.pools.get("nodes")!.nodes) * 60).toBeCloseTo(40 + 28.5, 9);
    expect(measured.sets.get("ci")).toMatchObject({ ended: 5, mostBusy: 3, evictions: 0, unserved: 0 });
    expect(sum(measured.sets.get("ci")!.busy) * 60).toBeCloseTo(5 * 10, 9);
    expect(measured.runs.get("run")).toEqual(Float64Array.from([18, 18, 18, 29.5, 29.5]));
  });

  it("says what was waited for: the maximum of runners, and machines", () => {
    const { because } = measure(scaleSet(3), five).sets.get("ci")!;
    // The last two wait from the start for a runner, up to the moment when one is made for them.
    expect(because).toEqual({ limit: 2 * 18.5, nodes: 0, start: 3 * 8 + 2 * 1 });
  });

  it("waits for nodes when the pool has no more, and says so", () => {
    const measured = measure(scaleSet(5, { pools: [pool("nodes", { start: fixed(5), maxCount: 2 })] }), five);
    // The fifth runner gets a place when a runner is gone at 18.5; the node has the image.
    expect(waitsOf(measured, "ci")).toEqual([8, 8, 8, 8, 19.5]);
    expect(measured.sets.get("ci")!.because).toMatchObject({ limit: 0, nodes: 18.5 });
  });

  it("keeps idle runners beside those that work", () => {
    const measured = measure(scaleSet(3, {}, 1), singleJobs("ci", [[30, 10], [31, 10], [60, 5]]));
    // At 30 one is ready, and the next is made; it takes 1, as the node has room and the image.
    expect(waitsOf(measured, "ci")).toEqual([0, 0, 0]);
    expect(measured.sets.get("ci")!.mostBusy).toBe(2);
  });

  it("uses a node again that is still there, and starts one anew after it has gone", () => {
    const measured = measure(scaleSet(1), singleJobs("ci", [[0, 10], [28, 10], [100, 10]]));
    // The node is empty at 18.5, serves again at 28, is empty at 39.5 and goes at 49.5.
    expect(waitsOf(measured, "ci")).toEqual([1, 8, 8]);
  });

  it("keeps the least nodes of a pool", () => {
    const measured = measure(scaleSet(1, { pools: [pool("nodes", { start: fixed(5), minCount: 1 })] }), singleJobs("ci", [[0, 10], [600, 10]]));
    expect(waitsOf(measured, "ci")).toEqual([1, 3]);
    expect(measured.pools.get("nodes")!.nodes.every((nodes) => nodes === 1)).toBe(true);
  });

  it("counts jobs that nothing will ever serve", () => {
    const drained = measure(scaleSet(0), five);
    expect(drained.sets.get("ci")).toMatchObject({ ended: 0, unserved: 5 });
  });
});

describe("pods of jobs", () => {
  /** Runners in no machine of ours; each job has a pod of its own with a GPU. */
  const testers = system({
    sets: [hosted("test", 4)],
    pools: [pool("gpu", { room: { cpu: 8, memoryGiB: 64, gpus: 2, storageGiB: 100 }, start: fixed(6), maxCount: 2 })],
    pods: { job: { size: { cpu: 1, memoryGiB: 1, gpus: 1, storageGiB: 1 }, pools: ["gpu"] } },
    imagePull: fixed(4),
  });
  const job = { set: "test", pods: ["job"], image: "vllm" };

  it("start when the runner has taken the job; pods of one run share its image on a node, and wait for a pull that goes on", () => {
    const measured = measure(testers, [{ at: 0, jobs: [{ ...job, minutes: [10] }, { ...job, minutes: [10] }] }]);
    expect(waitsOf(measured, "test")).toEqual([10, 10]);
    expect(sum(measured.pools.get("gpu")!.gpusUsed) * 60).toBeCloseTo(2 * (4 + 10), 9);
  });

  it("pull the image of another run anew", () => {
    const measured = measure(testers, [
      { at: 0, jobs: [{ ...job, minutes: [30] }] },
      { at: 20, jobs: [{ ...job, minutes: [10] }] },
    ]);
    expect(waitsOf(measured, "test")).toEqual([4, 10]);
  });

  it("begin only when all are there", () => {
    const measured = measure(testers, [{ at: 0, jobs: [{ ...job, pods: ["job", "job", "job"], minutes: [10], draws: {} }] }]);
    expect(waitsOf(measured, "test")).toEqual([10]);
    expect(measured.pools.get("gpu")!.mostNodes[0]).toBe(2);
  });

  it("try pools in their order, where there is room before where there would be", () => {
    const two = system({
      sets: [{ ...hosted("ci", 9), pod: pod(3, "first", "second") }],
      pools: [pool("first", { maxCount: 1 }), pool("second", { minCount: 1, start: fixed(5) })],
    });
    const measured = measure(two, singleJobs("ci", [[0, 10], [0, 10], [0, 10]]));
    // The standing node, the first pool's one node, then a new one of the second.
    expect(waitsOf(measured, "ci")).toEqual([0, 0, 5]);
  });

  it("let no pod that does not fit keep others from going", () => {
    const one = system({
      sets: [
        { ...hosted("large", 9), pod: pod(4, "nodes") },
        { ...hosted("small", 9), pod: pod(1, "nodes") },
      ],
      pools: [pool("nodes", { maxCount: 1 })],
    });
    const measured = measure(one, [...singleJobs("small", [[0, 60]]), ...singleJobs("large", [[1, 10]]), ...singleJobs("small", [[2, 10]])]);
    expect(waitsOf(measured, "small")).toEqual([0, 0]);
    expect(waitsOf(measured, "large")).toEqual([59]);
  });
});

describe("a run", () => {
  const sets = [hosted("plan", 9), hosted("build", 1)];

  it("begins a job when all that it needs have ended, and is over with its last", () => {
    const jobs = [
      { set: "plan", minutes: [2] },
      { set: "build", minutes: [10], needs: [0] },
      { set: "build", minutes: [20], needs: [0] },
      { set: "plan", minutes: [5], needs: [1] },
      { set: "plan", minutes: [1], needs: [0, 1, 2, 3] },
    ];
    const measured = measure(system({ sets }), [{ at: 100, title: "ci", jobs }]);
    // plan to 102, the builds to 112 and 132 one after the other, the test to 117, the verdict to 133.
    expect(measured.runs.get("ci")).toEqual(Float64Array.from([33]));
    expect(waitsOf(measured, "build")).toEqual([0, 10]);
    expect(waitsOf(measured, "plan")).toEqual([0, 0, 0]);
  });

  it("queues no more of a matrix at once than it may", () => {
    const together = { name: "graphs", most: 2 };
    const jobs = [5, 9, 4, 1].map((minutes) => ({ set: "plan", minutes: [minutes], together }));
    const measured = measure(system({ sets }), [{ at: 0, jobs }]);
    // 5 and 9 first; 4 from 5 to 9; 1 from 9 to 10. The wait for one's turn is none for a runner.
    expect(measured.runs.get("run")).toEqual(Float64Array.from([10]));
    expect(waitsOf(measured, "plan")).toEqual([0, 0, 0, 0]);
  });

  it("is cancelled by a newer one of its group: its jobs leave their runners, and wait no more", () => {
    const jobs = [{ set: "build", minutes: [60] }, { set: "build", minutes: [60] }];
    const measured = measure(system({ sets }), [
      { at: 0, group: "pr 7", title: "old", jobs },
      { at: 10, group: "pr 7", title: "new", jobs: [{ set: "build", minutes: [5] }] },
      { at: 10, group: "pr 8", title: "other", jobs: [{ set: "build", minutes: [5] }] },
    ]);
    expect(measured.runs.has("old")).toBe(false);
    expect(measured.runs.get("new")).toEqual(Float64Array.from([5]));
    expect(measured.runs.get("other")).toEqual(Float64Array.from([10]));
    expect(measured.sets.get("build")!.ended).toBe(2);
  });

  it("cuts a job off at its time limit", () => {
    const measured = measure(system({ sets }), [{ at: 0, jobs: [{ set: "plan", minutes: [90], limit: 45 }] }]);
    expect(measured.runs.get("run")).toEqual(Float64Array.from([45]));
  });
});

describe("an eviction", () => {
  /** One eviction an hour; this share of lives is over a quarter of an hour after the node is ready. */
  const quarter = 1 - Math.exp(-0.25);
  const spot = scaleSet(2, { pools: [pool("nodes", { start: fixed(5), spot: true })], evictionsPerHour: 1, rerunAfter: fixed(30) });

  it("ends the jobs of the node; each is started again, with a node, a runner and a wait of its own", () => {
    const job = { set: "ci", minutes: [100, 7], draws: { nodeLifetime: quarter } };
    const measured = measure(spot, [{ at: 0, jobs: [job] }]);
    // The node is ready at 5 and gone at 20. The job, begun at 8, is queued again at 50, begins at 58 and ends at 65; its second node goes at 75.5.
    expect(waitsOf(measured, "ci")).toEqual([expect.closeTo(8, 9), expect.closeTo(8, 9)]);
    expect(measured.sets.get("ci")).toMatchObject({ ended: 1, evictions: 1, unserved: 0 });
    expect(Array.from(measured.runs.get("run")!)).toEqual([expect.closeTo(65, 9)]);
    expect(sum(measured.pools.get("nodes")!.nodes) * 60).toBeCloseTo(20 + 25.5, 9);
  });

  it("takes a runner that has no job yet; another is made, and the job has lost nothing but time", () => {
    const early = 1 - Math.exp(-0.025);
    const workload = [{ at: 0, jobs: [{ set: "ci", minutes: [3], draws: { nodeLifetime: early } }] }];
    const measured = measure(scaleSet(2, { pools: [pool("nodes", { start: fixed(5), spot: true })], evictionsPerHour: 1 }), workload, 24, { nodeLifetime: quarter });
    // The node is ready at 5 and gone at 6.5, in the middle of a pull; the next one is ready at 11.5.
    expect(waitsOf(measured, "ci")).toEqual([expect.closeTo(14.5, 9)]);
    expect(measured.sets.get("ci")).toMatchObject({ ended: 1, evictions: 0 });
  });

  it("replaces a node that the pool has to have", () => {
    const kept = system({
      sets: [hosted("ci", 1)],
      pools: [pool("nodes", { minCount: 1, maxCount: 1, spot: true, start: fixed(6) })],
      evictionsPerHour: 0.5,
    });
    const measured = measure(kept, [], 2, { nodeLifetime: quarter });
    expect(measured.pools.get("nodes")!.nodes.every((nodes) => nodes === 1)).toBe(true);
  });

  it("loses a job once, however many of its pods go with the node", () => {
    const graph = system({
      sets: [{ ...hosted("ci", 2), pod: pod(1, "nodes") }],
      pools: [pool("nodes", { spot: true })],
      pods: { worker: pod(1, "nodes") },
      evictionsPerHour: 1,
      rerunAfter: fixed(30),
    });
    const measured = measure(graph, [{ at: 0, jobs: [{ set: "ci", pods: ["worker", "worker"], minutes: [100, 7], draws: { nodeLifetime: quarter } }] }]);
    expect(measured.sets.get("ci")).toMatchObject({ evictions: 1, ended: 1 });
    expect(Array.from(measured.runs.get("run")!)).toEqual([expect.closeTo(15 + 30 + 7, 9)]);
  });
});

test("a class that nothing limits waits for nothing", () => {
  expect(waitsOf(measure(system({ sets: [hosted("ci", 1000)] }), singleJobs("ci", [[0, 5], [0, 5], [1, 5]])), "ci")).toEqual([0, 0, 0]);
  expect(NOTHING).toEqual({ median: 0, p95: 0 });
});
