/** Renders docs/situations.md: what happens on the days after, each with its source, what this project does, and the test that shows it. */
import type { Generated } from "../generate/generator";
import { situations } from "./situations/list";

/** The generator of the document. */
export function situationFiles(): Generated {
  return { files: [{ path: "docs/situations.md", content: situationsDoc() }] };
}

/** The whole document. */
export function situationsDoc(): string {
  const rows = situations.map(({ when, verdict, what, source, test }) => `| ${when} | ${verdict} | ${what} | ${source} | ${test === undefined ? "" : `\`${test}\``} |`);
  return `<!-- Rendered from cli/documents/situations/list.ts by \`make generate\`. -->

# The days after

What people who run such systems have met, tried on the rehearsed stack.

- **handled**: it works, or nothing has to be done.
- **refused**: it is said before anything changes, with what is allowed.
- **shown**: it goes through, and the report or status says what it means.
- **open**: not handled yet.

| When | Verdict | What happens | Source | Test |
|---|---|---|---|---|
${rows.join("\n")}

## Add one

1. Try it on a rehearsed stack and write down what happens.
2. Add an entry to \`cli/documents/situations/list.ts\`: when, the verdict, what happens, and where it was met. Leave \`test\` out for an open one.
3. Name a test after the situation, in the suite that mirrors the code; a test holds that the file of every entry exists.
4. \`make generate\` renders this document.
`;
}
