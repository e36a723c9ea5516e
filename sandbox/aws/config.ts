/** Configuration of the AWS provider. The provider server reads what the SDK sends as JSON text before it comes here. */
import { z } from "zod";

const tags = z.record(z.string(), z.string());
const accountId = z.string().regex(/^\d{12}$/, "an account id has twelve digits");
/** Services that the sandbox has; an endpoint for another one would never be used. */
const endpoint = z.strictObject({ ecr: z.url().optional(), iam: z.url().optional(), s3: z.url().optional(), sts: z.url().optional() });

export const configSchema = z
  .strictObject({
    region: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region is written like us-west-2"),
    accessKey: z.string().optional(),
    secretKey: z.string().optional(),
    token: z.string().optional(),
    profile: z.string().optional(),
    allowedAccountIds: z.array(accountId).optional(),
    forbiddenAccountIds: z.array(accountId).optional(),
    defaultTags: z.strictObject({ tags: tags.optional() }).optional(),
    ignoreTags: z.strictObject({ keys: z.array(z.string()).optional(), keyPrefixes: z.array(z.string()).optional() }).optional(),
    endpoints: z.array(endpoint).optional(),
    maxRetries: z.int().min(0).optional(),
    retryMode: z.enum(["standard", "adaptive"]).optional(),
    s3UsePathStyle: z.boolean().optional(),
    skipCredentialsValidation: z.boolean().optional(),
    skipMetadataApiCheck: z.boolean().optional(),
    skipRegionValidation: z.boolean().optional(),
    skipRequestingAccountId: z.boolean().optional(),
  })
  .superRefine((config, context) => {
    if ((config.accessKey === undefined) !== (config.secretKey === undefined)) {
      context.addIssue({
        code: "custom",
        path: [config.accessKey === undefined ? "accessKey" : "secretKey"],
        message: "accessKey and secretKey go together",
      });
    }
    if (config.allowedAccountIds !== undefined && config.forbiddenAccountIds !== undefined) {
      context.addIssue({ code: "custom", path: ["forbiddenAccountIds"], message: "conflicts with allowedAccountIds" });
    }
  });

export type AwsConfig = z.infer<typeof configSchema>;
