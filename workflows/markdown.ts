/** Text of others inside Markdown. */

/** Text for a cell of a table, or for a line: nothing in it opens a column, a tag or a new line. */
export function cell(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/[\r\n]+/g, " ");
}
