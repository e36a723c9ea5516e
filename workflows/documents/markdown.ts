/** Pieces of Markdown documents. */

/** Joins blocks with empty lines, under the header of a generated file. */
export function document(header: readonly string[], blocks: readonly string[]): string {
  return `${["<!--", ...header, "-->"].join("\n")}\n\n${blocks.join("\n\n")}\n`;
}

/** A table. A pipe inside a cell is escaped, so that it opens no column; a line's end becomes a space, as it would end the row. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((text) => text.trim().replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}

/** A list with one line an item. */
export function bullets(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

/** Text in code type. */
export function code(text: string): string {
  return `\`${text}\``;
}
