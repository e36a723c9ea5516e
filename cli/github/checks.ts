/** The check run of a preview: its conclusion for people and rules, and the review that an apply reads back. */
import type { Report, Verdict } from "../../report/preview/model";
import { plainSentence } from "../../report/preview/statement";
import { readReview, reviewOf, reviewText, type Review } from "../../report/review";
import { toMarkdown } from "../../report/render";
import type { Repository } from "./repository";

/**
 * `neutral` lets a pull request merge: whether a danger is wanted is the reviewer's to say, not a program's. What cannot be applied is a failure.
 */
const CONCLUSIONS: Readonly<Record<Verdict, "failure" | "neutral" | "success">> = {
  failed: "failure",
  refused: "failure",
  dangerous: "neutral",
  careful: "neutral",
  harmless: "success",
  unchanged: "success",
};

/** Most characters of a check run's summary, and of its text. Source: GitHub's answer to a longer one, "maximum is 65535 characters". */
const OUTPUT_LIMIT = 65_535;

/** The name under which a stack's previews report. */
export function previewCheck(stack: string): string {
  return `infrastructure preview (${stack})`;
}

/** @throws Error when so many dangers were found that their review has no room; RequestError when GitHub refuses */
export async function reportCheck({ owner, repo, request }: Repository, report: Report, commit: string, detailsUrl: string | undefined): Promise<string> {
  const { stack } = report.provenance;
  const text = reviewText(reviewOf(report, commit));
  if (text.length > OUTPUT_LIMIT) throw new Error(`${report.dangers.length} dangers are more than a check run can hold: split the change`);
  const { data } = await request("POST /repos/{owner}/{repo}/check-runs", {
    owner,
    repo,
    name: previewCheck(stack),
    head_sha: commit,
    status: "completed",
    conclusion: CONCLUSIONS[report.headline.verdict],
    ...(detailsUrl === undefined ? {} : { details_url: detailsUrl }),
    output: { title: plainSentence(report.headline.summary.sentence).slice(0, 200), summary: toMarkdown(report, { limit: OUTPUT_LIMIT, ...(detailsUrl === undefined ? {} : { pageUrl: detailsUrl }) }), text },
  });
  return data.html_url ?? "";
}

/** Fails the check of a stack whose preview left no report: nobody was shown anything. @throws RequestError when GitHub refuses */
export async function reportMissing({ owner, repo, request }: Repository, stack: string, commit: string, why: string, detailsUrl: string | undefined): Promise<void> {
  await request("POST /repos/{owner}/{repo}/check-runs", {
    owner,
    repo,
    name: previewCheck(stack),
    head_sha: commit,
    status: "completed",
    conclusion: "failure",
    ...(detailsUrl === undefined ? {} : { details_url: detailsUrl }),
    output: { title: "No report", summary: `There is no report of stack ${stack}: ${why}.` },
  });
}

/**
 * The reviews of the pull requests that brought some commits to the default branch: of each one's last commit, the latest that the app reported.
 * @param appId app whose check runs count: anybody else's could say anything
 */
export async function reviewsOf(repository: Repository, stack: string, commits: readonly string[], appId: number): Promise<Review[]> {
  const heads = new Set<string>();
  for (const commit of commits) for (const head of await mergedHeads(repository, commit)) heads.add(head);
  const reviews: Review[] = [];
  for (const head of heads) {
    const review = await latestReview(repository, stack, head, appId);
    if (review !== undefined) reviews.push(review);
  }
  return reviews;
}

/** Heads that were merged into the default branch: a pull request into another one was shown what it does there. */
async function mergedHeads({ owner, repo, paginate }: Repository, commit: string): Promise<string[]> {
  const pulls = await paginate("GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls", { owner, repo, commit_sha: commit, per_page: 100 });
  return pulls.filter(({ merged_at, base }) => merged_at !== null && base.ref === base.repo.default_branch).map(({ head }) => head.sha);
}

async function latestReview({ owner, repo, request }: Repository, stack: string, head: string, appId: number): Promise<Review | undefined> {
  const { data } = await request("GET /repos/{owner}/{repo}/commits/{ref}/check-runs", { owner, repo, ref: head, check_name: previewCheck(stack), app_id: appId, filter: "latest" });
  const review = readReview(data.check_runs[0]?.output.text);
  // A review speaks of the commit that it was made of, wherever it is found.
  return review?.stack === stack && review.commit === head ? review : undefined;
}
