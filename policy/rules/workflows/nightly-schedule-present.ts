import { stackRule } from "../../kit/rule";
import { at, items, show } from "../../kit/values";
import { workflows } from "../../files/read";

export const nightlySchedulePresent = stackRule({
  name: "nightly-schedule-present",
  title: "The nightly run is scheduled",
  severity: "medium",
  level: "mandatory",
  holds: "The configured workflow file is delivered and has a schedule with the configured cron line and a time zone.",
  why: "Nobody notices a nightly run that no longer happens: the long tests just stop finding anything.",
  fix: "Put the schedule back into the workflow's triggers.",
  source: { title: "GitHub: events that trigger workflows, schedule", url: "https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#schedule" },
  config: {
    file: { type: "string", default: ".github/workflows/ci-test-suite.yml", description: "Path of the workflow file" },
    cron: { type: "string", default: "0 0 * * *", description: "The cron line" },
    timezone: { type: "string", default: "America/Los_Angeles", description: "IANA name of the zone in which it is read" },
  },
  *judge(subjects, config) {
    const workflow = workflows(subjects).find(({ path }) => path === config["file"]);
    const schedules = items(workflow?.on["schedule"]);
    if (schedules.some((entry) => at(entry, "cron") === config["cron"] && at(entry, "timezone") === config["timezone"])) return;
    yield {
      subject: workflow?.subject,
      property: `schedule of ${String(config["file"])}`,
      found: workflow === undefined ? "no such file" : show(workflow.on["schedule"]),
      wanted: `${String(config["cron"])} in ${String(config["timezone"])}`,
    };
  },
});
