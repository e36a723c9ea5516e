/** Interleaved rounds: A B A B ..., so that what else the machine does disturbs all contenders alike. */

/** Samples of one run by quantity, such as `processor` and `wall`. */
export type Sample<Quantity extends string> = Readonly<Record<Quantity, number>>;

/** Gives one sample; what it prepares beforehand is its own to leave out. */
export type Contender<Quantity extends string> = () => Sample<Quantity> | Promise<Sample<Quantity>>;

/** Samples by contender and quantity, in the order of the rounds. */
export type Samples<Name extends string, Quantity extends string> = Readonly<Record<Name, Readonly<Record<Quantity, readonly number[]>>>>;

/** Runs every contender once in each round, in their order. A contender that throws ends it all: there is no figure without its samples. */
export async function interleaved<Name extends string, Quantity extends string>(
  rounds: number,
  contenders: Readonly<Record<Name, Contender<Quantity>>>,
  report: (round: number, name: Name, sample: Sample<Quantity>) => void = () => undefined,
): Promise<Samples<Name, Quantity>> {
  const names = Object.keys(contenders) as Name[];
  const taken: (readonly [Name, Sample<Quantity>])[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const name of names) {
      const sample = await contenders[name]();
      taken.push([name, sample]);
      report(round, name, sample);
    }
  }
  const samplesOf = (name: Name): Record<Quantity, number[]> => byQuantity(taken.filter(([of]) => of === name).map(([, sample]) => sample));
  return recordOf(names, samplesOf);
}

function byQuantity<Quantity extends string>(samples: readonly Sample<Quantity>[]): Record<Quantity, number[]> {
  const quantities = Object.keys(samples[0] ?? {}) as Quantity[];
  return recordOf(quantities, (quantity) => samples.map((sample) => sample[quantity]));
}

function recordOf<Key extends string, Value>(keys: readonly Key[], valueOf: (key: Key) => Value): Record<Key, Value> {
  return Object.fromEntries(keys.map((key) => [key, valueOf(key)])) as Record<Key, Value>;
}

/** Milliseconds that a function takes: of processors, those that collect its garbage among them, and of the clock. */
export function cost(run: () => void): Sample<"processor" | "wall"> {
  const [from, before] = [performance.now(), process.cpuUsage()];
  run();
  const { user, system } = process.cpuUsage(before);
  return { processor: (user + system) / 1000, wall: performance.now() - from };
}

/** Seconds of the clock that something takes, until its promise is settled. */
export async function seconds(run: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await run();
  return (performance.now() - from) / 1000;
}
