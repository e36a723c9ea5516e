/** The quick part of everything that must pass. */
import { runPure } from "../../test/run";
import { define } from "../kit/command";

export const command = define({
  about: [
    "Checks types, style and whether generated files are fresh, and runs every test that needs no process, server, engine or browser (all that test/needs.json does not list).",
    "make test is everything.",
  ],
  options: {},
  examples: [["check", "before every commit"]],
  exits: { 0: "everything passed", 1: "something failed, or could not be run" },
  run: () => runPure(),
});
