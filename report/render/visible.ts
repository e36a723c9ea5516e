/**
 * Makes texts of others harmless to look at: characters that are not seen, or that change how others are seen, are written as escapes, so that
 * a name cannot pass for another and a line cannot run backwards.
 */

/**
 * Controls but for tab and line feed; soft hyphen and zero-width characters; marks, embeddings, overrides and isolates of bidirectional text;
 * variation selectors and tags. Source: Unicode 16, categories Cc, Cf and Zl, Zp, and "Bidi_Control" of UAX #9.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/gu;

/** A surrogate without its other half: no valid text. */
const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** A text of several lines, with every unseen character but line ends and tabs written out. */
export function visible(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(LONE_SURROGATE, escaped).replace(UNSEEN, (character) => (character === "\n" || character === "\t" ? character : escaped(character)));
}

/** A text on one line: line ends and tabs are written out too. Nothing at all shows as `""`. */
export function visibleLine(text: string): string {
  return text === "" ? '""' : visible(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`;
}
