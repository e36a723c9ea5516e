/** Rows of texts as lines with aligned columns, for people who read them in a terminal. */

/** Where the text of a column stands. */
export type Alignment = "left" | "right";

/** The widths that the columns of some rows need. */
export function widthsOf(rows: readonly (readonly string[])[]): number[] {
  return (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
}

/** One row at these widths. A column of width 0 takes no room. @param alignments by column; left where none is given */
export function aligned(row: readonly string[], widths: readonly number[], alignments: readonly Alignment[] = []): string {
  return row
    .map((text, column) => (alignments[column] === "right" ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)))
    .filter((_, column) => widths[column]! > 0)
    .join("  ")
    .trimEnd();
}
