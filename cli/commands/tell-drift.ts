/**
 * Keeps one issue a stack about its drift: opened when a nightly look finds any, kept up to date, closed when it is gone. A look that could not be had
 * changes no issue and fails the run.
 */
import type { Report } from "../../report/preview/model";
import { plainSentence } from "../../report/preview/statement";
import { driftMarker, driftToMarkdown } from "../../report/render";
import { JOB_ENVIRONMENT, JOB_LOGIN, jobRepository, runUrl, type Variables } from "../github/environment";
import { keepIssue } from "../github/issues";
import type { Repository } from "../github/repository";
import { readReports } from "../github/reports";
import { define } from "../kit/command";
import type { ValuesOf } from "../kit/options";
import { reportsOption, stacksOption } from "../reports-options";

const OPTIONS = { stacks: stacksOption, reports: reportsOption };

export const command = define({
  about: ["Opened when a nightly look finds drift, kept up to date, closed when it is gone. A look that could not be had changes no issue and fails the run."],
  options: OPTIONS,
  examples: [["tell-drift --stacks '[{\"stack\":\"prod\"}]' --reports reports", "the report of one stack"]],
  environment: JOB_ENVIRONMENT,
  async run({ options }, io) {
    for (const line of await tellDrift(options, io.environment, (said) => io.err(`${said}\n`))) io.out(`${line}\n`);
  },
});

/** Some stacks could not be looked at. The message names each with its reason. */
export class NotLookedError extends Error {
  override readonly name = "NotLookedError";
}

/** @returns one line for each stack. @throws NotLookedError after all others were told; RequestError when GitHub refuses */
export async function tellDrift({ stacks, reports }: ValuesOf<typeof OPTIONS>, variables: Variables, log: (line: string) => void, author = JOB_LOGIN): Promise<readonly string[]> {
  const repository = await jobRepository(variables, log);
  const told: string[] = [];
  const failed: string[] = [];
  for (const each of readReports(stacks, reports)) {
    const reason = "missing" in each ? each.missing : unknownDrift(each.report);
    if (reason !== undefined) failed.push(`${each.stack}: ${reason}`);
    else if ("report" in each) told.push(await tell(repository, each.report, author, runUrl(variables)));
  }
  if (failed.length > 0) throw new NotLookedError([...told, ...failed].join("\n"));
  return told;
}

function unknownDrift({ drift, failure }: Report): string | undefined {
  if (!drift.known) return plainSentence(drift.why.sentence);
  return failure === undefined ? undefined : plainSentence(failure.summary.sentence);
}

async function tell(repository: Repository, report: Report, author: string, pageUrl: string | undefined): Promise<string> {
  const { stack } = report.provenance;
  const marker = driftMarker(stack);
  const drifted = report.drift.known && report.drift.resources.length > 0;
  const body = drifted ? driftToMarkdown(report, pageUrl === undefined ? {} : { pageUrl }) : undefined;
  const kept = await keepIssue(repository, { marker, title: `Drift in ${stack}`, body, author });
  return kept === undefined ? `${stack}: no drift` : `${stack}: issue ${kept.outcome}, ${kept.url}`;
}
