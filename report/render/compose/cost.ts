/** What it costs a month, and who will wait. */
import type { CapacityOutcome, CapacitySection, CostLine, CostSection, MonthlyCost, QueueWait } from "../../preview/model";
import { counted, paragraph, sentence, text, value, type Block, type Line, type Section } from "../document";
import { dollars, dollarsMore, duration } from "./words";

const SIDES: readonly (readonly [keyof MonthlyCost, string])[] = [
  ["minimum", "Idle"],
  ["expected", "Expected: under the load profile"],
  ["maximum", "Maximum: everything at its limit, all month"],
];

export function costSection(cost: CostSection): Section {
  const title = "Cost per month";
  if (!cost.known) return { id: "cost", title, extent: "not known", blocks: [paragraph(...sentence(cost.why.sentence))] };
  return {
    id: "cost",
    title,
    extent: cost.after.expected === undefined ? `${dollars(cost.after.maximum)} at most` : `${dollars(cost.after.expected)} expected`,
    blocks: [paragraph(...sentence(cost.summary.sentence)), totals(cost.before, cost.after), ...costLines(cost.lines), paragraph(text("US dollars, prices of "), value(cost.pricesOf), text("."))],
  };
}

function totals(before: MonthlyCost | undefined, after: MonthlyCost): Block {
  const rows = SIDES.map(([key, title]): Line[] => [
    [text(title)],
    ...(before === undefined ? [] : [[text(amount(before[key]))]]),
    [text(amount(after[key]))],
    ...(before === undefined ? [] : [[text(more(before[key], after[key]))]]),
  ]);
  return { kind: "table", caption: "Cost per month", numbersFrom: 1, head: before === undefined ? ["", "Cost"] : ["", "Before", "After", "Difference"], rows };
}

/** What is expected is known only of a simulated load. */
function amount(cost: number | undefined): string {
  return cost === undefined ? "not simulated" : dollars(cost);
}

function more(before: number | undefined, after: number | undefined): string {
  return before === undefined || after === undefined ? "" : dollarsMore(after - before);
}

function costLines(lines: readonly CostLine[]): Block[] {
  if (lines.length === 0) return [];
  const cell = (cost: MonthlyCost | undefined): Line => [text(cost === undefined ? "none" : amount(cost.expected))];
  const rows = lines.map(({ item, before, after }): Line[] => [[value(item)], cell(before), cell(after), [text(after === undefined ? "none" : dollars(after.maximum))]]);
  const table: Block = { kind: "table", caption: "What the cost is made of", numbersFrom: 1, head: ["Item", "Expected before", "Expected after", "Maximum after"], rows };
  return [{ kind: "details", summary: [text(`What it is made of: ${counted(lines.length, "item")}`)], blocks: [table] }];
}

export function capacitySection(capacity: CapacitySection): Section {
  const { before, after, statements, chart, loadOf } = capacity;
  return {
    id: "capacity",
    title: "Who will wait",
    extent: counted(after.waits.length, "runner class", "runner classes"),
    blocks: [
      { kind: "list", items: statements.map((statement) => sentence(statement.sentence)) },
      waitsTable(before, after),
      ...(chart === undefined ? [] : [{ kind: "chart", title: "Queue waits by runner class", svg: chart } as const]),
      paragraph(text("Simulated under the load profile of "), value(loadOf), text(`. GPUs that are up are at work ${share(before, after)}.`)),
    ],
  };
}

function share(before: CapacityOutcome | undefined, after: CapacityOutcome): string {
  // Where no GPU is ever up, none is at work.
  const percent = ({ gpuUse = 0 }: CapacityOutcome): string => `${Math.round(gpuUse * 100)}%`;
  return before === undefined ? `${percent(after)} of the time` : `${percent(before)} of the time before and ${percent(after)} after`;
}

function waitsTable(before: CapacityOutcome | undefined, after: CapacityOutcome): Block {
  const rows = after.waits.map((wait): Line[] => {
    const old = before?.waits.find(({ runnerClass }) => runnerClass === wait.runnerClass);
    const cell = (key: "p50" | "p95" | "p99"): Line => [text(old === undefined ? duration(wait[key]) : `${duration(old[key])} → ${duration(wait[key])}`)];
    return [[value(wait.runnerClass)], cell("p50"), cell("p95"), cell("p99"), [text(interval(wait))]];
  });
  return { kind: "table", caption: "Queue waits by runner class", numbersFrom: 1, head: ["Runner class", "Median", "95th percentile", "99th percentile", "Interval of the 95th"], rows };
}

function interval({ p95, p95HalfWidth95 }: QueueWait): string {
  return `${duration(Math.max(0, p95 - p95HalfWidth95))} to ${duration(p95 + p95HalfWidth95)}`;
}
