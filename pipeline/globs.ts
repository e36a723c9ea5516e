/**
 * What can be said about path patterns without any path: whether one matches anything, whether two have a path in common, whether one
 * covers another. Patterns become finite automata, so the answers are exact and hold for every path.
 *
 * The language is what GitHub's patterns and picomatch read alike: literals, `*`, `**` as a whole segment, `[...]`.
 */

/** Why a pattern is refused, or undefined when it is good. The pattern has no leading `!`. */
export function globFault(glob: string): string | undefined {
  return GLOB_FAULTS.find(({ found }) => found(glob))?.allowed;
}

const GLOB_FAULTS: readonly { readonly found: (glob: string) => boolean; readonly allowed: string }[] = [
  { found: (glob) => glob === "", allowed: "a pattern that is not empty" },
  { found: (glob) => glob !== glob.trim(), allowed: "a pattern without space around it: it matches nothing" },
  { found: (glob) => glob.startsWith("!"), allowed: "one ! at most" },
  { found: (glob) => glob.startsWith("/"), allowed: "a path from the repository's root, without a leading /: it matches nothing" },
  { found: (glob) => glob.endsWith("/"), allowed: "a pattern for files, such as one ending in /**: a trailing / matches nothing" },
  {
    found: (glob) => glob.split("/").some((segment) => segment === "." || segment === ".."),
    allowed: "a path without . and .. segments: they match nothing",
  },
  { found: (glob) => glob.split("/").includes(".git"), allowed: "a path outside .git: git keeps no file in one, so it matches nothing" },
  { found: (glob) => glob.includes("//"), allowed: "a path without empty segments: they match nothing" },
  { found: (glob) => /[{}()|]/.test(glob), allowed: "one pattern for each alternative: braces and groups match themselves only" },
  { found: (glob) => /[?+\\]/.test(glob), allowed: "literals, *, ** and [...]: ?, + and \\ mean different things to different matchers" },
  {
    found: (glob) => glob.split("/").some((segment) => segment.includes("**") && segment !== "**"),
    allowed: "** as a whole segment, such as **/*.rs",
  },
  { found: (glob) => /(^|\/)\*\*\/\*\*(\/|$)/.test(glob), allowed: "one ** where several follow each other" },
  { found: (glob) => !classesPlain(glob), allowed: "brackets with letters, digits, _ . and - in them: matchers disagree on others" },
  { found: (glob) => !rangesRise(glob), allowed: "ranges that go up, such as [a-z]: one that goes down matches nothing" },
];

function classesPlain(glob: string): boolean {
  return !/[[\]]/.test(glob.replace(/\[[\w.-]+\]/g, ""));
}

function rangesRise(glob: string): boolean {
  return [...glob.matchAll(/\[([^\]]+)\]/g)].every(([, members]) => [...members!.matchAll(/(.)-(.)|./g)].every(([, from, to]) => from === undefined || to === undefined || from <= to));
}

/** Tells whether some path matches both patterns. */
export function globsMeet(left: string, right: string): boolean {
  if (endsPart(left, right)) return false;
  const [a, b] = [automaton(left), automaton(right)];
  const alphabet = alphabetOf(left, right);
  return explore(
    pairs(a.closure([a.start]), b.closure([b.start])),
    ([x, y]) => `${x},${y}`,
    ([x, y]) => x === a.accept && y === b.accept,
    ([x, y]) => alphabet.flatMap((character) => pairs(a.step([x], character), b.step([y], character))),
  );
}

/** Tells whether every path that matches `inner` matches `outer`. */
export function globCovers(outer: string, inner: string): boolean {
  if (endsPart(outer, inner) || endsDemandMore(outer, inner)) return false;
  const [a, b] = [automaton(inner), automaton(outer)];
  const alphabet = alphabetOf(inner, outer);
  type State = readonly [ReadonlySet<number>, ReadonlySet<number>];
  const start: State = [a.closure([a.start]), b.closure([b.start])];
  const escapes = explore<State>(
    [start],
    ([x, y]) => `${[...x].sort().join()};${[...y].sort().join()}`,
    ([x, y]) => x.has(a.accept) && !y.has(b.accept),
    ([x, y]) => alphabet.map((character): State => [a.step(x, character), b.step(y, character)]).filter(([next]) => next.size > 0),
  );
  return !escapes;
}

/** A quick answer for most pairs: literal beginnings or endings that differ. */
function endsPart(left: string, right: string): boolean {
  const [a, b] = [literalEnds(left), literalEnds(right)];
  return (
    (!a.prefix.startsWith(b.prefix) && !b.prefix.startsWith(a.prefix)) || (!a.suffix.endsWith(b.suffix) && !b.suffix.endsWith(a.suffix))
  );
}

/** Another: where `inner` is free to vary, `outer` asks for certain characters. Brackets may leave no freedom, so they are looked at in full. */
function endsDemandMore(outer: string, inner: string): boolean {
  if (inner.includes("[")) return false;
  const [a, b] = [literalEnds(outer), literalEnds(inner)];
  return !b.prefix.startsWith(a.prefix) || !b.suffix.endsWith(a.suffix);
}

/** Characters before the first wildcard and behind the last; `**` with the slash behind it may be nothing, so that slash does not count. */
function literalEnds(glob: string): { readonly prefix: string; readonly suffix: string } {
  const wild = glob.search(/[*[]/);
  if (wild === -1) return { prefix: glob, suffix: glob };
  const last = Math.max(glob.lastIndexOf("*"), glob.lastIndexOf("]"));
  return { prefix: glob.slice(0, wild), suffix: glob.slice(last + 1).replace(/^\//, "") };
}

/** Walks states from some; true as soon as one is wanted. */
function explore<State>(
  from: readonly State[],
  key: (state: State) => string,
  wanted: (state: State) => boolean,
  next: (state: State) => readonly State[],
): boolean {
  const seen = new Set<string>();
  const open = [...from];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    if (seen.has(key(state))) continue;
    seen.add(key(state));
    if (wanted(state)) return true;
    open.push(...next(state));
  }
  return false;
}

function pairs(left: ReadonlySet<number>, right: ReadonlySet<number>): (readonly [number, number])[] {
  return [...left].flatMap((x) => [...right].map((y) => [x, y] as const));
}

/** Stands for every character that no pattern names. */
const OTHER = "\u0000";

/** Characters that tell the patterns' automata apart: those that they name, the slash, and one for all others. */
function alphabetOf(...globs: readonly string[]): string[] {
  const named = globs.flatMap((glob) =>
    tokens(glob).flatMap((token) => (token.kind === "class" ? token.members : token.kind === "literal" ? [token.character] : [])),
  );
  return [...new Set([...named, "/", OTHER])];
}

type Token =
  | { readonly kind: "literal"; readonly character: string }
  | { readonly kind: "class"; readonly members: readonly string[] }
  | { readonly kind: "star" };

/** Reads one segment, or a whole pattern where only its characters matter. */
function tokens(text: string): Token[] {
  return [...text.matchAll(/\[([^\]]+)\]|\*+|[^]/g)].map((match): Token => {
    const [whole, members] = match;
    if (members !== undefined) return { kind: "class", members: classMembers(members) };
    return whole.startsWith("*") ? { kind: "star" } : { kind: "literal", character: whole };
  });
}

function classMembers(text: string): string[] {
  return [...text.matchAll(/(.)-(.)|(.)/g)].flatMap(([, from, to, single]) => {
    if (from === undefined || to === undefined) return [single!];
    const first = from.charCodeAt(0);
    return Array.from({ length: Math.max(0, to.charCodeAt(0) - first + 1) }, (_, offset) => String.fromCharCode(first + offset));
  });
}

type Accepts = (character: string) => boolean;
const notSlash: Accepts = (character) => character !== "/";

/** A nondeterministic automaton with one start and one accepting state. */
class Automaton {
  readonly start = 0;
  accept = 0;
  private states = 1;
  private readonly moves = new Map<number, { readonly to: number; readonly accepts?: Accepts }[]>();

  fresh(): number {
    return this.states++;
  }

  /** Without `accepts`, the move takes no character. */
  move(from: number, to: number, accepts?: Accepts): void {
    const known = this.moves.get(from) ?? [];
    known.push({ to, accepts });
    this.moves.set(from, known);
  }

  closure(from: Iterable<number>): Set<number> {
    const reached = new Set(from);
    for (const state of reached) for (const { to, accepts } of this.moves.get(state) ?? []) if (!accepts) reached.add(to);
    return reached;
  }

  step(from: Iterable<number>, character: string): Set<number> {
    const next = [...from].flatMap((state) =>
      (this.moves.get(state) ?? []).filter(({ accepts }) => accepts?.(character)).map(({ to }) => to),
    );
    return this.closure(next);
  }
}

const known = new Map<string, Automaton>();

function automaton(glob: string): Automaton {
  const made = known.get(glob) ?? build(glob);
  known.set(glob, made);
  return made;
}

function build(glob: string): Automaton {
  const made = new Automaton();
  const segments = glob.split("/");
  made.accept = segments.reduce((from, segment, index) => {
    const last = index === segments.length - 1;
    if (segment === "**") return last ? anyPath(made, from) : anyDirectories(made, from);
    const to = oneSegment(made, from, segment);
    return last ? to : literal(made, to, "/");
  }, made.start);
  return made;
}

function literal(made: Automaton, from: number, character: string): number {
  const to = made.fresh();
  made.move(from, to, (found) => found === character);
  return to;
}

function oneSegment(made: Automaton, from: number, segment: string): number {
  // Names are never empty, so a segment that is all wildcard takes a character at least.
  if (/^\*+$/.test(segment)) return anyName(made, from);
  return tokens(segment).reduce((at, token) => oneToken(made, at, token), from);
}

function oneToken(made: Automaton, from: number, token: Token): number {
  if (token.kind === "literal") return literal(made, from, token.character);
  const to = made.fresh();
  if (token.kind === "star") {
    made.move(from, to);
    made.move(to, to, notSlash);
  } else {
    made.move(from, to, (found) => token.members.includes(found));
  }
  return to;
}

function anyName(made: Automaton, from: number): number {
  const to = made.fresh();
  made.move(from, to, notSlash);
  made.move(to, to, notSlash);
  return to;
}

/** `**` before a slash: any number of directories, each with its slash. */
function anyDirectories(made: Automaton, from: number): number {
  const at = made.fresh();
  made.move(from, at);
  const name = anyName(made, at);
  made.move(name, at, (found) => found === "/");
  return at;
}

/** `**` at the end: one name, or several with slashes between. */
function anyPath(made: Automaton, from: number): number {
  const to = anyName(made, from);
  made.move(anyName(made, literal(made, to, "/")), to);
  return to;
}
