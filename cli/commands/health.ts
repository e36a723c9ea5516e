/** What a stack's history says of its health. */
import { existsSync } from "node:fs";
import { z } from "zod";
import { DAY_MS } from "../../history/days";
import { healthOf } from "../../history/health";
import { healthPage } from "../../history/page";
import { hourlyByClass } from "../../history/prices";
import { ALL_TABLES, PLACE_FORM, isBucket, openPlace } from "../../history/place";
import { dayOfTime } from "../../history/store";
import { pageHtml, pageMarkdown } from "../../report/render";
import { answered, answerOptions } from "../kit/answer";
import { define } from "../kit/command";
import { unwritableFile } from "../kit/files";
import { number, or, pattern, required } from "../kit/options";
import { stackOption } from "../kit/project";
import { ExitError, notAllowed } from "../kit/usage";
import { readCommittedStack } from "../stack";

const OPTIONS = {
  stack: stackOption,
  store: required(pattern("PLACE", "where `history` keeps what it collected: a folder, or s3://BUCKET/PREFIX", PLACE_FORM, "are a folder that is there and s3://BUCKET/PREFIX")),
  days: or(number("DAYS", "days that count, up to today", z.number().int().min(1).max(3_650), "are whole numbers from 1 to 3650"), "28"),
  ...answerOptions(["text", "html", "json"]),
};

export const command = define({
  about: ["Says since when main is red and by which test, how long people wait, what the GPUs cost and for whom, and which tests flake, from what `history` collected."],
  options: OPTIONS,
  examples: [
    ["health --store history", "the last four weeks, as Markdown"],
    ["health --store history --format html --out health.html", "a page that needs nothing else"],
  ],
  check: ({ options: { store, out } }) => [...(store === undefined || isBucket(store) || existsSync(store) ? [] : [notAllowed("store", store, "are a folder that is there and s3://BUCKET/PREFIX")]), ...unwritableFile("out", out)],
  async run({ options: { stack, store: place, days, format, out } }, io) {
    const { pipeline, infrastructure } = readCommittedStack(stack);
    const since = dayOfTime(new Date(Date.now() - (days ?? 28) * DAY_MS));
    const { store, close } = await openPlace(place, { since, tables: ALL_TABLES });
    try {
      const health = await healthOf(store, since, hourlyByClass(pipeline, infrastructure));
      if (health.extent.runs === 0) throw new ExitError(`${place} has no run of the last ${days} days: collect some with the command history`, 1);
      const page = healthPage(health, { stack, currency: infrastructure.prices.currency, pricesAsOf: infrastructure.prices.asOf });
      const report = format === "json" ? JSON.stringify(health, undefined, 2) : format === "html" ? pageHtml(page).trimEnd() : pageMarkdown(page).trimEnd();
      return answered({ report, summary: page.title, exitCode: 0 }, out, io);
    } finally {
      await close();
    }
  },
});
