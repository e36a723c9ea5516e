/** The statistics of benchmarks: what a figure says of its samples, and when it holds. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fc from "fast-check";
import { costOf, COST, textOf } from "../../bench/kit/child";
import { differenceFigure, leastFigure, ratioFigure, spread, valueFigure } from "../../bench/kit/figures";
import { processorOfDescendants, pssMiB } from "../../bench/kit/processes";
import { interleaved } from "../../bench/kit/rounds";

describe("figures", () => {
  test("a ratio is of the least samples, and of the medians beside it", () => {
    expect(ratioFigure("what", ["slow", [9, 8, 40]], ["fast", [2, 3, 2.5]], { atLeast: 4 })).toEqual({
      what: "what",
      unit: "times",
      value: 4,
      ofMedians: 3.6,
      bound: { atLeast: 4 },
      holds: true,
      samples: { slow: { min: 8, median: 9, max: 40, rounds: 3 }, fast: { min: 2, median: 2.5, max: 3, rounds: 3 } },
    });
  });

  test("a difference is the median of the rounds' own, and may be less than nothing", () => {
    expect(differenceFigure("what", "s", ["with", [5, 9, 6]], ["without", [6, 7, 4]], { atMost: 2 })).toMatchObject({ value: 2, ofMedians: 0, holds: true });
    expect(differenceFigure("what", "s", ["with", [5, 5, 5]], ["without", [6, 1, 7]], { atMost: 2 })).toMatchObject({ value: -1, holds: true });
  });

  test("of the least of some samples only the judged ones count", () => {
    expect(leastFigure("what", "ms", ["judged", [120, 101]], [["beside", [1, 2]]], { atMost: 100 })).toMatchObject({ value: 101, ofMedians: 110.5, holds: false, samples: { beside: { min: 1 } } });
  });

  test("without a bound nothing is said of holding", () => {
    expect(valueFigure("what", "s", 3)).toEqual({ what: "what", unit: "s", value: 3 });
  });

  test.each([
    [{ atMost: 100 }, 100, true],
    [{ atMost: 100 }, 100.004, false],
    [{ atLeast: 4 }, 4, true],
    [{ atLeast: 4 }, 3.9999, false],
    [{ atMost: 100 }, Number.NaN, false],
    [{ atLeast: 4 }, Number.NaN, false],
  ])("the bound %j and the value %d: %s, before the value is rounded", (bound, value, holds) => {
    expect(valueFigure("what", "s", value, bound).holds).toBe(holds);
  });

  test("a spread is within its samples, whatever they are and in whatever order", () => {
    const samples = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 30 });
    fc.assert(fc.property(samples, (values) => {
      const { min, median, max, rounds } = spread(values);
      expect([min, median, max]).toEqual([min, median, max].sort((one, other) => one - other));
      expect(rounds).toBe(values.length);
      // Four digits are shown.
      expect(Math.abs(min - Math.min(...values))).toBeLessThanOrEqual(Math.min(...values) * 1e-3);
      expect(Math.abs(max - Math.max(...values))).toBeLessThanOrEqual(Math.max(...values) * 1e-3);
      expect(spread([...values].reverse())).toEqual(spread(values));
    }));
  });

  test("a ratio of samples that are all one factor larger is that factor", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1 }), fc.integer({ min: 1, max: 50 }), (values, factor) => {
      expect(ratioFigure("what", ["slow", values.map((value) => value * factor)], ["fast", values])).toMatchObject({ value: factor, ofMedians: factor });
    }));
  });
});

describe("rounds", () => {
  test("take turns, and give the samples in their order", async () => {
    const ran: string[] = [];
    const contender = (name: string) => () => ({ turn: ran.push(name) });
    const told: string[] = [];
    const samples = await interleaved(3, { a: contender("a"), b: contender("b") }, (round, name, { turn }) => told.push(`${round} ${name} ${turn}`));
    expect(ran).toEqual(["a", "b", "a", "b", "a", "b"]);
    expect(samples).toEqual({ a: { turn: [1, 3, 5] }, b: { turn: [2, 4, 6] } });
    expect(told).toEqual(["1 a 1", "1 b 2", "2 a 3", "2 b 4", "3 a 5", "3 b 6"]);
  });

  test("end with the first contender that fails", async () => {
    const ran: string[] = [];
    const fails = (): never => {
      throw new Error("no sample");
    };
    await expect(interleaved(2, { a: fails, b: () => ({ turn: ran.push("b") }) })).rejects.toThrow("no sample");
    expect(ran).toEqual([]);
  });
});

/** A program that keeps a processor busy until it has had 300 ms of it. */
const BUSY = "const used = () => { const { user, system } = process.cpuUsage(); return user + system; }; while (used() < 300_000) for (let i = 0; i < 1e5; i += 1) Math.sqrt(i);";

/** Time for starting a few processes on a busy machine, in milliseconds. */
jest.setTimeout(60_000);

describe("processes", () => {
  test("the cost of a process is its processor time and its time on the clock", async () => {
    const cost = await costOf((variables) => textOf(process.execPath, ["--require", COST, "--eval", BUSY], { env: { ...process.env, ...variables } }));
    expect(cost.processor).toBeGreaterThanOrEqual(0.3);
    expect(cost.processor).toBeLessThan(cost.wall + 1);
  });

  test("the cost of a process holds that of a child which still runs", async () => {
    const parent = `const { spawn } = require("node:child_process");
      const child = spawn(process.execPath, ["--eval", ${JSON.stringify(`${BUSY} process.stdout.write("busy"); setTimeout(() => {}, 60_000);`)}], { stdio: ["ignore", "pipe", "ignore"] });
      child.stdout.once("data", () => { process.once("exit", () => child.kill("SIGKILL")); process.exit(0); });`;
    const cost = await costOf((variables) => textOf(process.execPath, ["--require", COST, "--eval", parent], { env: { ...process.env, ...variables } }));
    expect(cost.processor).toBeGreaterThanOrEqual(0.3);
  });

  test("a process that fails has no cost", async () => {
    await expect(costOf((variables) => textOf(process.execPath, ["--require", COST, "--eval", "process.exit(3)"], { env: { ...process.env, ...variables } }))).rejects.toThrow();
  });

  test("the processor time of what is started counts, that of its children too, and what ran before does not", async () => {
    const nested = `require("node:child_process").spawnSync(process.execPath, ["--eval", ${JSON.stringify(`${BUSY} setTimeout(() => {}, 500);`)}])`;
    const run = (): Promise<string> => textOf(process.execPath, ["--eval", nested]);
    expect(await processorOfDescendants(run)).toBeGreaterThanOrEqual(0.3);
    expect(await processorOfDescendants(async () => undefined)).toBeLessThan(0.1);
  });

  test("memory is that of the whole tree", async () => {
    const child = spawn(process.execPath, ["--eval", "const held = Buffer.alloc(100 * 2 ** 20, 1); process.stdout.write('held'); setTimeout(() => held, 60_000)"], { stdio: ["ignore", "pipe", "ignore"] });
    const ended = once(child, "close");
    try {
      await once(child.stdout, "data");
      const own = pssMiB(child.pid ?? -1);
      expect(own).toBeGreaterThan(100);
      expect(pssMiB(process.pid)).toBeGreaterThan(own + 20);
    } finally {
      child.kill("SIGKILL");
      await ended;
    }
    expect(() => pssMiB(child.pid ?? -1)).toThrow(/ENOENT|ESRCH/);
  });
});
