/** The nightly schedule: a cron expression that GitHub takes, in a time zone that exists. */
import { Cron } from "croner";
import { zones } from "tzdata/timezone-data.json";
import type { Schedule } from "../model";
import type { Check, PipelineInput } from "./check";
import { shown, unless } from "./check";

/** GitHub's cron has five fields of digits, names, `*`, `,`, `-` and `/`; `@daily` and others' extensions are not among them. */
const FIVE_FIELDS = /^[0-9A-Za-z*,/-]+( [0-9A-Za-z*,/-]+){4}$/;
const EXTENSIONS = /[LW#?@]/;
/** The database's own name for a machine whose zone nobody has set. */
const UNSET_ZONE = "Factory";
/** docs.github.com, "Events that trigger workflows", schedule: the shortest interval. */
const SHORTEST_MINUTES = 5;

export const scheduleValid: Check<PipelineInput> = {
  name: "schedule",
  holds: "The nightly schedule is a cron expression that GitHub takes, in a time zone that exists.",
  find: ({ pipeline: { schedule } }) => {
    const fault = cronFault(schedule.cron);
    return [
      ...unless(fault === undefined, "pipeline.schedule.cron", shown(schedule.cron), fault ?? ""),
      ...unless(
        zoneExists(schedule.timezone),
        "pipeline.schedule.timezone",
        shown(schedule.timezone),
        "an IANA time zone, such as America/Los_Angeles",
      ),
    ];
  },
};

/** What is wrong with a cron expression, as what is allowed; undefined when it is good. */
function cronFault(cron: string): string | undefined {
  if (!FIVE_FIELDS.test(cron) || EXTENSIONS.test(withoutNames(cron))) return "five cron fields: minute, hour, day, month, day of week";
  const starts = startsWithin({ cron, timezone: "UTC" }, new Date("2026-01-01T00:00:00Z"), 2);
  if (starts === undefined) return "values within their fields: minute 0-59, hour 0-23, day 1-31, month 1-12, day of week 0-6";
  if (starts.length === 0) return "a time that comes";
  const [first, second] = starts;
  if (first && second && second.getTime() - first.getTime() < SHORTEST_MINUTES * 60_000)
    return `runs at least ${SHORTEST_MINUTES} minutes apart`;
  return undefined;
}

/** Names of days and months, whose letters are no extensions. */
function withoutNames(cron: string): string {
  return cron.replace(/\b(SUN|MON|TUE|WED|THU|FRI|SAT|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\b/gi, "");
}

/** The first starts of a schedule after a moment; undefined when the expression cannot be read. */
export function startsWithin(schedule: Schedule, from: Date, count: number): Date[] | undefined {
  try {
    return new Cron(schedule.cron, { timezone: schedule.timezone, paused: true }).nextRuns(count, from);
  } catch {
    return undefined;
  }
}

/**
 * Names of the IANA database, links such as Asia/Kolkata among them, as GitHub takes them ("IANA timezone", docs.github.com, workflow syntax,
 * `on.schedule`). JavaScript knows more (PST, IST, SystemV/PST8PDT) and reads names without regard to case, so it is not asked.
 */
function zoneExists(timezone: string): boolean {
  return Object.hasOwn(zones, timezone) && timezone !== UNSET_ZONE;
}
