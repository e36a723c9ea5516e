/**
 * An `up` that meets a 500, a 409 or a rate limit on a call for any resource type ends with a clear error, and the next one goes on from there:
 * nothing is lost from the state, nothing made twice. The death of the engine is ordered in kill.test.ts.
 */
import { LONG, Rehearsal, errorsOf } from "./harness";
import { expectNothingLeft } from "./settled";

// Three faults for each of some thirty types, one step of the dependencies at a time.
jest.setTimeout(900_000);

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await Rehearsal.prepare("dev");
}, LONG);
afterAll(() => rehearsal?.stop(), LONG);

const STATUSES = [500, 409, 429] as const;
/** More than any provider tries again. */
const PERSISTENT = 6;
/** Depth of the stack's dependencies, a chain of pools and maintenance windows among them, each step with three faults: more runs than this would mean that one does not get further. */
const MOST_RUNS = 45;

async function typesOfStack(): Promise<readonly string[]> {
  const { steps } = await rehearsal.succeed("preview");
  return [...new Set(steps.map(({ type }) => type))].filter((type) => !type.startsWith("pulumi:") && !type.startsWith("gpu-cicd:")).sort();
}

/** The state holds each resource once, and the next preview finds nothing to do. */
async function expectWhole(): Promise<void> {
  const state = await rehearsal.state();
  expect(new Set(state.map(({ urn }) => urn)).size).toBe(state.length);
  expect(state.filter(({ initErrors, delete: deleting }) => (initErrors?.length ?? 0) > 0 || deleting === true)).toEqual([]);
  await expectNothingLeft(rehearsal);
}

test("every resource type survives a 500, a 409 and a rate limit", async () => {
  const types = await typesOfStack();
  expect(types.length).toBeGreaterThan(30);
  for (const type of types) {
    for (const status of STATUSES) await rehearsal.order({ type, status, times: status === 429 ? PERSISTENT : 1 });
  }
  const errors: string[] = [];
  let runs = 0;
  for (; runs < MOST_RUNS; runs += 1) {
    const run = await rehearsal.pulumi("up", "--yes", "--skip-preview", "--continue-on-error");
    if (run.code === 0) break;
    errors.push(errorsOf(run));
  }
  expect(runs).toBeLessThan(MOST_RUNS);
  const said = errors.join("\n");
  for (const text of ["500 InternalServerError: a fault that was ordered", "409 Conflict: a conflict that was ordered", "429 TooManyRequests: a rate limit that was ordered"]) expect(said).toContain(text);
  const unmet = (await rehearsal.faults()).filter(({ hits }) => hits.length === 0).map(({ order }) => order.type);
  expect([...new Set(unmet)]).toEqual([]);
  await rehearsal.clearFaults();
  await expectWhole();
});
