/** One run of the engine: what its program registered, and what is told of it. */
import { byCause, furtherLines, gravest } from "./causes";
import { describe, violations, withDefaults, type Violation } from "./judge";
import type { Finding, Rule, RuleConfig, Subject } from "./rule";

/** What a team chose for the policies, by their names. */
export type GivenConfig = ReadonlyMap<string, RuleConfig>;

/** A violation as people read it, with the other places of its cause. */
export interface Told {
  readonly rule: Rule;
  readonly urn: string | undefined;
  readonly text: string;
}

/** What is told of the whole stack. */
export interface Verdict {
  readonly told: readonly Told[];
  /** Rules of which another one tells what they found, or which told it before: they did not pass either. */
  readonly silent: ReadonlyMap<Rule, string>;
}

/**
 * A preview is judged as a whole at its end, when nothing has been touched: so each cause is told once. An update judges each resource before the engine
 * touches it, and the stack at its end.
 */
export class Run {
  /** Resources as they were registered, by URN. */
  private readonly registered = new Map<string, Subject>();
  /** What policies say of single resources of a preview, by URN, as far as they have been asked. */
  private readonly asked = new Map<string, readonly Violation[]>();
  /** What was told before the end. */
  private readonly before: Violation[] = [];

  constructor(
    private readonly rules: readonly Rule[],
    private readonly given: GivenConfig,
    private readonly isPreview: boolean,
  ) {}

  /** A resource with its inputs. Gives what must be told before it is touched. */
  register(subject: Subject): readonly Told[] {
    this.registered.set(subject.urn, subject);
    this.asked.delete(subject.urn);
    if (this.isPreview) return [];
    const found = this.aboutResource(subject);
    this.before.push(...found);
    if (found.length === 0) return [];
    const roots = this.rules.flatMap((rule) => [...this.differences(rule, subject)]);
    return byCause([...found, ...roots], [subject], this.ask).flatMap(({ told, further }) => {
      const own = [told, ...further].filter((violation) => !roots.includes(violation));
      return own.length === 0 ? [] : [tell(gravest(own), [told, ...further])];
    });
  }

  /** Asks the policies about what was registered, where a preview has time for it: while the engine and the program work. */
  askAhead(): void {
    if (this.isPreview) for (const { urn } of this.registered.values()) this.previewed(urn);
  }

  /** @param stack all resources, with what the clouds answered */
  judge(stack: readonly Subject[]): Verdict {
    const subjects = stack.map((subject) => withInputs(subject, this.registered.get(subject.urn)?.props));
    const single = this.isPreview ? [...this.registered.keys()].flatMap((urn) => this.previewed(urn)) : [];
    const found = [...single, ...this.rules.filter(({ scope }) => scope === "stack").flatMap((rule) => this.ask(rule, subjects))];
    const told: Told[] = [];
    const silent = new Map<Rule, string>();
    const causes = found.length === 0 ? [] : byCause([...this.before, ...found], subjects, this.ask);
    for (const cause of causes) {
      const all = [cause.told, ...cause.further];
      const places = new Set(all.filter((violation) => this.before.includes(violation)).map(({ subject }) => subject?.urn));
      const fresh = all.filter((violation) => !this.before.includes(violation) && !places.has(violation.subject?.urn));
      const leader = fresh.length === 0 ? undefined : gravest(fresh);
      if (leader !== undefined) told.push(tell(leader, all));
      for (const { rule } of all) silent.set(rule, (leader ?? cause.told).rule.name);
    }
    for (const { rule } of told) silent.delete(rule);
    return { told, silent };
  }

  private readonly ask = (rule: Rule, subjects: readonly Subject[]): readonly Violation[] => violations(rule, subjects, this.configOf(rule));

  private previewed(urn: string): readonly Violation[] {
    const found = this.asked.get(urn) ?? this.aboutResource(this.registered.get(urn)!);
    this.asked.set(urn, found);
    return found;
  }

  private aboutResource(subject: Subject): readonly Violation[] {
    return this.rules.filter(({ scope }) => scope === "resource").flatMap((rule) => this.ask(rule, [subject]));
  }

  private *differences(rule: Rule, subject: Subject): Iterable<Violation> {
    if (rule.scope !== "stack" || rule.differences === undefined) return;
    for (const finding of rule.differences(subject, this.configOf(rule))) yield { rule, subject, ...finding } satisfies Finding & Violation;
  }

  private configOf(rule: Rule): RuleConfig {
    return withDefaults(rule, this.given.get(rule.name));
  }
}

/** A resource that was not registered in this run, as it was not targeted, has only what the clouds answered. */
function withInputs(subject: Subject, inputs: Subject["props"] | undefined): Subject {
  return inputs === undefined ? subject : new Registered(subject, inputs);
}

/** What the clouds answered is not looked at before a rule asks for it. */
class Registered implements Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly protect: boolean;
  readonly sources: Subject["sources"];
  readonly options: Subject["options"];

  constructor(
    private readonly subject: Subject,
    readonly inputs: Subject["props"],
  ) {
    ({ type: this.type, name: this.name, urn: this.urn, protect: this.protect, sources: this.sources, options: this.options } = subject);
  }

  get props(): Subject["props"] {
    return this.inputs;
  }

  get outputs(): Subject["outputs"] {
    return this.subject.outputs;
  }
}

function tell(leader: Violation, all: readonly Violation[]): Told {
  const further = all.filter((one) => one !== leader);
  const lines = further.length === 0 ? [] : ["The same cause:", ...furtherLines(further).map((line) => `  ${line}`)];
  return { rule: leader.rule, urn: leader.subject?.urn, text: [describe(leader), ...lines].join("\n") };
}
