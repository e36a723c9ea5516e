/** Collects what GitHub knows of the product repository's runs into Parquet files. */
import { z } from "zod";
import { classifier } from "../../history/classify";
import { collect } from "../../history/collect";
import { DAY_MS, LONGEST_RERUN_DAYS } from "../../history/days";
import { PLACE_FORM, isBucket, openPlace } from "../../history/place";
import { dayOfTime } from "../../history/store";
import { actionsHistory } from "../github/actions";
import { FORMS, required as requiredVariables, type Variables } from "../github/environment";
import { openRepository, type Repository } from "../github/repository";
import { define } from "../kit/command";
import { unwritableFolder } from "../kit/files";
import { number, or, pattern, required } from "../kit/options";
import { stackOption } from "../kit/project";
import { readCommittedStack } from "../stack";

/** Where GitHub answers unless a job is told otherwise. */
const GITHUB = "https://api.github.com";

const OPTIONS = {
  stack: stackOption,
  store: required(pattern("PLACE", "a folder, made where it is not there, or s3://BUCKET/PREFIX", PLACE_FORM, "are a folder and s3://BUCKET/PREFIX")),
  days: or(number("DAYS", `days whose runs are looked at, up to today; GitHub lets a run be run again for ${LONGEST_RERUN_DAYS} days`, z.number().int().min(1).max(400), "are whole numbers from 1 to 400"), "3"),
  keep: or(number("DAYS", "days that stay in a folder; a bucket has its own rule", z.number().int().min(1).max(3_650), "are whole numbers from 1 to 3650"), "400"),
};

export const command = define({
  about: [
    "Collects the runs, jobs and test reports of the stack's product repository. Each attempt of a run is collected once, when it has ended; calling it again, or after it broke off, adds what is missing.",
    "The files are Parquet, one folder a table and day, with no person's name in them: DuckDB, Athena and others read them as they are.",
  ],
  options: OPTIONS,
  examples: [
    ["history --store history", "the runs of the last three days that are not in the store"],
    ["history --store s3://history-of-prod", "into a bucket, by the credentials of the environment"],
    ["history --store history --days 30", "all that GitHub can still tell of a month"],
  ],
  environment: {
    GITHUB_TOKEN: "token that may only read the repository's Actions; only in the environment",
    GITHUB_API_URL: `as GitHub sets it; ${GITHUB} where it is not set`,
  },
  check: ({ options: { store } }) => (store === undefined || isBucket(store) ? [] : unwritableFolder("store", store)),
  async run({ options: { stack, store: place, days = 3, keep = 400 } }, io) {
    const { pipeline } = readCommittedStack(stack);
    const repository = await productRepository(pipeline.repository, io.environment, (line) => io.err(`${line}\n`));
    const now = new Date();
    const since = dayOfTime(new Date(now.getTime() - days * DAY_MS));
    const { store, save, close } = await openPlace(place, { since, tables: ["runs"] });
    try {
      const { runs, jobs, cases, unreadable } = await collect({ source: actionsHistory(repository, now), store, classify: classifier(pipeline), since, progress: (line) => io.err(`${line}\n`) });
      const removed = isBucket(place) ? 0 : await store.prune(dayOfTime(new Date(now.getTime() - keep * DAY_MS)));
      await save();
      io.out(`${runs} runs, ${jobs} jobs, ${cases} test cases collected since ${since}; ${unreadable} reports could not be read; ${removed} old files removed\n`);
    } catch (error) {
      // What was written until then counts.
      await save();
      throw error;
    } finally {
      await close();
    }
  },
});

function productRepository({ owner, name }: { readonly owner: string; readonly name: string }, variables: Variables, log: (line: string) => void): Promise<Repository> {
  const { GITHUB_TOKEN: token, GITHUB_API_URL: apiUrl } = requiredVariables({ GITHUB_API_URL: GITHUB, ...variables }, { GITHUB_TOKEN: FORMS.text, GITHUB_API_URL: FORMS.url });
  return openRepository({ apiUrl, token, owner, name, log });
}
