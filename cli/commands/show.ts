/** Shows a pull request what it does to each stack: one comment a stack, kept up to date, and a check. A stack without a report fails its check. */
import { commentMarker, toMarkdown } from "../../report/render";
import { keepComment } from "../github/comments";
import { reportCheck, reportMissing } from "../github/checks";
import { FORMS, JOB_ENVIRONMENT, JOB_LOGIN, jobRepository, runUrl, type Variables } from "../github/environment";
import { readReports } from "../github/reports";
import { define } from "../kit/command";
import { pattern, required, type ValuesOf } from "../kit/options";
import { reportsOption, stacksOption } from "../reports-options";

const OPTIONS = {
  stacks: stacksOption,
  reports: reportsOption,
  pullRequest: required(pattern("NUMBER", "number of the pull request", FORMS.number, "is a number")),
  commit: required(pattern("COMMIT", "the last commit of its branch", FORMS.commit, "is the full hash of a commit")),
};

export const command = define({
  about: ["A job of the infrastructure repository runs it. A stack without a report fails its check."],
  options: OPTIONS,
  examples: [["show --stacks '[{\"stack\":\"prod\"}]' --reports reports --pull-request 7 --commit 0123456789abcdef0123456789abcdef01234567", "the report of one stack"]],
  environment: JOB_ENVIRONMENT,
  async run({ options }, io) {
    for (const line of await show(options, io.environment, (said) => io.err(`${said}\n`))) io.out(`${line}\n`);
  },
});

/** @returns one line for each stack. @throws Error that names every wrong variable of the job; RequestError when GitHub refuses */
export async function show({ stacks, reports, pullRequest, commit }: ValuesOf<typeof OPTIONS>, variables: Variables, log: (line: string) => void, author = JOB_LOGIN): Promise<readonly string[]> {
  const repository = await jobRepository(variables, log);
  const pageUrl = runUrl(variables);
  const told: string[] = [];
  for (const each of readReports(stacks, reports)) {
    if ("missing" in each) {
      await reportMissing(repository, each.stack, commit, each.missing, pageUrl);
      told.push(`${each.stack}: ${each.missing}`);
      continue;
    }
    const marker = commentMarker(each.stack);
    const { url, outcome } = await keepComment(repository, { pull: Number(pullRequest), marker, body: toMarkdown(each.report, pageUrl === undefined ? {} : { pageUrl }), author });
    // The check comes last: its review says that people were shown what it holds.
    await reportCheck(repository, each.report, commit, pageUrl);
    told.push(`${each.stack}: ${each.report.headline.verdict}, comment ${outcome}, ${url}`);
  }
  return told;
}
