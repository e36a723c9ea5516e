/** Turns history into the load profile of a stack. */
import { existsSync } from "node:fs";
import { stringify } from "yaml";
import { z } from "zod";
import { DAY_MS } from "../../history/days";
import { heldOut, type HeldOut } from "../../history/held-out";
import { knownDays, measuredLoad, sourceOf, withMeasured, type MeasuredFigure, type MeasuredLoad } from "../../history/load";
import { PLACE_FORM, isBucket, openPlace } from "../../history/place";
import { dayOfTime } from "../../history/store";
import { compareCapacity, FEWEST_REPLICATIONS, type CapacityStack } from "../../report/capacity";
import { aligned, widthsOf } from "../../report/table";
import { define } from "../kit/command";
import { unwritableFile, writeFileOf } from "../kit/files";
import { number, or, pattern, required, text } from "../kit/options";
import { stackOption } from "../kit/project";
import { ExitError, notAllowed } from "../kit/usage";
import { readCommittedStack } from "../stack";

const WEEK_DAYS = 7;

const OPTIONS = {
  stack: stackOption,
  store: required(pattern("PLACE", "where `history` keeps what it collected: a folder, or s3://BUCKET/PREFIX", PLACE_FORM, "are a folder that is there and s3://BUCKET/PREFIX")),
  days: or(number("DAYS", "days that count, up to today; the last seven judge the profile that the others make", z.number().int().min(14).max(400), "are whole numbers from 14 to 400"), "35"),
  out: text("FILE", "writes the profile as config of the stack, for Pulumi.STACK.yaml and for WITH="),
};

export const command = define({
  about: [
    "Measures how much work comes when and how long jobs take, and says of each figure how many values it stands on and between which bounds the truth is.",
    "A profile made from all weeks but the last is simulated and held beside the last one: that says how far `capacity` is off.",
  ],
  options: OPTIONS,
  examples: [["load --store history --out load.yaml", "the profile of five weeks"]],
  check: ({ options: { store, out } }) => [...(store === undefined || isBucket(store) || existsSync(store) ? [] : [notAllowed("store", store, "are a folder that is there and s3://BUCKET/PREFIX")]), ...unwritableFile("out", out)],
  async run({ options: { stack, store: place, days = 35, out } }, io) {
    const read = readCommittedStack(stack);
    const today = Date.now();
    const from = dayOfTime(new Date(today - days * DAY_MS));
    const { store, close } = await openPlace(place, { since: from, tables: ["runs", "jobs"] });
    try {
      const known = await knownDays(store, { from, to: dayOfTime(new Date(today)) });
      const profile = known && (await measuredLoad(store, known.from, known.to));
      if (known === undefined || profile === undefined || profile.figures.length === 0) throw new ExitError(`${place} has too little of the last ${days} days for any figure: collect more with the command history`, 1);
      const last = dayOfTime(new Date(Date.parse(known.to) - WEEK_DAYS * DAY_MS));
      const judged = await heldOut(store, last, known.to, simulated(read, await measuredLoad(store, known.from, last)));
      io.out(`${profileText(profile)}\n\n${heldOutText(judged)}\n`);
      if (out !== undefined) writeFileOf("out", out, configText(profile));
    } finally {
      await close();
    }
  },
});

function simulated({ pipeline, infrastructure }: CapacityStack, profile: MeasuredLoad) {
  const stack = { pipeline, infrastructure: { ...infrastructure, load: withMeasured(infrastructure.load, profile) } };
  return compareCapacity(stack, undefined, { replications: FEWEST_REPLICATIONS, seed: "load" }).after;
}

function profileText(profile: MeasuredLoad): string {
  const rows = [["figure", "value", "values", "between"], ...profile.figures.map((figure) => [figure.path.join("."), shown(figure), String(figure.count), figure.interval === undefined ? "-" : figure.interval.join(" and ")])];
  return [sourceOf(profile), "", ...lines(rows, ["left", "left", "right", "left"])].join("\n");
}

function shown({ value }: MeasuredFigure): string {
  if (typeof value === "number") return String(value);
  return "median" in value ? `${value.median} min, p95 ${value.p95}` : `${value.length} weights`;
}

function heldOutText(judged: readonly HeldOut[]): string {
  if (judged.length === 0) return "No workflow had enough runs in the last week to judge the simulation by.";
  const off = (seen: number, said: number): string => `${said.toFixed(1)} (${said >= seen ? "+" : ""}${Math.round((said / seen - 1) * 100)}%)`;
  const rows = judged.map(({ title, runs, seen, simulated: said }) => [title, String(runs), seen.p50.toFixed(1), off(seen.p50, said.p50), seen.p95.toFixed(1), off(seen.p95, said.p95)]);
  return ["The last week, in minutes, and what the simulation says of it:", "", ...lines([["runs of", "runs", "p50", "simulated", "p95", "simulated"], ...rows], ["left", "right", "right", "right", "right", "right"])].join("\n");
}

function lines(rows: readonly (readonly string[])[], alignments: readonly ("left" | "right")[]): string[] {
  const widths = widthsOf(rows);
  return rows.map((row) => aligned(row, widths, alignments));
}

/** As stack config, which changes the default by name. */
function configText(profile: MeasuredLoad): string {
  const load: Record<string, unknown> = { asOf: profile.to, source: sourceOf(profile) };
  for (const { path, value } of profile.figures) place(load, path, value);
  return stringify({ config: { "gpu-cicd:load": load } }, { lineWidth: 120 });
}

function place(into: Record<string, unknown>, [first = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) into[first] = value;
  else place((into[first] ??= {}) as Record<string, unknown>, rest, value);
}
