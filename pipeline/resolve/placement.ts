/** Test suites as jobs: as config writes them, or joined by what their tests need (`testPlacement`). */
import type { Duration, JobDurations } from "../load";
import type { Arch, Mode } from "../model";
import type { OwnTestContract } from "../schema/test-contract";
import type { TestPlacement, TestSuite } from "../schema/tests";

type Placed = { readonly suites: readonly TestSuite[]; readonly testPlacement: TestPlacement };

/** Names of the jobs of suites that join under a name. */
export const cpuPart = (name: string): string => `${name}-cpu`;
/** Name of the part of a suite that needs a GPU. */
export const gpuPart = (name: string): string => `${name}-gpu`;

/** From one unit to the whole: joined suites are of the widest kind among them. */
const KINDS = ["unit", "integration", "e2e"] as const satisfies readonly TestSuite["kind"][];

/** The suites of a pipeline as the jobs that run, in the order in which the first of each name stands. What joins nothing, or is placed already, stays. */
export function placedSuites({ suites, testPlacement }: Placed): readonly TestSuite[] {
  if (testPlacement.by === "suite") return suites;
  return suites.flatMap((suite) => {
    if (suite.joins === undefined) return [suite];
    const members = joining(suites, suite.joins);
    return members[0] === suite ? [onCpus(members, testPlacement), ...sharded(onGpus(members, testPlacement), testPlacement)] : [];
  });
}

/** Ids of the shards of a suite. */
const shardId = (id: string, shard: number): string => `${id}-${shard}`;

/** A suite as its shards on pull requests, and whole in the other modes. */
function sharded(suite: TestSuite, { gpuShards }: TestPlacement): TestSuite[] {
  const others = suite.modes.filter((mode) => mode !== SHARDED);
  if (gpuShards === 1 || others.length === suite.modes.length) return [suite];
  const shards = Array.from({ length: gpuShards }, (_, index): TestSuite => ({ ...inModes(suite, [SHARDED]), id: shardId(suite.id, index + 1), shard: { number: index + 1, of: gpuShards } }));
  return others.length === 0 ? shards : [...shards, inModes(suite, others)];
}

/** Where somebody waits for the answer. */
const SHARDED: Mode = "pull-request";

function inModes(suite: TestSuite, modes: readonly Mode[]): TestSuite {
  const markers = Object.entries(suite.markers) as [Mode, string][];
  return { ...suite, modes, markers: Object.fromEntries(markers.filter(([mode]) => modes.includes(mode))) };
}

/** Suites that join under a name. */
export function joining(suites: readonly TestSuite[], name: string): readonly TestSuite[] {
  return suites.filter(({ joins }) => joins === name);
}

/**
 * Durations with those of joined jobs: what the parts of their suites take together. Suites of one commit are slow together, on the same machine with the
 * same images, so their 95th percentiles add up as their medians do. A duration that config names stays.
 */
export function placedDurations({ suites, testPlacement }: Placed, durations: JobDurations): JobDurations {
  if (testPlacement.by === "suite") return durations;
  const names = [...new Set(suites.flatMap(({ joins }) => joins ?? []))];
  const made = names.flatMap((name): (readonly [string, Duration])[] => {
    const members = joining(suites, name);
    const onGpu = gpuPart(name);
    const whole = together(durations, members, ({ kind }) => 1 - durations.withoutGpu[kind]);
    const { gpuShards } = testPlacement;
    // By measured time, so that shards take as long as each other.
    const shard = { median: whole.median / gpuShards, p95: whole.p95 / gpuShards };
    return [
      [cpuPart(name), together(durations, members, ({ kind }) => durations.withoutGpu[kind])],
      [onGpu, whole],
      ...(gpuShards === 1 ? [] : Array.from({ length: gpuShards }, (_, index): [string, Duration] => [shardId(onGpu, index + 1), shard])),
    ];
  });
  // A suite that joined is no job any more, and its own duration is in that of its jobs.
  const joined = suites.flatMap(({ id, joins }) => (joins === undefined ? [] : [id]));
  const others = Object.entries(durations.suites).filter(([id]) => !joined.includes(id));
  return { ...durations, suites: { ...Object.fromEntries(made), ...Object.fromEntries(others) } };
}

function together({ tests, suites }: JobDurations, members: readonly TestSuite[], share: (suite: TestSuite) => number): Duration {
  const sum = (of: (duration: Duration) => number): number => members.reduce((total, suite) => total + share(suite) * of(suites[suite.id] ?? tests[suite.kind]), 0);
  return { median: sum(({ median }) => median), p95: sum(({ p95 }) => p95) };
}

function onCpus(members: readonly TestSuite[], { withoutGpu, cpuRunners }: TestPlacement): TestSuite {
  const { runners, collectOnly, ...joined } = joinedOf(members, (name) => cpuPart(name), "Tests that need no GPU", withoutGpu);
  // Where tests are only collected they are collected where they were. A class that is missing has a finding.
  const placed = Object.fromEntries((Object.entries(runners) as [Arch, string][]).map(([arch, id]) => [arch, collectOnly[arch] === undefined ? (cpuRunners[arch] ?? id) : id]));
  return { ...joined, gpus: 0, runners: placed, collectOnly };
}

function onGpus(members: readonly TestSuite[], { withoutGpu }: TestPlacement): TestSuite {
  return joinedOf(members, (name) => gpuPart(name), "Tests that need a GPU", `not (${withoutGpu})`);
}

function joinedOf(members: readonly TestSuite[], nameOf: (name: string) => string, title: string, need: string): TestSuite {
  const [first] = members as readonly [TestSuite, ...TestSuite[]];
  const { joins = "", ...rest } = first;
  const text = (mode: Mode): string => `(${members.map(({ markers }) => `(${markers[mode] ?? ""})`).join(" or ")}) and ${need.startsWith("not ") ? need : `(${need})`}`;
  return {
    ...rest,
    id: nameOf(joins),
    title: `${title}: ${members.map(({ id }) => id).join(", ")}`,
    kind: KINDS[Math.max(...members.map(({ kind }) => KINDS.indexOf(kind)))]!,
    markers: Object.fromEntries(first.modes.map((mode) => [mode, text(mode)])),
    testContract: members.map(({ testContract }) => testContract).reduce(widest),
    timeoutMinutes: members.reduce((sum, { timeoutMinutes }) => sum + timeoutMinutes, 0),
  };
}

/** What serves the tests of both. Words that contradict each other are a finding of coherence; here the later one counts. */
function widest(one: OwnTestContract, other: OwnTestContract): OwnTestContract {
  const services = [...new Set([...(one.services ?? []), ...(other.services ?? [])])];
  const memory = [one.sharedMemoryGiB, other.sharedMemoryGiB].filter((each) => each !== undefined);
  return {
    ...one,
    ...other,
    ...(one.environment === undefined && other.environment === undefined ? {} : { environment: { ...one.environment, ...other.environment } }),
    ...(one.services === undefined && other.services === undefined ? {} : { services }),
    ...(memory.length === 0 ? {} : { sharedMemoryGiB: Math.max(...memory) }),
  };
}
