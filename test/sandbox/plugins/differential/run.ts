/** Takes the program's resources through both providers, step by step, and says where their answers differ. */
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "../../../../sandbox/provider/kind";
import { isUnknown } from "../../../../sandbox/provider/wire";
import { differences } from "./compare";
import { changesOf } from "./changes";
import { readable, type Known, type Side } from "./side";

/** A difference: the type, at which step, and what of the answer. */
export interface Found {
  readonly type: string;
  readonly step: string;
  readonly what: string;
  readonly ours: unknown;
  readonly real: unknown;
}

export interface Sides {
  readonly ours: Side;
  readonly real: Side;
}

/** A resource of the program. */
export interface Wanted {
  readonly type: string;
  readonly name: string;
  readonly props: Properties;
}

/** A change by hand: what it is, and the requests that make it; `undone` puts things back. */
export interface HandChange {
  readonly name: string;
  make(side: Side, known: Known): Promise<void>;
}

type Pair<T> = Readonly<Record<keyof Sides, T>>;

export class Comparison {
  readonly found: Found[] = [];
  readonly steps = new Map<string, number>();

  constructor(private readonly sides: Sides) {}

  /** Check and Create, then Read, which must find nothing. */
  async created({ type, name, props }: Wanted): Promise<Pair<Known>> {
    const urn = `urn:pulumi:dev::gpu-cicd::${type}::${name}`;
    const checked = await this.both((side) => side.check(urn, undefined, props));
    this.compare(type, "check", checked);
    const known = await this.both((side, which) => side.create(urn, checked[which]));
    this.outcome(type, "create", known);
    await this.seen(type, "read", known);
    return known;
  }

  /** Every change of an input: what Check makes of it, what Diff says, and, where no replacement is asked for, the update there and back. */
  async changed(wanted: Wanted, known: Pair<Known>): Promise<Pair<Known>> {
    let now = known;
    for (const { name, props } of changesOf(wanted.props)) {
      const step = `change of ${name}`;
      const urn = now.ours.urn;
      const checked = await this.both((side, which) => side.check(urn, now[which].inputs, props).catch(() => undefined));
      if (checked.ours === undefined || checked.real === undefined) {
        if ((checked.ours === undefined) !== (checked.real === undefined)) this.note(wanted.type, step, "refusal", checked.ours === undefined, checked.real === undefined);
        continue;
      }
      const news = checked as Pair<Struct>;
      const diff = await this.both((side, which) => side.diff(now[which], news[which]));
      for (const what of differences(diff.ours, diff.real)) this.note(wanted.type, step, `diff.${what}`, diff.ours, diff.real);
      if (diff.ours.replaces || diff.real.replaces || !diff.ours.changed || !diff.real.changed) continue;
      const after = await this.both((side, which) => side.update(now[which], news[which]).catch((error: Error) => error));
      if (after.ours instanceof Error || after.real instanceof Error) {
        if (!(after.ours instanceof Error && after.real instanceof Error)) this.note(wanted.type, step, "refusal", String(after.ours), String(after.real));
        this.sides.ours.writes();
        this.sides.real.writes();
        continue;
      }
      this.outcome(wanted.type, step, after as Pair<Known>);
      const back = await this.both((side) => side.check(urn, (after as Pair<Known>).ours.inputs, wanted.props));
      now = await this.both((side, which) => side.update((after as Pair<Known>)[which], back[which]));
      this.outcome(wanted.type, `${step} undone`, now);
    }
    return now;
  }

  /** A change by hand, which Read finds and Diff calls drift. */
  async drifted(type: string, known: Pair<Known>, { name, make }: HandChange): Promise<void> {
    await this.both((side, which) => make(side, known[which]));
    await this.seen(type, `by hand: ${name}`, known);
  }

  async removed(type: string, known: Pair<Known>): Promise<void> {
    await this.both((side, which) => side.remove(known[which]));
    this.wrote(type, "delete");
  }

  /** What Read finds, and what Diff says of it against the inputs that were. */
  private async seen(type: string, step: string, known: Pair<Known>): Promise<void> {
    const read = await this.both((side, which) => side.read(known[which]));
    this.count(type, step);
    if (read.ours === undefined || read.real === undefined) {
      if (read.ours !== read.real) this.note(type, step, "gone", read.ours === undefined, read.real === undefined);
      return;
    }
    const there = read as Pair<Known>;
    this.compare(type, `${step}, inputs`, { ours: there.ours.inputs, real: there.real.inputs });
    this.compare(type, `${step}, outputs`, { ours: there.ours.outputs, real: there.real.outputs });
    const diff = await this.both((side, which) => side.diff(there[which], known[which].inputs));
    for (const what of differences(diff.ours, diff.real)) this.note(type, step, `diff.${what}`, diff.ours, diff.real);
  }

  private outcome(type: string, step: string, known: Pair<Known>): void {
    if (known.ours.id !== known.real.id) this.note(type, step, "id", known.ours.id, known.real.id);
    this.compare(type, step, { ours: known.ours.outputs, real: known.real.outputs });
    this.wrote(type, step);
  }

  private wrote(type: string, step: string): void {
    const writes = { ours: this.sides.ours.writes(), real: this.sides.real.writes() };
    this.count(type, step);
    for (const what of differences(writes.ours, writes.real)) this.note(type, step, `requests.${what}`, writes.ours, writes.real);
  }

  private compare(type: string, step: string, structs: Pair<Struct>): void {
    const [ours, real] = [readable(structs.ours), readable(structs.real)];
    for (const what of differences(ours.value, real.value)) this.note(type, step, what, valueAt(ours.value, what), valueAt(real.value, what));
    if (ours.secrets.join() !== real.secrets.join()) this.note(type, step, "secrets", ours.secrets, real.secrets);
  }

  private note(type: string, step: string, what: string, ours: unknown, real: unknown): void {
    this.found.push({ type, step, what, ours, real });
  }

  private count(type: string, step: string): void {
    const key = `${type} ${step}`;
    this.steps.set(key, (this.steps.get(key) ?? 0) + 1);
  }

  private async both<T>(work: (side: Side, which: keyof Sides) => Promise<T>): Promise<Pair<T>> {
    const [ours, real] = await Promise.all([work(this.sides.ours, "ours"), work(this.sides.real, "real")]);
    return { ours, real };
  }
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? (at as Record<string, unknown>)[key] : undefined), value);
}

/** Whether everything is known, as it is once the clouds have answered. */
export function isKnown(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return !isUnknown(value);
  return Object.values(value).every(isKnown);
}
