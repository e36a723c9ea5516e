/** What prices and a load profile look like, for values that come from config. */
import { z } from "zod";
import type { Load } from "../pipeline/load";
import type { Prices } from "../pipeline/prices";

const text = z.string();
const number = z.number();
const amount = number.nonnegative("0 or more");

const acrPrice = z.strictObject({ monthly: amount, includedGiB: amount });

export const prices: z.ZodType<Prices> = z.strictObject({
  asOf: text,
  currency: text,
  source: text,
  machines: z.record(text, z.strictObject({ hourly: amount, spotHourly: amount.optional() })),
  aks: z.strictObject({ Free: amount, Standard: amount, Premium: amount }),
  acr: z.strictObject({ Basic: acrPrice, Standard: acrPrice, Premium: acrPrice }),
  storageGiB: z.strictObject({ ecr: amount, acr: amount }),
});

const duration = z.strictObject({ median: number, p95: number });

export const load: z.ZodType<Load> = z.strictObject({
  asOf: text,
  source: text,
  weekday: z.strictObject({ pullRequestPushes: amount, mainPushes: amount, releasePushes: amount, dispatches: amount }),
  weekend: amount,
  hours: z.array(amount),
  pullRequests: z.strictObject({
    open: number,
    mirrored: number,
    changes: z.array(z.strictObject({ id: text, title: text, weight: amount, files: z.array(text) })),
  }),
  durations: z.strictObject({
    plan: duration,
    checks: duration,
    core: duration,
    build: z.strictObject({ framework: duration, component: duration }),
    publish: duration,
    tests: z.strictObject({ unit: duration, integration: duration, e2e: duration }),
    suites: z.record(text, duration),
    collect: duration,
    deployment: duration,
    verdict: duration,
  }),
  nodes: z.strictObject({ start: z.strictObject({ cpu: duration, gpu: duration }), idleMinutes: amount }),
  runners: z.strictObject({ start: duration, stop: duration }),
  pulls: z.strictObject({ runner: duration, image: duration }),
  hosted: z.strictObject({ concurrent: number, start: duration }),
  spot: z.strictObject({ evictionsPerHour: amount, rerunAfter: duration }),
  deploymentPod: z.strictObject({ cpu: amount, memoryGiB: amount, gpus: amount, storageGiB: amount }),
  imageGiB: amount,
});
