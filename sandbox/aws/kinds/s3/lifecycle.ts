/**
 * `aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration`. Its id is the bucket's name. Rules that expire objects, old
 * versions and unfinished uploads. Transitions between storage classes and filters by size are not known to the sandbox: the emulator holds
 * no filter by size.
 */
import type { LifecycleRule, LifecycleRuleFilter } from "@aws-sdk/client-s3";
import { z } from "zod";
import type { ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { asPropertyFailures } from "../../schema";
import { type Tags, tagList } from "../../tags";
import type { Finding } from "../../validate/finding";
import { NO_SUCH_BUCKET } from "./bucket";

const days = z.int().min(1, "S3 counts days from 1");
const ruleSchema = z.strictObject({
  id: z.string().min(1).max(255),
  status: z.enum(["Enabled", "Disabled"]),
  filter: z
    .strictObject({
      prefix: z.string().optional(),
      tag: z.strictObject({ key: z.string(), value: z.string() }).optional(),
      and: z
        .strictObject({
          prefix: z.string().optional(),
          tags: z.record(z.string(), z.string()).optional(),
        })
        .optional(),
    })
    .optional(),
  expiration: z
    .strictObject({ days: days.optional(), date: z.iso.datetime().optional(), expiredObjectDeleteMarker: z.boolean().optional() })
    .optional(),
  noncurrentVersionExpiration: z
    .strictObject({ noncurrentDays: days, newerNoncurrentVersions: z.int().min(1).max(100).optional() })
    .optional(),
  abortIncompleteMultipartUpload: z.strictObject({ daysAfterInitiation: days }).optional(),
});
const schema = z.strictObject({ bucket: z.string(), rules: z.array(ruleSchema).min(1).max(1000) });
type Rule = z.infer<typeof ruleSchema>;
type Filter = NonNullable<Rule["filter"]>;
type Inputs = z.infer<typeof schema>;
type Outputs = Inputs & { readonly region: string } & Record<string, unknown>;

const GONE = [...NO_SUCH_BUCKET, "NoSuchLifecycleConfiguration"];

export const bucketLifecycle: ResourceKind<AwsClient, Inputs, Outputs> = {
  type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
  schema,
  replaceOn: ["bucket"],

  check: ({ rules }) => asPropertyFailures(rules.flatMap((rule, index) => ruleFindings(rule, rules.slice(0, index), `rules[${index}]`))),

  create: async (client, inputs) => ({ id: inputs.bucket, outputs: await put(client, inputs) }),

  async read(client, id) {
    const s3 = await client.s3();
    const found = await unlessCode(GONE, () => s3.getBucketLifecycleConfiguration({ Bucket: id }));
    if (!found?.Rules) return undefined;
    const inputs = { bucket: id, rules: found.Rules.map(ruleFound) };
    return { id, inputs, outputs: { ...inputs, region: client.region } };
  },

  update: (client, _id, _old, inputs) => put(client, inputs),

  async remove(client, id) {
    const s3 = await client.s3();
    await unlessCode(GONE, () => s3.deleteBucketLifecycle({ Bucket: id }));
  },
};

/** S3's rules beyond the schema (API reference: PutBucketLifecycleConfiguration). */
function ruleFindings(rule: Rule, earlier: readonly Rule[], path: string): Finding[] {
  const findings: Finding[] = [];
  if (earlier.some(({ id }) => id === rule.id)) findings.push({ path: `${path}.id`, message: `${JSON.stringify(rule.id)} is given twice` });
  if (!rule.expiration && !rule.noncurrentVersionExpiration && !rule.abortIncompleteMultipartUpload) {
    findings.push({ path, message: "has no action; expiration, noncurrentVersionExpiration or abortIncompleteMultipartUpload is needed" });
  }
  const filters = Object.keys(rule.filter ?? {});
  if (filters.length > 1)
    findings.push({ path: `${path}.filter`, message: `found ${filters.join(", ")}; at most one is allowed, several go into "and"` });
  const ends = Object.keys(rule.expiration ?? {});
  if (rule.expiration && ends.length !== 1) {
    findings.push({
      path: `${path}.expiration`,
      message: `found ${ends.join(", ") || "nothing"}; exactly one of days, date, expiredObjectDeleteMarker is needed`,
    });
  }
  if (rule.abortIncompleteMultipartUpload && (rule.filter?.tag || rule.filter?.and?.tags)) {
    findings.push({
      path: `${path}.abortIncompleteMultipartUpload`,
      message: "goes with no filter by tags: an unfinished upload has none",
    });
  }
  return findings;
}

async function put(client: AwsClient, inputs: Inputs): Promise<Outputs> {
  const s3 = await client.s3();
  await s3.putBucketLifecycleConfiguration({ Bucket: inputs.bucket, LifecycleConfiguration: { Rules: inputs.rules.map(ruleSent) } });
  return { ...inputs, region: client.region };
}

function ruleSent(rule: Rule): LifecycleRule {
  const { expiration, noncurrentVersionExpiration: noncurrent, abortIncompleteMultipartUpload: abort } = rule;
  return {
    ID: rule.id,
    Status: rule.status,
    Filter: filterSent(rule.filter),
    Expiration: expiration && {
      Days: expiration.days,
      Date: expiration.date === undefined ? undefined : new Date(expiration.date),
      ExpiredObjectDeleteMarker: expiration.expiredObjectDeleteMarker,
    },
    NoncurrentVersionExpiration: noncurrent && {
      NoncurrentDays: noncurrent.noncurrentDays,
      NewerNoncurrentVersions: noncurrent.newerNoncurrentVersions,
    },
    AbortIncompleteMultipartUpload: abort && { DaysAfterInitiation: abort.daysAfterInitiation },
  };
}

/** A rule without a filter is one for every object, which S3 writes as an empty prefix. */
function filterSent(filter: Filter | undefined): LifecycleRuleFilter {
  if (!filter || Object.keys(filter).length === 0) return { Prefix: "" };
  const { prefix, tag, and } = filter;
  return {
    Prefix: prefix,
    Tag: tag && { Key: tag.key, Value: tag.value },
    And: and && {
      Prefix: and.prefix,
      Tags: and.tags && tagList(and.tags),
    },
  };
}

function ruleFound(rule: LifecycleRule): Rule {
  const { Expiration: expiration, NoncurrentVersionExpiration: noncurrent, AbortIncompleteMultipartUpload: abort } = rule;
  return {
    id: rule.ID ?? "",
    status: rule.Status ?? "Disabled",
    ...(rule.Filter && { filter: filterFound(rule.Filter) }),
    ...(expiration && {
      expiration: defined({
        days: expiration.Days,
        date: expiration.Date?.toISOString().replace(/\.\d{3}Z$/, "Z"),
        expiredObjectDeleteMarker: expiration.ExpiredObjectDeleteMarker,
      }),
    }),
    ...(noncurrent && {
      noncurrentVersionExpiration: {
        noncurrentDays: noncurrent.NoncurrentDays ?? 0,
        ...defined({ newerNoncurrentVersions: noncurrent.NewerNoncurrentVersions }),
      },
    }),
    ...(abort && { abortIncompleteMultipartUpload: { daysAfterInitiation: abort.DaysAfterInitiation ?? 0 } }),
  };
}

function filterFound(filter: LifecycleRuleFilter): Filter {
  const { And: and, Tag: tag } = filter;
  const tags: Tags | undefined = and?.Tags && Object.fromEntries(and.Tags.map(({ Key = "", Value = "" }) => [Key, Value]));
  return {
    ...defined({ prefix: filter.Prefix }),
    ...(tag && { tag: { key: tag.Key ?? "", value: tag.Value ?? "" } }),
    ...(and && { and: defined({ prefix: and.Prefix, tags }) }),
  };
}

/** Without the properties that S3 left out. */
function defined<T extends Record<string, unknown>>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}
