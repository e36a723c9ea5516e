/** Writes every file that is made from others, and says what changed. */
import { changesOf, type Change } from "../generate/changes";
import { GENERATORS } from "../generate/registry";
import { testsWithSnapshots, updateSnapshots } from "../generate/snapshots";
import { writeChanges } from "../generate/write";
import { define, type Io } from "../kit/command";
import { flag } from "../kit/options";
import { PROJECT } from "../kit/project";
import { UsageError } from "../kit/usage";
import type { Generator } from "../generate/generator";

const NAMES = GENERATORS.map(({ name }) => name);

export const command = define({
  about: [
    "Everything is computed before anything is written or deleted: where a generator fails, the tree stays as it is. Look at the difference before committing it.",
    "Where no generator is named, Jest's snapshots are written last, by their own tests; --check leaves them to make test.",
    ...GENERATORS.map(({ name, title }) => `  ${name}: ${title}`),
  ],
  words: { placeholder: "GENERATOR", variable: "GENERATORS", help: "a generator; without one, all of them" },
  options: { check: flag("lists the files that are stale, and writes nothing") },
  examples: [
    ["generate", "everything"],
    ["generate policy-config", "one generator"],
    ["generate --check", "what a test of freshness says, for hooks"],
  ],
  exits: { 0: "every file is as its generator has it", 1: "with --check: a file is stale; a generator failed; or the command was called wrongly" },
  async run({ options: { check }, words }, io) {
    const changes = await changesOf(chosen(words), PROJECT);
    if (!check) writeChanges(changes, PROJECT);
    io.out(changes.length === 0 ? "nothing changed: every generated file is fresh\n" : changes.map((change) => `${line(change)}\n`).join(""));
    if (!check) return words.length > 0 || (await snapshots(io)) ? 0 : 1;
    if (changes.length === 0) return 0;
    io.err(`${changes.length} generated ${changes.length === 1 ? "file is" : "files are"} stale: run make generate\n`);
    return 1;
  },
});

/** Resolves with false where a test of them fails. */
async function snapshots(io: Io): Promise<boolean> {
  const tests = testsWithSnapshots();
  if (tests.length === 0) return true;
  io.out(`snapshots of ${tests.join(", ")}\n`);
  return updateSnapshots(tests);
}

function chosen(words: readonly string[]): readonly Generator[] {
  const unknown = words.filter((word) => !NAMES.includes(word));
  if (unknown.length > 0) throw new UsageError(unknown.map((word) => `${JSON.stringify(word)} is no generator: allowed are ${NAMES.join(", ")}`));
  return words.length === 0 ? GENERATORS : GENERATORS.filter(({ name }) => words.includes(name));
}

function line({ what, path }: Change): string {
  return `${what.padEnd("changed".length)}  ${path}`;
}
