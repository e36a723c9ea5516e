/** Languages of files, by the names that fenced code blocks know them under. */

const LANGUAGES: Readonly<Record<string, string>> = { yml: "yaml", yaml: "yaml", json: "json", md: "markdown", mjs: "javascript", js: "javascript", ts: "typescript", sh: "bash" };

/** Undefined for a file whose language its name does not tell. */
export function languageOf(file: string): string | undefined {
  return LANGUAGES[file.slice(file.lastIndexOf(".") + 1)];
}
