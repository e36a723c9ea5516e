/** Writes the documents that are rendered from the model: `make docs`. */
import { writeFileSync } from "node:fs";
import { POLICIES_DOC, policiesDoc } from "./policies-doc";
import { REHEARSAL_DOC, rehearsalDoc } from "./rehearsal-doc";

for (const [file, text] of [
  [POLICIES_DOC, policiesDoc()],
  [REHEARSAL_DOC, rehearsalDoc()],
] as const) {
  writeFileSync(file, text);
  console.log(file);
}
