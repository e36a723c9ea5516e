/**
 * What a report and a simulation cost that are made for the first time in their process, in milliseconds, as JSON; loading modules and reading
 * input is not part of it. Usage: `node --import tsx bench/report/cold.ts report|week`
 */
import { readStackFile } from "../../config/file";
import type { StackInput } from "../../config/read";
import { prepare, simulateWeek, type Prepared } from "../../report/capacity/weeks";
import { buildReport } from "../../report/preview";
import { toHtml, toMarkdown } from "../../report/render";
import { inputOf, MANY, recordedCase } from "../../test/report/cases";
import { cost } from "../kit/rounds";
import { PROJECT, STACK } from "../kit/stacks";

/** What the simulated week is to hold at least. */
export const JOBS_PER_DAY = 10_000;

const WORKS = {
  report: () => {
    const input = inputOf(recordedCase(MANY));
    return () => {
      const report = buildReport(input);
      return toMarkdown(report).length + toHtml(report).length;
    };
  },
  week: () => {
    const { system, forecast } = busier(readStackFile(PROJECT, STACK));
    return () => {
      const { jobsPerDay } = simulateWeek(system, forecast.workload("bench"));
      if (jobsPerDay < JOBS_PER_DAY) throw new Error(`the week has ${Math.round(jobsPerDay)} jobs a day, and ${JOBS_PER_DAY} are asked for`);
      return jobsPerDay;
    };
  },
} as const;
export type ColdReportWork = keyof typeof WORKS;

/** As many times the stack's own load, runners and nodes: a week that ends as it begins, with more to simulate. */
const TIMES = 4;

function busier({ pipeline, infrastructure, ...rest }: StackInput): Prepared {
  const { weekday, pullRequests } = infrastructure.load;
  const load = { ...infrastructure.load, weekday: { ...weekday, pullRequestPushes: weekday.pullRequestPushes * TIMES, mainPushes: weekday.mainPushes * TIMES }, pullRequests: { ...pullRequests, open: pullRequests.open * TIMES } };
  const prepared = prepare({ ...rest, pipeline, infrastructure: { ...infrastructure, load } });
  const { sets, pools } = prepared.system;
  const system = { ...prepared.system, sets: sets.map((set) => ({ ...set, maxRunners: set.maxRunners * TIMES })), pools: pools.map((pool) => ({ ...pool, maxCount: pool.maxCount * TIMES })) };
  return { ...prepared, system };
}

if (require.main === module) {
  const work = WORKS[process.argv[2] as ColdReportWork]();
  process.stdout.write(JSON.stringify(cost(() => void work())));
}
