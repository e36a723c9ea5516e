/**
 * Statements: what a report says, as data. A statement has a kind, the facts that it is made from, and its sentence. The sentence is made where
 * the facts are read, never by a renderer; its parts tell words of ours from values of somebody else's, so that a renderer can put every value
 * where it cannot break out (inline code in Markdown, a text node in HTML).
 */

/** A part of a sentence: words of this project, or a value that came from a resource, a config or a message and may hold anything. */
export type SentencePart = { readonly text: string } | { readonly value: string };

/** A sentence in parts, in reading order. Put together without separators it ends with a full stop. */
export type Sentence = readonly SentencePart[];

/** A value of a fact: plain JSON, so that a report can be written to a file and read back. */
export type FactValue = string | number | boolean | null | readonly FactValue[] | { readonly [name: string]: FactValue };

/** The facts of a statement, by name. Every value in the sentence is one of them or counted from them. */
export type Facts = { readonly [name: string]: FactValue };

/** One thing that a report says. */
export interface Statement {
  /** Kebab case, such as `required-check-removed`; what the statement is about, whatever its facts are. */
  readonly kind: string;
  readonly facts: Facts;
  readonly sentence: Sentence;
}

/** Longest value that a sentence shows, in characters; facts hold it whole. */
const LONGEST_VALUE = 120;

/**
 * A sentence from a template: say`The check ${context} is no longer required on ${ruleset}.` The template's texts are words, what is put in is a
 * value; a list is put in as its values with commas between them. A value that is too long is cut and ends with `...`.
 */
export function say(words: TemplateStringsArray, ...values: readonly (string | number | readonly (string | number)[])[]): Sentence {
  const parts = words.flatMap((text, index): SentencePart[] => [{ text }, ...(index < values.length ? valueParts(values[index]!) : [])]);
  return parts.filter((part) => !("text" in part) || part.text !== "");
}

/** The sentence as plain text, with values as they are: for logs, terminals and tests. */
export function plainSentence(sentence: Sentence): string {
  return sentence.map((part) => ("text" in part ? part.text : part.value)).join("");
}

function valueParts(value: string | number | readonly (string | number)[]): SentencePart[] {
  if (!Array.isArray(value)) return [{ value: shortened(String(value)) }];
  return (value as readonly (string | number)[]).flatMap((each, index): SentencePart[] => [...(index === 0 ? [] : [{ text: ", " }]), { value: shortened(String(each)) }]);
}

function shortened(value: string): string {
  const characters = [...value];
  return characters.length > LONGEST_VALUE ? `${characters.slice(0, LONGEST_VALUE).join("")}...` : value;
}
