/** Whether the pipeline fits a checkout of the product repository: it reads files of one commit from git and runs none (docs/fit.md). */
import { fit, type FitReport } from "../../fit";
import { fitMarkdown } from "../fit/markdown";
import { fitSarif } from "../fit/sarif";
import { fitJson, fitText, summary } from "../fit/text";
import { answered, answerOptions, type Answer } from "../kit/answer";
import { define } from "../kit/command";
import { unwritableFile } from "../kit/files";
import { required, text, type ValuesOf } from "../kit/options";
import { stackOption, withOption } from "../kit/project";
import { readCommittedStack } from "../stack";

const FORMATS = ["text", "json", "markdown", "sarif"] as const;
const MISFITS = 2;

const OPTIONS = {
  dir: required(text("FOLDER", "a checkout of the product repository, with its history and every folder")),
  ref: text("COMMIT", "any name of a commit in it; without it, the one that is checked out"),
  stack: stackOption,
  with: withOption,
  ...answerOptions(FORMATS),
};

export const command = define({
  about: [
    "Holds Dockerfiles, build arguments, stages, secrets, commands, test markers, path filters, licence headers, charts, owners and workflow files of a checkout against the pipeline.",
    "It reads files of one commit from git, runs none of them and fetches nothing. What is known and left is excused in the stack's config, with a reason (docs/fit.md).",
  ],
  options: OPTIONS,
  examples: [
    ["fit --dir ../dynamo", "the commit that is checked out"],
    ["fit --dir ../dynamo --ref origin/main --format sarif --out fit.sarif", "main, for code scanning"],
  ],
  exits: { 0: "everything fits, or is excused", 2: "something does not fit, or the checkout cannot be judged" },
  check: ({ options: { out } }) => unwritableFile("out", out),
  async run({ options }, io) {
    return answered(await answer(options), options.out, io);
  },
});

/** What is asked. */
export type Question = Omit<ValuesOf<typeof OPTIONS>, "out">;

const WRITERS: Readonly<Record<(typeof FORMATS)[number], (report: FitReport, stack: string) => string>> = { text: fitText, json: fitJson, markdown: (report, stack) => fitMarkdown(report, stack), sarif: fitSarif };

/** @throws ConfigError, or an Error where git or Python fails: each says what was found and what is allowed */
export async function answer({ dir, ref, stack, with: instead, format }: Question): Promise<Answer> {
  const { pipeline, infrastructure, files } = readCommittedStack(stack, instead);
  const report = await fit({ folder: dir, reference: ref, pipeline, delivered: files.map(({ path }) => path), excuses: infrastructure.fit.excuses });
  return { report: WRITERS[format](report, stack), summary: summary(report, stack), exitCode: report.misfits.length === 0 ? 0 : MISFITS };
}
