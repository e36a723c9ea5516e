/** Writes every rendered file of a stack below a folder, as the target repository would have it. */
import { join } from "node:path";
import { writeFiles } from "../../workflows/write";
import { define } from "../kit/command";
import { unwritableFolder } from "../kit/files";
import { or, text } from "../kit/options";
import { stackOption, withOption } from "../kit/project";
import { readCommittedStack } from "../stack";

export const command = define({
  about: ["Files that are there already are written over; others stay. Where config is wrong, nothing is written."],
  options: { stack: stackOption, with: withOption, out: or(text("FOLDER", "the folder to write to"), "rendered") },
  examples: [["render --stack prod --out rendered", "then: diff -r rendered ../dynamo"]],
  check: ({ options: { out } }) => unwritableFolder("out", out),
  async run({ options: { stack, with: instead, out } }, io) {
    const { files } = readCommittedStack(stack, instead);
    await writeFiles(out, files);
    io.out(files.map(({ path }) => `${join(out, path)}\n`).join(""));
  },
});
