/**
 * Shows a pull request what it does to each stack: one comment a stack, kept up to date, and a check. A job of the infrastructure repository runs it;
 * a stack without a report fails its check.
 *
 * Environment: GITHUB_TOKEN; STACKS and REPORTS (github/reports.ts); PULL_REQUEST, its number; COMMIT, the last of its branch; and what GitHub sets.
 */
import { commentMarker, toMarkdown } from "../report/render";
import { keepComment } from "./github/comments";
import { reportCheck, reportMissing } from "./github/checks";
import { FORMS, JOB_LOGIN, jobRepository, required, runUrl, type Variables } from "./github/environment";
import { readReports } from "./github/reports";

/** @returns one line for each stack. @throws Error that names every wrong variable; RequestError when GitHub refuses */
export async function show(variables: Variables, log: (line: string) => void, author = JOB_LOGIN): Promise<readonly string[]> {
  const { STACKS, REPORTS, PULL_REQUEST, COMMIT } = required(variables, { STACKS: FORMS.text, REPORTS: FORMS.text, PULL_REQUEST: FORMS.number, COMMIT: FORMS.commit });
  const repository = await jobRepository(variables, log);
  const pageUrl = runUrl(variables);
  const told: string[] = [];
  for (const each of readReports(STACKS, REPORTS)) {
    if ("missing" in each) {
      await reportMissing(repository, each.stack, COMMIT, each.missing, pageUrl);
      told.push(`${each.stack}: ${each.missing}`);
      continue;
    }
    const marker = commentMarker(each.stack);
    const { url, outcome } = await keepComment(repository, { pull: Number(PULL_REQUEST), marker, body: toMarkdown(each.report, pageUrl === undefined ? {} : { pageUrl }), author });
    // The check comes last: its review says that people were shown what it holds.
    await reportCheck(repository, each.report, COMMIT, pageUrl);
    told.push(`${each.stack}: ${each.report.headline.verdict}, comment ${outcome}, ${url}`);
  }
  return told;
}

if (require.main === module) {
  show(process.env, console.error).then(
    (lines) => lines.forEach((line) => console.log(line)),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : String(error));
      process.exitCode = 1;
    },
  );
}
