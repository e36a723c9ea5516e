/**
 * Keeps one issue a stack about what of its pipeline does not fit the product repository: opened when a nightly look finds something, kept up to date, closed
 * when all fits. A look that could not be had changes no issue and fails the run.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { FitReport } from "../../fit";
import { fitMarkdown } from "../fit/markdown";
import { JOB_ENVIRONMENT, JOB_LOGIN, jobRepository, runUrl, type Variables } from "../github/environment";
import { keepIssue } from "../github/issues";
import { define } from "../kit/command";
import { required, text, type ValuesOf } from "../kit/options";
import { stacksOption } from "../reports-options";

const OPTIONS = { stacks: stacksOption, fits: required(text("FOLDER", "where the artifacts were fetched to: a folder fit-STACK for each stack")) };

export const command = define({
  about: ["Opened when a nightly look finds what does not fit, kept up to date, closed when all fits. A look that could not be had changes no issue and fails the run."],
  options: OPTIONS,
  examples: [["tell-fit --stacks '[{\"stack\":\"prod\"}]' --fits fits", "what was found for one stack"]],
  environment: JOB_ENVIRONMENT,
  async run({ options }, io) {
    for (const line of await tellFit(options, io.environment, (said) => io.err(`${said}\n`))) io.out(`${line}\n`);
  },
});

/** Some stacks could not be looked at. The message names each with its reason. */
export class NotFittedError extends Error {
  override readonly name = "NotFittedError";
}

const stacksOfRun = z.array(z.object({ stack: z.string().regex(/^[\w-]+$/) })).min(1);

const placed = z.object({ path: z.string(), line: z.number().optional(), kind: z.enum(["file", "config"]) });
const misfit = z.object({ rule: z.string(), where: placed, about: z.string(), found: z.string(), allowed: z.string(), mend: z.string() });
/** What `fit` writes as JSON. */
const reportSchema = z.object({ version: z.literal(1), stack: z.string(), commit: z.string().nullable(), files: z.number(), misfits: z.array(misfit), excused: z.array(misfit.extend({ why: z.string() })) });

/** First line of a stack's issue. */
export function fitMarker(stack: string): string {
  return `<!-- gpu-cicd/fit ${stack} -->`;
}

/** @returns one line for each stack. @throws NotFittedError after all others were told; RequestError when GitHub refuses */
export async function tellFit({ stacks, fits }: ValuesOf<typeof OPTIONS>, variables: Variables, log: (line: string) => void, author = JOB_LOGIN): Promise<readonly string[]> {
  const repository = await jobRepository(variables, log);
  const told: string[] = [];
  const failed: string[] = [];
  for (const { stack } of stacksOfRun.parse(JSON.parse(stacks))) {
    const report = readFit(stack, join(fits, `fit-${stack}`, `${stack}.json`));
    // Nothing was read: that says nothing of what an open issue tells.
    if (typeof report === "string" || report.commit === undefined) {
      failed.push(`${stack}: ${typeof report === "string" ? report : "the checkout could not be judged"}`);
      continue;
    }
    const marker = fitMarker(stack);
    const body = report.misfits.length === 0 ? undefined : fitMarkdown(report, stack, { marker, pageUrl: runUrl(variables) });
    const kept = await keepIssue(repository, { marker, title: `The pipeline of ${stack} does not fit its repository`, body, author });
    told.push(kept === undefined ? `${stack}: it fits` : `${stack}: issue ${kept.outcome}, ${kept.url}`);
  }
  if (failed.length > 0) throw new NotFittedError([...told, ...failed].join("\n"));
  return told;
}

/** The report, or why there is none. */
function readFit(stack: string, file: string): FitReport | string {
  let given: unknown;
  try {
    given = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return "its job ended before it wrote what it found";
  }
  const read = reportSchema.safeParse(given);
  if (!read.success) return "what its job wrote has another form";
  const { commit, files, misfits, excused } = read.data;
  if (read.data.stack !== stack) return `what its job wrote is about stack ${JSON.stringify(read.data.stack)}`;
  return { commit: commit ?? undefined, files, misfits, excused: excused.map(({ why, ...found }) => ({ misfit: found, excuse: { rule: found.rule, where: found.where.path, why } })) };
}
