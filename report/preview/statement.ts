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

/** What a template takes: a value of somebody else's, a list of such, or words of ours that are already a sentence's parts. */
export type Inserted = string | number | readonly (string | number)[] | Sentence;

/**
 * A sentence from a template: say`The check ${context} is no longer required on ${ruleset}.` The template's texts are words, what is put in is a
 * value; a list is put in as its values with commas between them, an empty one as the word "none". A value that is too long is cut and ends with
 * `...`.
 */
export function say(words: TemplateStringsArray, ...inserted: readonly Inserted[]): Sentence {
  return joined(words.flatMap((text, index) => [{ text }, ...(index < inserted.length ? partsOf(inserted[index]!) : [])]));
}

/** Words of ours that are chosen by the facts, to put into a template. */
export function words(text: string): Sentence {
  return [{ text }];
}

/** The sentence as plain text, with values as they are: for logs, terminals and tests. */
export function plainSentence(sentence: Sentence): string {
  return sentence.map((part) => ("text" in part ? part.text : part.value)).join("");
}

function partsOf(inserted: Inserted): Sentence {
  if (typeof inserted === "string" || typeof inserted === "number") return [valuePart(inserted)];
  if (inserted.length === 0) return [{ text: "none" }];
  return inserted.flatMap((each, index): SentencePart[] => {
    if (typeof each === "object") return [each];
    return [...(index === 0 ? [] : [{ text: ", " }]), valuePart(each)];
  });
}

function valuePart(value: string | number): SentencePart {
  return { value: shortened(String(value)) };
}

/** Neighbouring words are one part, and empty ones none. */
function joined(parts: readonly SentencePart[]): Sentence {
  return parts.reduce<SentencePart[]>((sentence, part) => {
    const last = sentence.at(-1);
    if ("text" in part && part.text === "") return sentence;
    if (last !== undefined && "text" in last && "text" in part) sentence[sentence.length - 1] = { text: last.text + part.text };
    else sentence.push(part);
    return sentence;
  }, []);
}

function shortened(value: string): string {
  const characters = [...value];
  return characters.length > LONGEST_VALUE ? `${characters.slice(0, LONGEST_VALUE).join("")}...` : value;
}
