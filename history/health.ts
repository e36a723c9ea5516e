/** The health of the system, as its history has it. */
import { BLIND, EXTENT, FAULTS, FEEDBACK, FLAKES, RED, RED_TESTS, SLOW, SPENT_BY_FRAMEWORK, SPENT_BY_KIND, SPENT_BY_PULL, SPENT_BY_SUITE, WAITS, WEEKS } from "./questions";
import type { Store } from "./store";

/** Some quantity's middle and its end: minutes that half, and 95 of 100, stay below. */
interface Spread {
  readonly p50: number;
  readonly p95: number;
}

export interface Spent {
  readonly subject: string;
  readonly commits: number;
  /** GPU minutes: a job with two GPUs counts twice. */
  readonly gpus: number;
  /** In the currency of the price table. */
  readonly amount: number;
}

export interface RedBranch {
  readonly workflow: string;
  readonly kind: string;
  /** Runs since then; none of them was good. */
  readonly runs: number;
  readonly since: string;
  readonly commit: string;
  readonly run: number;
  /** First tests that failed in the first of the runs. */
  readonly tests: readonly { readonly image: string; readonly suite: string; readonly test: string; readonly message: string | null }[];
}

export interface FlakyTest {
  readonly image: string;
  readonly suite: string;
  readonly test: string;
  /** Commits on which it both failed and passed, of those on which it ran. */
  readonly flaky: number;
  readonly commits: number;
  readonly failures: number;
  readonly gpus: number;
}

/** All of it. Lists are sorted by what costs most. */
export interface Health {
  readonly extent: { readonly runs: number; readonly jobs: number; readonly cases: number; readonly first: string | null; readonly last: string | null };
  readonly red: readonly RedBranch[];
  readonly feedback: readonly ({ readonly kind: string; readonly runs: number } & Spread)[];
  readonly waits: readonly ({ readonly class: string; readonly jobs: number } & Spread)[];
  readonly spent: { readonly kind: readonly Spent[]; readonly framework: readonly Spent[]; readonly suite: readonly Spent[]; readonly pull: readonly Spent[] };
  readonly flakes: readonly FlakyTest[];
  readonly slow: readonly { readonly image: string; readonly suite: string; readonly test: string; readonly runs: number; readonly mean: number; readonly total: number }[];
  readonly faults: readonly { readonly fault: string; readonly jobs: number; readonly gpus: number }[];
  /** Test jobs that succeeded without a report. */
  readonly blind: readonly { readonly image: string; readonly suite: string; readonly jobs: number; readonly why: string | null }[];
  readonly weeks: readonly { readonly week: string; readonly pushes: number; readonly feedback: number | null; readonly red: number | null; readonly again: number; readonly gpus: number | null }[];
}

/** Tests in a list. */
const MOST_TESTS = 20;

/**
 * @param since first day that counts, such as `2026-11-01`
 * @param hourly amounts an hour by runner class (prices.ts)
 */
export async function healthOf(store: Store, since: string, hourly: ReadonlyMap<string, number>): Promise<Health> {
  await store.view(since);
  await store.run("CREATE OR REPLACE TEMP TABLE prices (class VARCHAR, price DOUBLE)");
  for (const [id, price] of hourly) await store.ask("INSERT INTO prices VALUES ($id, $price)", { id, price });
  const [extent] = await store.ask<Health["extent"]>(EXTENT);
  const red: RedBranch[] = [];
  for (const branch of await store.ask<Omit<RedBranch, "tests">>(RED)) red.push({ ...branch, tests: await store.ask(RED_TESTS, { run: branch.run }) });
  return {
    extent: extent!,
    red,
    feedback: await store.ask(FEEDBACK),
    waits: await store.ask(WAITS),
    spent: {
      kind: await store.ask(SPENT_BY_KIND),
      framework: await store.ask(SPENT_BY_FRAMEWORK),
      suite: await store.ask(SPENT_BY_SUITE),
      pull: await store.ask(SPENT_BY_PULL),
    },
    flakes: await store.ask(FLAKES, { most: MOST_TESTS }),
    slow: await store.ask(SLOW, { most: MOST_TESTS }),
    faults: await store.ask(FAULTS),
    blind: await store.ask(BLIND),
    weeks: await store.ask(WEEKS),
  };
}
