/** Reports verdicts on a commit, as check runs of the app. */
import type { GitHub } from "../github";
import type { Verdict } from "./judge";

/** Most characters of a check run's summary, and of its title. Source: GitHub's answer to a longer one, "maximum is 65535 characters". */
const SUMMARY_LIMIT = 60_000;
const TITLE_LIMIT = 200;

/** The worst first: what one pull request of a commit is refused, the commit is. */
const STATES: readonly Verdict["state"][] = ["failure", "waiting", "success"];

/** One verdict a check, of those on all pull requests of a commit. */
export function worst(verdicts: readonly (readonly Verdict[])[]): Verdict[] {
  const all = verdicts.flat();
  const contexts = [...new Set(all.map(({ context }) => context))];
  return contexts.flatMap((context) => STATES.flatMap((state) => all.filter((verdict) => verdict.context === context && verdict.state === state)).slice(0, 1));
}

interface CheckRun {
  readonly id: number;
  readonly status: string;
  readonly conclusion: string | null;
  readonly output: { readonly title: string | null };
}

/**
 * Reports what differs from what the app said last.
 * @param reader reads the repository
 * @param writer writes checks, as the app
 * @returns contexts that were reported
 */
export async function report(reader: GitHub, writer: GitHub, root: string, appId: number, sha: string, verdicts: readonly Verdict[]): Promise<string[]> {
  const reported: string[] = [];
  for (const verdict of verdicts) {
    const last = await latest(reader, `${root}/commits/${sha}/check-runs?check_name=${encodeURIComponent(verdict.context)}&app_id=${appId}&filter=all&per_page=100`);
    if (last !== undefined && last.output.title === title(verdict) && (last.status === "completed" ? last.conclusion : "waiting") === verdict.state) continue;
    await writer.call("POST", `${root}/check-runs`, checkRun(sha, verdict));
    reported.push(`${verdict.context}: ${verdict.state}, ${title(verdict)}`);
  }
  return reported;
}

function checkRun(sha: string, verdict: Verdict): object {
  const { context, state, summary, url } = verdict;
  return {
    name: context,
    head_sha: sha,
    ...(state === "waiting" ? { status: "queued" } : { status: "completed", conclusion: state }),
    ...(url === undefined ? {} : { details_url: url }),
    output: { title: title(verdict), summary: summary.slice(0, SUMMARY_LIMIT) },
  };
}

function title(verdict: Verdict): string {
  return verdict.title.replace(/\s+/g, " ").slice(0, TITLE_LIMIT);
}

/** Of several of a name the one that was made last decides, as on GitHub. */
async function latest(reader: GitHub, path: string): Promise<CheckRun | undefined> {
  const { check_runs } = await reader.get<{ readonly check_runs: readonly CheckRun[] }>(path);
  return check_runs.reduce<CheckRun | undefined>((last, run) => (last === undefined || run.id > last.id ? run : last), undefined);
}
