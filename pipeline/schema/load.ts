/** What a stack has to carry, and what it costs: the load profile and the price table. */
import { z } from "zod";
import { amount, inUnit, namedList, number, text, texts, type Resolved } from "./kit";
import { podSize } from "./runners";

const money = inUnit(amount, "currency of the table");
const acrPrice = z
  .strictObject({ monthly: money.describe("Price a month."), includedGiB: inUnit(amount, "GiB").describe("GiB that it holds without further charge.") })
  .describe("Price of the SKU.");
const tierPrice = money.describe("Price a month of the tier.");
const minutes = inUnit(number, "minutes");
const share = inUnit(number, "share of 1");
const events = inUnit(amount, "events a day");
const weight = inUnit(amount, "weight");

export const prices = z
  .strictObject({
    asOf: text.describe("The day for which they were looked up, `YYYY-MM-DD`."),
    currency: text.describe("ISO 4217 code.").meta({ examples: ["USD"] }),
    source: text.describe("Where they are from, for people."),
    aks: z.strictObject({ Free: tierPrice, Standard: tierPrice, Premium: tierPrice }).describe("Price of an AKS control plane a month, by tier."),
    acr: z
      .strictObject({ Basic: acrPrice, Standard: acrPrice, Premium: acrPrice })
      .describe("Price of an Azure container registry a month, by SKU, and the GiB that it holds without further charge."),
    storageGiB: z.strictObject({ ecr: money.describe("In ECR."), acr: money.describe("In ACR.") }).describe("Price of one GiB a month in each registry; in ACR, beyond what its SKU includes."),
  })
  .describe("What services cost, and of when and where the prices of VM sizes (`vmSizes`) are: a dated price table. Estimates of a change's cost are made from it; no bill is read.");

export const duration = z
  .strictObject({ median: minutes.describe("Minutes: half of them take no longer."), p95: minutes.describe("Minutes: 95 of 100 take no longer.") })
  .describe("Minutes that something takes: a log-normal distribution, as durations of builds, tests and boots have. Equal figures mean always the same.");

export const change = z
  .strictObject({
    id: text.describe("Identifier."),
    title: text.describe("What such a change is, for people."),
    weight: weight.describe("How often, relative to the sum of all."),
    files: texts.describe("Files of such a change; the pipeline's own filters say what they concern."),
  })
  .describe("A kind of change that pull requests make.");

export const jobDurations = z
  .strictObject({
    plan: duration.describe("Deciding what runs."),
    checks: duration.describe("Formatting, licence headers, a component's own checks."),
    core: duration.describe("The core container with its Rust and Python tests."),
    build: z.strictObject({ framework: duration.describe("A framework's image."), component: duration.describe("A component's image."), reused: duration.default({ median: 1.5, p95: 3 }).describe("An image that is there already: it is found and taken.") }).describe("Builds of images."),
    publish: duration.describe("Signing an image and moving its tag."),
    tests: z.strictObject({ unit: duration.describe("Unit tests."), integration: duration.describe("Integration tests."), e2e: duration.describe("End-to-end tests.") }).describe("Suites by kind."),
    withoutGpu: z
      .strictObject({ unit: share.describe("Of unit tests."), integration: share.describe("Of integration tests."), e2e: share.describe("Of end-to-end tests.") })
      .default({ unit: 0.7, integration: 0.8, e2e: 0 })
      .describe("What part of a suite's time its tests take that need no GPU, 0 to 1, by kind. Where tests are placed by need, the durations of their jobs are made from it (`testPlacement`)."),
    suites: z.record(text, duration).describe("Suites that take longer or shorter than others of their kind, by id."),
    collect: duration.describe("Tests that are collected and not run."),
    deployment: duration.describe("A deployment test."),
    verdict: duration.describe("Verdict and notification."),
  })
  .describe("How long jobs run once they have started, by kind. Time limits cut them off.");

export const load = z
  .strictObject({
    asOf: text.describe("The day of the figures, `YYYY-MM-DD`."),
    source: text.describe("Where they are from, for people."),
    weekday: z
      .strictObject({
        pullRequestPushes: events.describe("Pushes to pull requests, the first one included."),
        mainPushes: events.describe("Merges into main."),
        releasePushes: events.describe("Pushes to release branches."),
        dispatches: events.describe("Nightly runs that people start, beside the schedule's own."),
      })
      .describe("Events of a weekday."),
    weekend: inUnit(amount, "share of 1").describe("What a day of the weekend has of a weekday's events, 0 to 1 or more."),
    hours: z.array(weight).describe("Weights of the 24 hours of a day, UTC."),
    pullRequests: z
      .strictObject({
      open: inUnit(number, "pull requests").describe("How many are open, each as likely to be pushed to: a push cancels the runs of the one before it."),
      mirrored: share.describe("Share of the pushes that are mirrored, and so build and test images."),
      reruns: inUnit(amount, "runs a push")
        .default(0)
        .describe("Runs of a mirror branch that somebody starts again by hand, for each push that is mirrored. They take the images that their commit's first run pushed, and run every test anew."),
      rerunAfter: duration.default({ median: 90, p95: 600 }).describe("From a push until somebody starts its run again."),
      changes: namedList(change, "id").describe("What they change, by id."),
    })
      .describe("Pull requests that are open, and what they change."),
    durations: jobDurations,
    nodes: z
      .strictObject({
      start: z.strictObject({ cpu: duration.describe("Nodes without GPUs."), gpu: duration.describe("Nodes with GPUs.") }).describe("From the order of a node until pods can start on it, by whether it has GPUs."),
      idleMinutes: inUnit(amount, "minutes").describe("Minutes that a node stays without a pod before the autoscaler removes it."),
    })
      .describe("How long nodes take to come, and stay."),
    runners: z
      .strictObject({
      start: duration.describe("From a runner's container until it takes a job."),
      stop: duration.describe("From a job's end until its runner is gone and makes room for the next."),
    })
      .describe("How long runners take to start and stop."),
    pulls: z.strictObject({ runner: duration.describe("The runner's own image."), image: duration.describe("An image under test.") }).describe("Pulls of an image that the node does not have: the runner's own, and an image under test."),
    hosted: z
      .strictObject({
      concurrent: inUnit(number, "jobs").describe("Jobs that GitHub's own machines run at once, by the plan of the organisation."),
      start: duration.describe("From the order of a job until it starts."),
    })
      .describe("GitHub's own machines."),
    spot: z
      .strictObject({
      evictionsPerHour: inUnit(amount, "evictions an hour").describe("Evictions of one node an hour."),
      rerunAfter: duration.describe("From an eviction until somebody starts the lost job again: GitHub does not."),
    })
      .describe("Spot machines that Azure takes back."),
    deploymentPod: podSize.describe("What a deployment test asks for beside its GPUs: operator, frontend."),
    imageGiB: inUnit(amount, "GiB").describe("GiB that one more build of an image adds to a registry; layers that it shares with older ones are not counted."),
  })
  .describe("The work that comes, and how long things take; who waits is simulated under it. Events are Poisson: independent of each other, at the rate of their hour.");

export type Prices = Resolved<typeof prices>;
export type Duration = Resolved<typeof duration>;
export type Change = Resolved<typeof change>;
export type JobDurations = Resolved<typeof jobDurations>;
export type Load = Resolved<typeof load>;
