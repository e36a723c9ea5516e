/** Style, and the arrows between folders. */
import { lint } from "../../test/steps";
import { define } from "../kit/command";
import { flag } from "../kit/options";

export const command = define({
  about: ["Runs ESLint and dependency-cruiser on the whole project: eslint.config.mjs says what style is held, layers.json which folder may import which."],
  options: { changed: flag("looks at files that changed since the last run: quick, but blind where a type changes in one file and another one misuses it") },
  examples: [["lint --changed", "after an edit"]],
  exits: { 0: "nothing was found", 1: "something was found" },
  run: async ({ options: { changed } }) => ((await lint(changed)).failed === 0 ? 0 : 1),
});
