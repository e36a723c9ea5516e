/** What an infrastructure looks like, for values that come from config. Only prices and the load profile have a default: each stack says where it lives. */
import { z } from "zod";
import type { Infrastructure } from "../pipeline/infrastructure";
import { load, prices } from "./schema-load";

const text = z.string();
const texts = z.array(text);
const count = z.number();

const app = z.strictObject({ appId: count, installationId: count });

const nodePool = z.strictObject({
  name: text,
  vmSize: text,
  arch: z.enum(["amd64", "arm64"]),
  gpus: count,
  minCount: count,
  maxCount: count,
  spot: z.boolean(),
  osDiskGiB: count,
  maxPods: count,
  zones: texts,
});

const cluster = z.strictObject({
  name: text,
  kubernetesVersion: text,
  skuTier: z.enum(["Free", "Standard", "Premium"]),
  adminGroupObjectIds: texts,
  authorizedIpRanges: texts,
  upgradeChannel: z.enum(["patch", "stable", "rapid", "node-image", "none"]),
  maintenance: z.strictObject({
    dayOfWeek: z.enum(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]),
    startHour: count,
    durationHours: count,
  }),
  systemPool: z.strictObject({ vmSize: text, minCount: count, maxCount: count }),
  nodePools: z.array(nodePool),
});

/** Schema of each field of an infrastructure: the fields are config keys of their own. */
export const infrastructureFields = {
  aws: z.strictObject({ accountId: text, region: text }),
  azure: z.strictObject({ subscriptionId: text, tenantId: text, location: text }),
  github: z.strictObject({
    subjectForm: z.enum(["legacy", "immutable", "both"]),
    applyingApp: app,
    runnerApp: app,
    infrastructureRepository: z.strictObject({ owner: text, name: text, ownerId: count, repositoryId: count, runner: text }),
    requiredReviews: count,
    teams: z.record(z.string(), count),
    applyReviewers: texts,
  }),
  registries: z.strictObject({
    repository: text,
    acrName: text,
    acrSku: z.enum(["Basic", "Standard", "Premium"]),
    pullRequestImages: z.enum(["shared", "isolated"]),
    retention: z.strictObject({ pullRequestDays: count, untaggedDays: count, nightlyCount: count, mainCount: count, cacheDays: count }),
  }),
  deploymentCluster: cluster,
  runners: z.strictObject({
    cluster: z.union([cluster, z.literal("deployment-tests")]),
    controllerVersion: text,
    image: text,
    dockerImage: text,
    devicePluginVersion: text,
    failedRunnerMinutes: count,
  }),
  stateBackend: text,
  tags: z.record(z.string(), text),
  protect: z.boolean(),
  prices,
  load,
} satisfies { readonly [Field in keyof Infrastructure]: z.ZodType<Infrastructure[Field]> };
