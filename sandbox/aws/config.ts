/** Configuration of the AWS provider, as the SDK sends it: everything but plain strings is JSON text. */
import { z } from "zod";

/** Takes JSON text or the value itself. */
function json<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value) as unknown;
    } catch (error) {
      // Text that is no JSON goes on as it is: the schema says what it should have been.
      if (error instanceof SyntaxError) return value;
      throw error;
    }
  }, schema);
}

const tags = z.record(z.string(), z.string());
const accountId = z.string().regex(/^\d{12}$/, "an account id has twelve digits");
/** Services that the sandbox has; an endpoint for another one would never be used. */
const endpoint = z.strictObject({ ecr: z.url().optional(), iam: z.url().optional(), s3: z.url().optional(), sts: z.url().optional() });

export const configSchema = z
  .strictObject(
    {
      region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region is written like us-west-2"),
      accessKey: z.string().optional(),
      secretKey: z.string().optional(),
      token: z.string().optional(),
      profile: z.string().optional(),
      allowedAccountIds: json(z.array(accountId).optional()),
      forbiddenAccountIds: json(z.array(accountId).optional()),
      defaultTags: json(z.strictObject({ tags: tags.optional() }).optional()),
      ignoreTags: json(z.strictObject({ keys: z.array(z.string()).optional(), keyPrefixes: z.array(z.string()).optional() }).optional()),
      endpoints: json(z.array(endpoint).optional()),
      maxRetries: json(z.int().min(0).optional()),
      retryMode: z.enum(["standard", "adaptive"]).optional(),
      s3UsePathStyle: json(z.boolean().optional()),
      skipCredentialsValidation: json(z.boolean().optional()),
      skipMetadataApiCheck: json(z.boolean().optional()),
      skipRegionValidation: json(z.boolean().optional()),
      skipRequestingAccountId: json(z.boolean().optional()),
      version: z.string().optional(),
    },
    { error: (issue) => (issue.code === "unrecognized_keys" ? `the sandbox does not know ${issue.keys.join(", ")} in the provider's configuration` : undefined) },
  )
  .superRefine((config, context) => {
    if ((config.accessKey === undefined) !== (config.secretKey === undefined)) {
      context.addIssue({ code: "custom", path: [config.accessKey === undefined ? "accessKey" : "secretKey"], message: "accessKey and secretKey go together" });
    }
    if (config.allowedAccountIds !== undefined && config.forbiddenAccountIds !== undefined) {
      context.addIssue({ code: "custom", path: ["forbiddenAccountIds"], message: "conflicts with allowedAccountIds" });
    }
  });

export type AwsConfig = z.infer<typeof configSchema>;
