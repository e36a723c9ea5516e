/** `aws:s3/bucketPolicy:BucketPolicy`. Its id is the bucket's name. */
import { z } from "zod";
import type { ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { documentAsRead } from "../../document";
import { asFailures, policyText } from "../../schema";
import { policyFindings } from "../../validate/policy";
import { NO_SUCH_BUCKET } from "./bucket";

const schema = z.strictObject({ bucket: z.string(), policy: z.string() });
type Inputs = z.infer<typeof schema>;
type Outputs = Inputs & { readonly region: string } & Record<string, unknown>;

const GONE = [...NO_SUCH_BUCKET, "NoSuchBucketPolicy"];

/** @param actions names of actions by service */
export function bucketPolicy(actions: Readonly<Record<string, readonly string[]>>): ResourceKind<AwsClient, Inputs, Outputs> {
  return {
    type: "aws:s3/bucketPolicy:BucketPolicy",
    schema,
    replaceOn: ["bucket"],

    defaults(inputs) {
      const policy = policyText(inputs.policy);
      return policy === undefined ? {} : { policy };
    },

    check: (inputs) => asFailures("policy", policyFindings(inputs.policy, "bucket", actions)),

    create: async (client, inputs) => ({ id: inputs.bucket, outputs: await put(client, inputs) }),

    async read(client, id, _known, info) {
      const s3 = await client.s3();
      const found = await unlessCode(GONE, () => s3.getBucketPolicy({ Bucket: id }));
      if (found?.Policy === undefined) return undefined;
      const known = info.oldInputs?.policy;
      const inputs = { bucket: id, policy: documentAsRead(typeof known === "string" ? known : undefined, found.Policy) };
      return { id, inputs, outputs: { ...inputs, region: client.region } };
    },

    update: (client, _id, _old, inputs) => put(client, inputs),

    async remove(client, id) {
      const s3 = await client.s3();
      await unlessCode(GONE, () => s3.deleteBucketPolicy({ Bucket: id }));
    },
  };
}

async function put(client: AwsClient, inputs: Inputs): Promise<Outputs> {
  const s3 = await client.s3();
  await s3.putBucketPolicy({ Bucket: inputs.bucket, Policy: inputs.policy });
  return { ...inputs, region: client.region };
}
