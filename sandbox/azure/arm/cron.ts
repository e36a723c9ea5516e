/** Timers of ACR tasks: five fields, in UTC (learn.microsoft.com, container-registry-tasks-scheduled). */

interface Field {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly names: readonly string[];
}

const fields: readonly Field[] = [
  { name: "minute", low: 0, high: 59, names: [] },
  { name: "hour", low: 0, high: 23, names: [] },
  { name: "day of month", low: 1, high: 31, names: [] },
  { name: "month", low: 1, high: 12, names: ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"] },
  { name: "day of week", low: 0, high: 6, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] },
];

/** What is wrong with a schedule, or undefined when nothing is. */
export function cronFault(schedule: string): string | undefined {
  const parts = schedule.trim().split(/\s+/);
  if (parts.length !== fields.length) return `found ${JSON.stringify(schedule)}; five fields are allowed: minute, hour, day of month, month, day of week`;
  const wrong = fields.find((field, index) => !(parts[index] ?? "").split(",").every((term) => isTerm(term, field)));
  return wrong === undefined ? undefined : `found ${JSON.stringify(schedule)}; its ${wrong.name} is outside ${wrong.low} to ${wrong.high} or no cron field`;
}

function isTerm(term: string, field: Field): boolean {
  const match = /^(\*|[a-z0-9]+)(?:-([a-z0-9]+))?(?:\/(\d+))?$/i.exec(term);
  if (match === null) return false;
  const [, from = "", to, step] = match;
  if (step !== undefined && Number(step) < 1) return false;
  if (from === "*") return to === undefined;
  const low = valueOf(from, field);
  const high = to === undefined ? low : valueOf(to, field);
  return low !== undefined && high !== undefined && low <= high;
}

function valueOf(word: string, { low, high, names }: Field): number | undefined {
  const value = /^\d+$/.test(word) ? Number(word) : names.indexOf(word.toLowerCase());
  return value >= low && value <= high ? value : undefined;
}
