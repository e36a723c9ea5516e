/** CODEOWNERS: who has to agree to a change of the pipeline's own files. */
import type { Pipeline } from "../../pipeline/model";

/** Everything that decides what CI runs, and CODEOWNERS itself. The last pattern that matches a file decides. */
export function codeowners(pipeline: Pipeline, header: readonly string[]): string {
  const owners = pipeline.codeOwners.join(" ");
  const paths = ["/.github/"];
  return [...header.map((line) => `# ${line}`.trimEnd()), "", ...paths.map((path) => `${path} ${owners}`), ""].join("\n");
}
