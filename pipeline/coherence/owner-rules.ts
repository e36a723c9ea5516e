/** The repository's own rules of CODEOWNERS: lines that GitHub reads. */
import type { Check, PipelineInput } from "./check";
import { each, shown, unless } from "./check";

/** docs.github.com, "About code owners": no `!`, no range of characters, no line that begins with an escaped `#`; such a line is skipped. */
const READABLE = /^\s*(#.*|[^!\s#\\[\]][^[\]\n\r]*)?$/;

export const ownerRulesReadable: Check<PipelineInput> = {
  name: "owner-rule",
  holds: "Each of the repository's own rules of CODEOWNERS is one line that GitHub reads.",
  find: ({ pipeline }) =>
    each(pipeline.ownerRules, "pipeline.ownerRules", (rule, at) =>
      unless(READABLE.test(rule), at, shown(rule), "one line of CODEOWNERS: a pattern without !, [ and ], and its owners; GitHub skips any other, and nobody is asked"),
    ),
};
