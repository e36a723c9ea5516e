/** What is left of killed engines, with creates that are ended by hand. The real engine is killed in test/sandbox/daemon and test/rehearsal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import fc from "fast-check";
import { Journal, type Report } from "../../../sandbox/provider/journal";

let dead: number;
beforeAll(async () => {
  const process = spawn("/bin/true");
  await once(process, "exit");
  dead = process.pid!;
});

/** A cloud and a state that hold things by URN, and a journal between them. */
class World {
  readonly cloud = new Set<string>();
  readonly pending = new Set<string>();
  readonly recorded = new Set<string>();
  readonly undone: string[] = [];
  readonly log: string[] = [];
  readState = async (): Promise<{ pending: ReadonlySet<string>; has: (urn: string, id: string) => boolean }> => ({
    pending: this.pending,
    has: (urn: string, id: string) => this.recorded.has(`${urn} ${id}`),
  });
  failure: Error | undefined;
  readonly journal = new Journal(() => this.readState(), (line) => this.log.push(line));

  /** A create that waits for `ready` and is answered; the engine has written down that it began. */
  create(urn: string, engine: number | undefined, options: { ready?: Promise<void>; cutOff?: () => boolean; fails?: boolean; half?: boolean } = {}): Promise<string> {
    this.pending.add(urn);
    const work = async (report: Report): Promise<string> => {
      await options.ready;
      if (options.fails) throw new Error("the cloud refused");
      this.cloud.add(urn);
      report({ urn, id: "1", undo: () => this.undo(urn) });
      if (options.half) throw new Error("half-made");
      return "1";
    };
    return this.journal.run({ engine, isCutOff: options.cutOff ?? (() => false) }, work);
  }

  record(urn: string): void {
    this.pending.delete(urn);
    this.recorded.add(`${urn} 1`);
  }

  private async undo(urn: string): Promise<void> {
    if (this.failure) throw this.failure;
    this.cloud.delete(urn);
    this.undone.push(urn);
  }
}

let world: World;
beforeEach(() => (world = new World()));
afterEach(() => world.journal.stop());

function gate(): { readonly open: () => void; readonly opened: Promise<void> } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

test("what a dead engine left pending is undone, and told", async () => {
  await world.create("u", dead);
  await world.journal.settle();
  expect([world.undone, world.log]).toEqual([["u"], ["undid the create of u (1): its engine did not record it"]]);
});

test("what it recorded is kept, even when an earlier run left the same resource pending", async () => {
  await world.create("u", dead);
  world.record("u");
  world.pending.add("u");
  await world.journal.settle();
  expect(world.undone).toEqual([]);
});

test("what it finished is kept", async () => {
  await world.create("u", dead);
  world.pending.clear();
  await world.journal.settle();
  expect(world.undone).toEqual([]);
});

test("what a living engine is about to record is kept, however long that takes", async () => {
  await world.create("u", process.pid);
  for (let looks = 0; looks < 20; looks += 1) await world.journal.settle();
  expect(world.undone).toEqual([]);
});

test("an answer that comes after the look is waited for", async () => {
  const { open, opened } = gate();
  const create = world.create("u", dead, { ready: opened });
  let settled = false;
  const settling = world.journal.settle().then(() => (settled = true));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([settled, world.undone]).toEqual([false, []]);
  open();
  await Promise.all([create, settling]);
  expect(world.undone).toEqual(["u"]);
});

test("what is half-made is undone too, and what failed is not", async () => {
  await Promise.allSettled([world.create("half", dead, { half: true }), world.create("failed", dead, { fails: true })]);
  await world.journal.settle();
  expect(world.undone).toEqual(["half"]);
});

test("a call that was cut off is waited for and undone although its engine lives, or nobody knows it", async () => {
  const { open, opened } = gate();
  const cut = { ready: opened, cutOff: () => true };
  const creates = [world.create("living", process.pid, cut), world.create("unknown", undefined, cut)];
  const settling = world.journal.settle();
  open();
  await Promise.all([...creates, settling]);
  expect(world.undone.sort()).toEqual(["living", "unknown"]);
});

test("a stream that closes after its answer is no call that was cut off", async () => {
  let closed = false;
  await world.create("u", process.pid, { cutOff: () => closed });
  closed = true;
  await world.journal.settle();
  expect(world.undone).toEqual([]);
});

test("the last that was made is undone first", async () => {
  for (const urn of ["a", "b", "c"]) await world.create(urn, dead);
  await world.journal.settle();
  expect(world.undone).toEqual(["c", "b", "a"]);
});

test("a state that cannot be read is an error, and nothing is forgotten", async () => {
  await world.create("u", dead);
  const { readState } = world;
  world.readState = () => Promise.reject(new Error("no such file"));
  await expect(world.journal.settle()).rejects.toThrow("no such file");
  world.readState = readState;
  await world.journal.settle();
  expect(world.undone).toEqual(["u"]);
});

test("an undo that fails is an error, keeps nothing else from being undone, and is tried again", async () => {
  await world.create("u", dead);
  world.failure = new Error("409 Conflict");
  await expect(world.journal.settle()).rejects.toThrow("a killed engine left u (1) unrecorded, and it cannot be undone: 409 Conflict");
  world.failure = undefined;
  await world.create("v", dead);
  await world.journal.settle();
  expect(world.undone).toEqual(["v", "u"]);
});

test("two engines that begin at once have it undone once", async () => {
  await world.create("u", dead);
  await Promise.all([world.journal.settle(), world.journal.settle()]);
  expect(world.undone).toEqual(["u"]);
});

test("it is undone when no other engine comes", async () => {
  await world.create("u", dead);
  while (world.undone.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect([...world.cloud]).toEqual([]);
});

test("wherever an engine dies, the next one finds the clouds as the state has them", async () => {
  const phase = fc.constantFrom("under way", "answered", "recorded", "failed", "half-made", "half-made and recorded");
  await fc.assert(
    fc.asyncProperty(fc.array(phase, { maxLength: 12 }), async (phases) => {
      const here = new World();
      const { open, opened } = gate();
      const works = phases.map((at, i) => {
        const create = here.create(`u${i}`, dead, { fails: at === "failed", half: at.startsWith("half-made"), ...(at === "under way" ? { ready: opened } : {}) });
        return create.catch(() => undefined);
      });
      await Promise.all(works.filter((_, i) => phases[i] !== "under way"));
      phases.forEach((at, i) => at.endsWith("recorded") && here.record(`u${i}`));
      const settling = here.journal.settle();
      open();
      await Promise.all([...works, settling]);
      here.journal.stop();
      expect([...here.cloud].map((urn) => `${urn} 1`).sort()).toEqual([...here.recorded].sort());
    }),
  );
});
