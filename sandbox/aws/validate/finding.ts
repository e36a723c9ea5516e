/** What a validator found: where, and what is wrong and allowed. */
export interface Finding {
  /** Path inside the document, such as `rules[0].selection.countUnit`; empty for the document itself. */
  readonly path: string;
  /** What was found and what is allowed. */
  readonly message: string;
}

/** One line for each finding, joined by "; ": an API answers with one message. */
export function describeFindings(findings: readonly Finding[]): string {
  return findings.map((finding) => (finding.path === "" ? finding.message : `${finding.path}: ${finding.message}`)).join("; ");
}

/** True for what JSON calls an object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A found value in words that fit into a message. */
export function show(value: unknown): string {
  return value === undefined ? "nothing" : JSON.stringify(value);
}

/** Keys of `value` that are not in `allowed`, as findings below `path`. */
export function unknownKeys(value: Record<string, unknown>, allowed: readonly string[], path: string): Finding[] {
  return Object.keys(value)
    .filter((key) => !allowed.includes(key))
    .map((key) => ({ path: path === "" ? key : `${path}.${key}`, message: `is not known; allowed are ${allowed.join(", ")}` }));
}

/** The JSON object in `text`, or the one finding that says why there is none. */
export function parseDocument(text: string): { readonly document: Record<string, unknown> } | { readonly finding: Finding } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { finding: { path: "", message: `the document is not JSON: ${error instanceof Error ? error.message : String(error)}` } };
  }
  return isRecord(parsed)
    ? { document: parsed }
    : { finding: { path: "", message: `the document is ${show(parsed)}; it has to be a JSON object` } };
}
