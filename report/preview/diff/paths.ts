/** Paths of properties, as people read them and as the table of meanings is asked for them. */

/** Where a value stands. */
export interface Place {
  /** Type token of the resource, or the schema of the document. */
  readonly owner: string;
  /** As the engine writes it, such as `spec.hard["requests.cpu"]`; empty for the whole. */
  readonly text: string;
  /** For `meaningOf`. */
  readonly steps: readonly string[];
}

const PLAIN = /^[A-Za-z_$][\w$-]*$/;

export function place(owner: string): Place {
  return { owner, text: "", steps: [] };
}

/** A field of the value at a place. */
export function field(at: Place, key: string): Place {
  const text = PLAIN.test(key) ? (at.text === "" ? key : `${at.text}.${key}`) : `${at.text}[${JSON.stringify(key)}]`;
  return { owner: at.owner, text, steps: [...at.steps, key] };
}

/** An element of the list at a place, by its index or by what it is known by. */
export function element(at: Place, name: number | string): Place {
  return { owner: at.owner, text: `${at.text}[${name}]`, steps: [...at.steps, "*"] };
}

/** The first field of a path. */
export function topLevel(path: string): string {
  const quoted = /^\["((?:[^"\\]|\\.)*)"\]/.exec(path)?.[1];
  return quoted ?? /^[^.[]*/.exec(path)![0];
}

/** True when one of two paths is the other or leads to it. */
export function overlap(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  return long.startsWith(short) && (long.length === short.length || short === "" || long[short.length] === "." || long[short.length] === "[");
}
