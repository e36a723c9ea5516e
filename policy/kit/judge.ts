/** Runs rules over resources: the one path that the pack, the audit, the tests and the mutations share. */
import type { Finding, Props, ResourceRule, Rule, RuleConfig, Subject } from "./rule";
import { unknownPath } from "./unknowns";

export interface Violation extends Finding {
  readonly rule: Rule;
  /** Undefined for what is missing from the whole stack. */
  readonly subject?: Subject;
}

/** Why a value that throws when it is read cannot be judged, in the words of a violation. */
export interface Unreadable {
  readonly found: string;
  readonly wanted: string;
  /** True when it will be readable later: a rule that names what it may wait for is then judged again. */
  readonly later: boolean;
}

/** A value of a preview. */
export const UNKNOWN_AT_PREVIEW: Unreadable = { found: "a value that is not known before the apply", wanted: "a value that can be judged at preview", later: true };
/** A value of a state whose secrets stay sealed: nothing will open it later, so no rule may wait. */
export const SEALED: Unreadable = { found: "a secret, which is not opened to be judged", wanted: "a value that is no secret where a policy reads it", later: false };

/** The config of a rule with the defaults of its schema below what a team chose. */
export function withDefaults(rule: Rule, chosen: RuleConfig = {}): RuleConfig {
  const defaults = Object.entries(rule.config ?? {}).map(([key, schema]) => [key, schema.default]);
  return { ...Object.fromEntries(defaults), ...chosen };
}

/** All violations of one rule. An unknown value that the rule needs is one of them, unless the rule may wait for the apply. */
export function violations(rule: Rule, subjects: readonly Subject[], config: RuleConfig, unreadable: Unreadable = UNKNOWN_AT_PREVIEW): Violation[] {
  if (rule.scope === "stack") {
    lastRead = undefined;
    return collect(rule, () => lastRead, () => rule.judge(subjects.map(watched), config), unreadable);
  }
  return subjects
    .filter((subject) => rule.types.includes(subject.type))
    .flatMap((subject) => collect(rule, () => subject, () => withSubject(subject, rule.judge(unreadable.later ? subject : withoutSealed(rule, subject), config)), unreadable));
}

/** The secrets of a resource that the rule would judge, were they open. */
export function sealedFor(rule: Rule, { type, props }: Subject): readonly string[] {
  return rule.scope === "resource" && rule.types.includes(type) ? (rule.secrets ?? []).filter((property) => isSealed(props, property)) : [];
}

function withoutSealed(rule: ResourceRule, subject: Subject): Subject {
  const sealed = sealedFor(rule, subject);
  return { ...subject, props: new Proxy(subject.props, { get: (props, property) => (sealed.includes(String(property)) ? undefined : Reflect.get(props, property)) }) };
}

/** The value itself, not a part of it: the names of what it holds may be open when the values are not. */
function isSealed(props: Props, property: string): boolean {
  try {
    void props[property];
    return false;
  } catch (error) {
    if (unknownPath(error) === undefined) throw error;
    return true;
  }
}

/** Findings are yielded one by one, so those before an unknown are kept. */
function collect(rule: Rule, reading: () => Subject | undefined, judge: () => Iterable<Finding & { subject?: Subject }>, { found: text, wanted, later }: Unreadable): Violation[] {
  const found: Violation[] = [];
  try {
    for (const finding of judge()) found.push({ rule, ...finding });
  } catch (error) {
    const path = unknownPath(error);
    if (path === undefined) throw error;
    if (!(later && waitsFor(rule, path[0]))) found.push({ rule, subject: reading(), property: path.join("."), found: text, wanted });
  }
  return found;
}

function* withSubject(subject: Subject, findings: Iterable<Finding>): Iterable<Finding & { subject: Subject }> {
  for (const finding of findings) yield { subject, ...finding };
}

/** The resource whose properties a rule about the whole stack read last: the error about an unknown value tells its path, not its resource. */
let lastRead: Subject | undefined;

/** A subject that notes when its properties are read. */
class Watched implements Subject {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly protect: boolean;
  readonly sources: Subject["sources"];
  readonly options: Subject["options"];

  constructor(private readonly subject: Subject) {
    ({ type: this.type, name: this.name, urn: this.urn, protect: this.protect, sources: this.sources, options: this.options } = subject);
  }

  get inputs(): Props | undefined {
    lastRead = this.subject;
    return this.subject.inputs;
  }

  get outputs(): Props | undefined {
    lastRead = this.subject;
    return this.subject.outputs;
  }

  get props(): Props {
    lastRead = this.subject;
    return this.subject.props;
  }
}

const watchers = new WeakMap<Subject, Watched>();

/** Each subject is wrapped once: making some hundred objects for each of the rules would take longer than to judge. */
function watched(subject: Subject): Watched {
  const watcher = watchers.get(subject) ?? new Watched(subject);
  watchers.set(subject, watcher);
  return watcher;
}

function waitsFor(rule: Rule, property: string | undefined): boolean {
  return rule.scope === "resource" && property !== undefined && rule.unknowns !== undefined && property in rule.unknowns.from;
}

/** One violation as people read it: resource, property, found, wanted, and how to put it right. */
export function describe(violation: Violation): string {
  const { rule, subject, property, found, wanted } = violation;
  return `${placeOf(subject)}: ${property}: found ${found}; wanted ${wanted}. ${rule.fix}`;
}

/** A resource as people name it. */
export function placeOf(subject: Subject | undefined): string {
  return subject === undefined ? "the stack" : `${subject.type} "${subject.name}"`;
}
