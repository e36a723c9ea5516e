/** `aws:iam/rolePolicy:RolePolicy`, an inline policy. Its id is `ROLE:POLICY`. */
import { z } from "zod";
import { autoName } from "../../../provider/autoname";
import type { ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { documentAsRead } from "../../document";
import { asFailures, policyText } from "../../schema";
import { policyFindings } from "../../validate/policy";
import { NO_SUCH_ENTITY } from "./role";

const schema = z.strictObject({
  name: z.string().regex(/^[\w+=,.@-]{1,128}$/, "a policy name has 1 to 128 letters, digits and + = , . @ _ -"),
  role: z.string(),
  policy: z.string(),
});
type Inputs = z.infer<typeof schema>;
type Outputs = Inputs & { readonly namePrefix: string } & Record<string, unknown>;

/** @param actions names of actions by service */
export function rolePolicy(actions: Readonly<Record<string, readonly string[]>>): ResourceKind<AwsClient, Inputs, Outputs> {
  return {
    type: "aws:iam/rolePolicy:RolePolicy",
    schema,
    replaceOn: ["name", "role"],
    deleteBeforeReplace: (inputs, old) => inputs.name === old.name && inputs.role === old.role,

    defaults(inputs, info) {
      const policy = policyText(inputs.policy);
      return { name: inputs.name ?? autoName(info, "name", 128), ...(policy === undefined ? {} : { policy }) };
    },

    check: (inputs) => asFailures("policy", policyFindings(inputs.policy, "identity", actions)),

    async create(client, inputs) {
      return { id: `${inputs.role}:${inputs.name}`, outputs: await put(client, inputs) };
    },

    async read(client, id, _known, info) {
      const iam = await client.iam();
      const [roleName, policyName] = partsOf(id);
      const found = await unlessCode(NO_SUCH_ENTITY, () => iam.getRolePolicy({ RoleName: roleName, PolicyName: policyName }));
      if (found?.PolicyDocument === undefined) return undefined;
      const known = info.oldInputs?.policy;
      const policy = documentAsRead(typeof known === "string" ? known : undefined, decodeURIComponent(found.PolicyDocument));
      const inputs = { name: policyName, role: roleName, policy };
      return { id, inputs, outputs: { ...inputs, namePrefix: "" } };
    },

    update: (client, _id, _old, inputs) => put(client, inputs),

    async remove(client, id) {
      const iam = await client.iam();
      const [roleName, policyName] = partsOf(id);
      await unlessCode(NO_SUCH_ENTITY, () => iam.deleteRolePolicy({ RoleName: roleName, PolicyName: policyName }));
    },
  };
}

async function put(client: AwsClient, inputs: Inputs): Promise<Outputs> {
  const iam = await client.iam();
  await iam.putRolePolicy({ RoleName: inputs.role, PolicyName: inputs.name, PolicyDocument: inputs.policy });
  return { ...inputs, namePrefix: "" };
}

function partsOf(id: string): [string, string] {
  const [roleName, policyName, ...rest] = id.split(":");
  if (!roleName || !policyName || rest.length > 0)
    throw new Error(`the id of an inline policy is ROLE:POLICY, found ${JSON.stringify(id)}`);
  return [roleName, policyName];
}
