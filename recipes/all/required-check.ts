import { drop, weaken } from "../../policy/mutations/mutation";
import { entryIn } from "../edits";
import type { Recipe } from "../recipe";

const CHECK = "docs-links";
const RULESETS = ["RepositoryRuleset protection-main", "RepositoryRuleset protection-release"];
const WORKFLOW = `RepositoryFile workflows-.github/workflows/${CHECK}.yml`;

/** Told by that name, as the function's text is the same for all. */
const without = Object.assign(
  (all: readonly { readonly context: string }[]) => all.filter(({ context }) => context !== CHECK),
  { toString: () => `the list without ${CHECK}` },
);

export const requiredCheck: Recipe = {
  name: "required-check",
  task: "a required check",
  edits: [
    entryIn(
      "requiredChecks",
      `${CHECK}:`,
      "  title: Links of the documents work",
      "  minutes: 7",
      "  run: python3 docs/check_links.py",
      "  fix: Run `python3 docs/check_links.py` and mend what it names.",
    ),
  ],
  refused: [
    {
      what: "with an expression in its script, and no advice",
      edits: [entryIn("requiredChecks", `${CHECK}: { title: Links, run: "echo \${{ github.head_ref }}" }`)],
      findings: [`gpu-cicd:requiredChecks.${CHECK}.fix`, `gpu-cicd:requiredChecks.${CHECK}.run`],
    },
  ],
  harms: [
    {
      what: "dropping it from a ruleset",
      byEntry: true,
      mutations: () => RULESETS.flatMap((ruleset) => weaken("required-checks-present", ruleset, "rules requiredStatusChecks requiredChecks", without)),
    },
    // Rulesets themselves say what is required, and a job has to report each.
    { what: "its workflow gone", byEntry: false, mutations: () => drop("required-checks-reported", WORKFLOW) },
    { what: "its job passing on error", byEntry: false, mutations: () => weaken("required-checks-reported", WORKFLOW, `content jobs ${CHECK} continue-on-error`, true) },
  ],
  tests: [],
};
