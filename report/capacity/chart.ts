/**
 * A simulation's outcome as a chart: queue waits by runner class, and the nodes of each pool over the week. One SVG without scripts and external
 * references, readable on light and dark ground: texts and lines take the colour that the reader's system prefers; the two colours of what is after
 * and before stand out from both grounds, and differ in shape too.
 */
import { init } from "echarts";
import type { EChartsOption, SeriesOption } from "echarts";
import type { CapacityComparison, ClassOutcome, PoolOutcome } from "./model";
import { duration, short } from "./words";

/** Contrast of 3 at least on white and on the darkest ground in use. */
export const AFTER_COLOUR = "#2f81f7";
export const BEFORE_COLOUR = "#c2571a";

/** A colour that nothing has: it marks what takes the colour of the text. */
const INK = "#010203";
const TEXT = { color: INK, fontFamily: "sans-serif", fontSize: 12 };
const FAINT = { color: INK, opacity: 0.18 };

/** Pixels. */
const WIDTH = 900;
const LEFT = 230;
const RIGHT = 40;
const HEADING_HEIGHT = 62;
const CLASS_HEIGHT = 30;
const POOL_HEIGHT = 40;
const POOL_GAP = 16;
const AXIS_HEIGHT = 56;

const HOURS_PER_DAY = 24;
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

export interface ChartOptions {
  /** Tells the chart's ids from others' of the same page: letters, digits and `-`. Default: `capacity`. */
  readonly id?: string;
}

/** The chart of a comparison, as SVG text. */
export function capacityChart(comparison: CapacityComparison, { id = "capacity" }: ChartOptions = {}): string {
  const drawn = drawnOf(comparison);
  const { option, height } = optionOf(drawn);
  return described(rendered(option, height), comparison, id);
}

/** What is drawn: classes that somebody asked for, and pools beside the systems' that were ever up; with what they were before. */
interface Drawn {
  readonly isComparison: boolean;
  readonly classes: readonly { readonly after: ClassOutcome; readonly before: ClassOutcome | undefined }[];
  readonly pools: readonly { readonly after: PoolOutcome; readonly before: PoolOutcome | undefined }[];
}

function drawnOf({ before, after }: CapacityComparison): Drawn {
  return {
    isComparison: before !== undefined,
    classes: after.classes.filter(({ waits }) => waits !== undefined).map((each) => ({ after: each, before: before?.classes.find(({ id }) => id === each.id) })),
    pools: after.pools
      .map((each) => ({ after: each, before: before?.pools.find(({ id }) => id === each.id) }))
      .filter((pool) => !pool.after.id.endsWith("/system") && Math.max(pool.after.mostNodes, pool.before?.mostNodes ?? 0) > 0),
  };
}

/** Drawn and thrown away: what is not disposed of keeps the process alive. */
function rendered(option: EChartsOption, height: number): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}

function optionOf(drawn: Drawn): { readonly option: EChartsOption; readonly height: number } {
  const { isComparison, classes, pools } = drawn;
  const waitsHeight = classes.length * CLASS_HEIGHT;
  const poolsTop = HEADING_HEIGHT + waitsHeight + AXIS_HEIGHT + HEADING_HEIGHT;
  const topOf = (index: number): number => poolsTop + index * (POOL_HEIGHT + POOL_GAP);
  const heading = (text: string, top: number) => ({ text, left: 0, top, textStyle: { ...TEXT, fontSize: 15, fontWeight: 600 as const } });
  const option: EChartsOption = {
    animation: false,
    textStyle: TEXT,
    title: [heading("Queue wait by runner class, minutes", 0), heading("Nodes that are paid for, by pool and hour (dashed: most that may be)", poolsTop - HEADING_HEIGHT)],
    legend: [
      { data: [MEDIAN, ...(isComparison ? [P95_BEFORE, P95_AFTER] : [P95])], top: 26, left: 0, itemGap: 28, itemHeight: 10, textStyle: TEXT },
      ...(isComparison ? [{ data: [NODES_BEFORE, NODES_AFTER], top: poolsTop - HEADING_HEIGHT + 26, left: 0, itemGap: 28, itemHeight: 10, textStyle: TEXT }] : []),
    ],
    grid: [{ top: HEADING_HEIGHT, height: waitsHeight, left: LEFT, right: RIGHT }, ...pools.map((_, index) => ({ top: topOf(index), height: POOL_HEIGHT, left: LEFT, right: RIGHT }))],
    xAxis: [
      { type: "value", gridIndex: 0, min: 0, max: longestWait(drawn), axisLabel: { ...TEXT, showMaxLabel: false }, axisLine: { lineStyle: FAINT }, splitLine: { lineStyle: FAINT } },
      ...pools.map((_, index) => hoursAxis(index, index === pools.length - 1)),
    ],
    yAxis: [
      { type: "category", gridIndex: 0, inverse: true, data: classes.map(({ after }) => after.label), axisLabel: TEXT, axisLine: { lineStyle: FAINT }, axisTick: { show: false } },
      ...pools.map(({ after, before }, index) => nodesAxis(index, after, before)),
    ],
    series: [...waitSeries(drawn), ...pools.flatMap((pool, index) => nodeSeries(drawn, pool, index))],
  };
  return { option, height: topOf(pools.length) + AXIS_HEIGHT };
}

const MEDIAN = "median";
const P95 = "95th percentile, with its 95% confidence interval";
const P95_AFTER = "95th percentile after, with its 95% confidence interval";
const P95_BEFORE = "95th percentile before";
const NODES_BEFORE = "before";
const NODES_AFTER = "after";

/** The end of the axis: the upper end of the longest interval and a little more. */
function longestWait({ classes }: Drawn): number {
  const ends = classes.flatMap(({ after, before }) => [upperEnd(after), before === undefined ? 0 : upperEnd(before)]);
  return Math.max(1, Math.ceil(Math.max(...ends) * 1.02));
}

function upperEnd({ waits }: ClassOutcome): number {
  if (waits === undefined) return 0;
  return waits.p95.mean + (Number.isFinite(waits.p95.halfWidth) ? waits.p95.halfWidth : 0);
}

function hoursAxis(pool: number, isLast: boolean) {
  const dayOf = (hour: number): string => DAYS[hour / HOURS_PER_DAY] ?? "";
  return {
    type: "value" as const,
    gridIndex: pool + 1,
    min: 0,
    max: DAYS.length * HOURS_PER_DAY,
    interval: HOURS_PER_DAY,
    axisLabel: { ...TEXT, show: isLast, formatter: dayOf, align: "left" as const, showMaxLabel: false },
    axisLine: { lineStyle: FAINT },
    axisTick: { show: false },
    splitLine: { lineStyle: FAINT },
  };
}

function nodesAxis(index: number, after: PoolOutcome, before: PoolOutcome | undefined) {
  return {
    type: "value" as const,
    gridIndex: index + 1,
    min: 0,
    max: Math.max(after.maxCount, before?.maxCount ?? 0),
    interval: Math.max(after.maxCount, before?.maxCount ?? 0),
    name: after.id,
    nameLocation: "middle" as const,
    nameRotate: 0,
    nameGap: 30,
    nameTextStyle: { ...TEXT, align: "right" as const, verticalAlign: "middle" as const },
    axisLabel: TEXT,
    axisLine: { lineStyle: FAINT },
    splitLine: { show: false },
  };
}

function waitSeries({ isComparison, classes }: Drawn): SeriesOption[] {
  const bar = (name: string, colour: string, of: readonly (ClassOutcome | undefined)[]): SeriesOption => ({
    name,
    type: "bar",
    xAxisIndex: 0,
    yAxisIndex: 0,
    silent: true,
    barMaxWidth: 10,
    itemStyle: { color: colour },
    data: of.map((each) => each?.waits?.p95.mean ?? null),
    markLine: { silent: true, symbol: ["none", "none"], label: { show: false }, lineStyle: { color: INK, type: "solid", width: 1.5 }, data: isComparison && colour === BEFORE_COLOUR ? [] : intervals(of) },
  });
  return [
    ...(isComparison ? [bar(P95_BEFORE, BEFORE_COLOUR, classes.map(({ before }) => before))] : []),
    bar(isComparison ? P95_AFTER : P95, AFTER_COLOUR, classes.map(({ after }) => after)),
    {
      name: MEDIAN,
      type: "scatter",
      xAxisIndex: 0,
      yAxisIndex: 0,
      silent: true,
      symbol: "diamond",
      symbolSize: 9,
      itemStyle: { color: INK, opacity: 1 },
      data: classes.map(({ after }) => [after.waits!.p50.mean, after.label]),
    },
  ];
}

/** Confidence intervals, as lines across the ends of the bars; none where too few weeks were simulated. */
function intervals(classes: readonly (ClassOutcome | undefined)[]) {
  return classes.flatMap((each): [{ coord: [number, string] }, { coord: [number, string] }][] => {
    const p95 = each?.waits?.p95;
    if (each === undefined || p95 === undefined || !Number.isFinite(p95.halfWidth)) return [];
    return [[{ coord: [Math.max(0, p95.mean - p95.halfWidth), each.label] }, { coord: [p95.mean + p95.halfWidth, each.label] }]];
  });
}

function nodeSeries({ isComparison }: Drawn, { after, before }: Drawn["pools"][number], index: number): SeriesOption[] {
  const own = { type: "line" as const, xAxisIndex: index + 1, yAxisIndex: index + 1, silent: true, showSymbol: false, step: "end" as const };
  const points = ({ hourly }: PoolOutcome): [number, number][] => [...hourly, hourly.at(-1) ?? 0].map((nodes, hour) => [hour, nodes]);
  const most = { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: INK, type: "dashed" as const, width: 1, opacity: 0.6 }, data: [{ yAxis: after.maxCount }] };
  return [
    { ...own, name: isComparison ? NODES_AFTER : after.id, itemStyle: { color: AFTER_COLOUR }, lineStyle: { color: AFTER_COLOUR, width: 1 }, areaStyle: { color: AFTER_COLOUR, opacity: 0.55 }, data: points(after), markLine: most },
    ...(before === undefined ? [] : [{ ...own, name: NODES_BEFORE, itemStyle: { color: BEFORE_COLOUR }, lineStyle: { color: BEFORE_COLOUR, width: 1.5 }, data: points(before) }]),
  ];
}

/** Gives the drawing its title and description, its ink the colour of the text and its ids a name of their own; hover styles go. */
function described(svg: string, comparison: CapacityComparison, id: string): string {
  const head = [
    `<title id="${id}-title">Queue waits and nodes of the stack, simulated</title>`,
    `<desc id="${id}-desc">${escaped(description(comparison))}</desc>`,
    `<style>.${id}-chart{color:#1f2328}@media (prefers-color-scheme:dark){.${id}-chart{color:#e6edf3}}</style>`,
  ].join("");
  return svg
    .replace(/<style >[\s\S]*?<\/style>\n?/g, "")
    .replace(/ class="zr\d+-cls-\d+"/g, "")
    .replace(/\bzr\d+-c(\d+)/g, `${id}-clip-$1`)
    .replaceAll(INK, "currentColor")
    .replace(/<svg ([^>]*)>/, `<svg $1 class="${id}-chart" role="img" aria-labelledby="${id}-title ${id}-desc">${head}`);
}

/** What the drawing shows, in sentences: who cannot see it hears the numbers. */
function description({ before, after, replications, loadOf }: CapacityComparison): string {
  const old = new Map(before?.classes.map((each) => [each.id, each.waits]));
  const waits = after.classes.flatMap(({ id, label, waits: own }) => {
    if (own === undefined) return [];
    const was = old.get(id);
    return [`${label}: half wait ${duration(own.p50.mean)} at most, 95 of 100 ${duration(own.p95.mean)}${was === undefined ? "" : ` (before: ${duration(was.p95.mean)})`}.`];
  });
  const nodes = after.pools.filter(({ mostNodes }) => mostNodes > 0).map((pool) => `${pool.id}: ${short(pool.nodes.mean)} nodes on average, ${pool.mostNodes} at most of ${pool.maxCount}.`);
  return [`Means of ${replications} simulated weeks under the load profile of ${loadOf}.`, "Queue waits by runner class.", ...waits, "Nodes by pool.", ...nodes].join(" ");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
