/** The load profile: figures that make rates, shares and distributions, and names that the pipeline knows. */
import type { Duration, Load } from "../load";
import type { Finding } from "../model";
import { seedSuites } from "../seed/suites";
import type { Check, InfrastructureInput, PlacementInput } from "./check";
import { each, isDay, listed, repeated, shown, unless, wholeWithin } from "./check";

const AT = "infrastructure.load";
const HOURS_OF_A_DAY = 24;
const MOST_PULL_REQUESTS = 100_000;
const MOST_HOSTED = 100_000;

export const loadFigures: Check<InfrastructureInput> = {
  name: "load-profile",
  holds: "The load profile is dated, and its rates, shares and weights are such.",
  find: ({ infrastructure: { load } }) => [
    ...unless(isDay(load.asOf), `${AT}.asOf`, shown(load.asOf), "a day, such as 2026-11-23"),
    ...unless(load.source.trim() !== "", `${AT}.source`, shown(load.source), "where the figures are from, in words"),
    ...unless(load.hours.length === HOURS_OF_A_DAY, `${AT}.hours`, `${load.hours.length} weights`, `${HOURS_OF_A_DAY}, one for each hour, UTC`),
    ...unless(sum(load.hours) > 0, `${AT}.hours`, "no hour with a weight", "a weight above 0 for an hour at least"),
    ...unless(wholeWithin(load.hosted.concurrent, 1, MOST_HOSTED), `${AT}.hosted.concurrent`, String(load.hosted.concurrent), `a whole number from 1 to ${MOST_HOSTED}`),
    ...pullRequestFindings(load),
  ],
};

export const loadDurations: Check<InfrastructureInput> = {
  name: "load-duration",
  holds: "A duration has a median above 0 and a 95th percentile that is no shorter.",
  find: ({ infrastructure: { load } }) =>
    durationsOf(load).flatMap(([path, { median, p95 }]) => [
      ...unless(median > 0, `${path}.median`, String(median), "minutes, more than 0"),
      ...unless(p95 >= median, `${path}.p95`, String(p95), `minutes, ${median} or more: the median is no longer than the 95th percentile`),
    ]),
};

export const loadSuites: Check<PlacementInput> = {
  name: "load-suite",
  holds: "Suites with durations of their own are suites of the pipeline, or of the default one.",
  find: ({ pipeline, infrastructure: { load } }) => {
    const known = [...pipeline.suites, ...seedSuites].map(({ id }) => id);
    return Object.keys(load.durations.suites).flatMap((id) =>
      unless(known.includes(id), `${AT}.durations.suites.${id}`, shown(id), `a suite of the pipeline: ${listed(pipeline.suites.map((suite) => suite.id))}`),
    );
  },
};

function pullRequestFindings({ pullRequests: { open, mirrored, changes } }: Load): Finding[] {
  const at = `${AT}.pullRequests`;
  return [
    ...unless(wholeWithin(open, 1, MOST_PULL_REQUESTS), `${at}.open`, String(open), `a whole number from 1 to ${MOST_PULL_REQUESTS}`),
    ...unless(mirrored >= 0 && mirrored <= 1, `${at}.mirrored`, String(mirrored), "a share, from 0 to 1"),
    ...unless(sum(changes.map(({ weight }) => weight)) > 0, `${at}.changes`, "no change with a weight", "a kind of change with a weight above 0 at least"),
    ...repeated(
      changes.map(({ id }) => id),
      (index) => `${at}.changes[${index}].id`,
      "kind of change",
    ),
    ...each(changes, `${at}.changes`, ({ files }, path) => [
      ...unless(files.length > 0, `${path}.files`, "none", "files that such a change touches"),
      ...each(files, `${path}.files`, (file, filePath) => unless(/^[^/]/.test(file), filePath, shown(file), "a path from the repository's root, such as lib/llm/src/a.rs")),
    ]),
  ];
}

/** Every duration of the profile, with its path. */
function durationsOf(value: object, path = AT): [string, Duration][] {
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, Duration][] => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return [];
    return isDuration(inner) ? [[`${path}.${key}`, inner]] : durationsOf(inner, `${path}.${key}`);
  });
}

function isDuration(value: object): value is Duration {
  return "median" in value && "p95" in value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
