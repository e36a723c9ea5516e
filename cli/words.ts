/** A list in one text, such as a make variable holds, as its words. */

/** The text is no list of words. The message says where. */
export class WordsError extends Error {
  override readonly name = "WordsError";
}

/**
 * Splits a text at spaces, tabs and line breaks. Quotes and backslashes keep these inside a word, as they do in a shell: all between '...' stands
 * for itself; in "..." and outside of quotes a backslash takes the next character as it is. Nothing is expanded: `$`, `;` and `*` are characters.
 * @param name what the text is called in errors
 * @throws WordsError for a quote without its end, and for a backslash behind which nothing comes
 */
export function words(text: string, name: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const character = text[at]!;
    if (/\s/.test(character)) {
      if (word !== undefined) found.push(word);
      word = undefined;
      continue;
    }
    const part: Part = character === "'" || character === '"' ? quoted(text, at, name) : character === "\\" ? escaped(text, at, name) : { text: character, last: at };
    word = (word ?? "") + part.text;
    at = part.last;
  }
  return word === undefined ? found : [...found, word];
}

/** A piece of a word, and the index of its last character. */
interface Part {
  readonly text: string;
  readonly last: number;
}

function quoted(text: string, start: number, name: string): Part {
  const quote = text[start];
  let inside = "";
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === quote) return { text: inside, last: at };
    const part = text[at] === "\\" && quote === '"' ? escaped(text, at, name) : { text: text[at]!, last: at };
    inside += part.text;
    at = part.last;
  }
  throw new WordsError(`${name}: the quote ${quote} at character ${start + 1} has no end`);
}

function escaped(text: string, start: number, name: string): Part {
  const next = text[start + 1];
  if (next === undefined) throw new WordsError(`${name}: nothing comes behind the backslash at character ${start + 1}`);
  return { text: next, last: start + 1 };
}
