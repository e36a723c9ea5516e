/**
 * A page as a tree that knows neither Markdown nor HTML: what is said is composed once (`compose/`), and each format says how (`markdown.ts`,
 * `html.ts`). Values of others are nodes of their own, so that each format can put them where they cannot break out.
 */
import type { Sentence } from "../preview/statement";

/** A piece of a line. */
export type Inline =
  | { readonly kind: "text"; readonly text: string }
  /** Somebody else's text, such as a name or a property's value: shown as code, and never as markup. */
  | { readonly kind: "value"; readonly value: string }
  | { readonly kind: "strong"; readonly text: string }
  /** A link of ours; `url` is https. */
  | { readonly kind: "link"; readonly url: string; readonly text: string };

export type Line = readonly Inline[];

/** How grave something is: each format has its own sign for it. */
export type Tone = "bad" | "warning" | "note" | "good";

export interface Table {
  readonly kind: "table";
  /** What the table holds, for those who cannot see it. */
  readonly caption: string;
  /** Columns from this one on hold numbers, aligned to the right; default: none. */
  readonly numbersFrom?: number;
  readonly head: readonly string[];
  readonly rows: readonly (readonly Line[])[];
}

/** Lines of a change: what goes, what comes, and what stands around them. */
export interface DiffText {
  readonly sign: "+" | "-" | " " | "@";
  readonly text: string;
}

export type Block =
  | { readonly kind: "paragraph"; readonly line: Line }
  | { readonly kind: "callout"; readonly tone: Tone; readonly lines: readonly Line[] }
  | { readonly kind: "list"; readonly items: readonly Line[] }
  | Table
  | { readonly kind: "diff"; readonly label: string; readonly lines: readonly DiffText[] }
  /** Somebody else's text of several lines. */
  | { readonly kind: "output"; readonly label: string; readonly text: string }
  | { readonly kind: "chart"; readonly title: string; readonly svg: string }
  /** Heading of a part of a section. */
  | { readonly kind: "heading"; readonly text: string }
  /** Folded; `entry` is its line in the index of a page that leaves it out. */
  | { readonly kind: "details"; readonly summary: Line; readonly blocks: readonly Block[] };

export interface Section {
  /** Kebab case; the anchor in a page. */
  readonly id: string;
  readonly title: string;
  /** What the index says beside the title, such as `3 changes`. */
  readonly extent: string;
  readonly blocks: readonly Block[];
}

export interface Page {
  /** Plain text, for the title of a window. */
  readonly title: string;
  readonly tone: Tone;
  /** The heading's words. */
  readonly heading: Line;
  /** What stands above every section: verdict and counts. */
  readonly head: readonly Block[];
  readonly sections: readonly Section[];
  /** What was compared, by what and when. */
  readonly foot: readonly Line[];
}

export const text = (words: string): Inline => ({ kind: "text", text: words });
export const value = (of: string | number): Inline => ({ kind: "value", value: String(of) });
export const strong = (words: string): Inline => ({ kind: "strong", text: words });
export const paragraph = (...line: Line): Block => ({ kind: "paragraph", line });

/** A sentence's parts: words as words, values as values. */
export function sentence(parts: Sentence): Line {
  return parts.map((part) => ("text" in part ? text(part.text) : value(part.value)));
}

/** `1 change`, `2 changes`; a plural that is not made with `s` is given. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
