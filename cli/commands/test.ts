/** Everything that must pass: types, lint and all tests. */
import { runAll } from "../../test/run";
import { define } from "../kit/command";

export const command = define({
  about: [
    "Builds the tools that tests use, then checks types and style, and runs every test. Each runs to its end whatever the others say; the last line counts them all.",
    "make check is its quick part.",
  ],
  words: { placeholder: "JEST-ARGUMENT", variable: "ARGS", help: "an argument for Jest, behind --; coverage of the policies is then not asked for" },
  options: {},
  examples: [
    ["test", "everything"],
    ["test -- test/cli -t explain", "some tests"],
  ],
  exits: { 0: "everything passed", 1: "something failed, or could not be run" },
  run: ({ words }) => runAll(words),
});
