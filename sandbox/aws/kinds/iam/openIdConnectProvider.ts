/** `aws:iam/openIdConnectProvider:OpenIdConnectProvider`. Its id is the ARN; the URL is compared without its scheme, as AWS keeps it. */
import type { GetOpenIDConnectProviderResponse, IAM } from "@aws-sdk/client-iam";
import { z } from "zod";
import type { ResourceKind } from "../../../provider/kind";
import { type AwsClient, unlessCode } from "../../client";
import { asPropertyFailures, tagsSchema } from "../../schema";
import { allTags, ownTags, type Tags, tagChanges, tagList, tagsFrom } from "../../tags";
import { issuerHost } from "../../trust/claims";
import { oidcProviderFindings } from "../../validate/oidc";

const schema = z.strictObject({
  url: z.string(),
  clientIdLists: z.array(z.string()).min(1),
  thumbprintLists: z.array(z.string()).optional(),
  tags: tagsSchema,
});
type Inputs = z.infer<typeof schema>;
type Outputs = Inputs & { readonly arn: string; readonly tagsAll: Tags } & Record<string, unknown>;

export const openIdConnectProvider: ResourceKind<AwsClient, Inputs, Outputs> = {
  type: "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
  schema,
  replaceOn: ["url"],
  sets: ["clientIdLists"],

  check: ({ url, clientIdLists, thumbprintLists }) =>
    asPropertyFailures(oidcProviderFindings({ url, clientIds: clientIdLists, thumbprints: thumbprintLists ?? [] })),

  async create(client, inputs) {
    const iam = await client.iam();
    const tags = allTags(client, inputs.tags);
    const made = await iam.createOpenIDConnectProvider({
      Url: inputs.url,
      ClientIDList: inputs.clientIdLists,
      ThumbprintList: inputs.thumbprintLists,
      Tags: tagList(tags),
    });
    const arn = made.OpenIDConnectProviderArn ?? "";
    return { id: arn, outputs: { ...inputs, thumbprintLists: inputs.thumbprintLists ?? [], arn, tagsAll: tags } };
  },

  async read(client, id, _known, info) {
    const iam = await client.iam();
    const found = await find(iam, id);
    if (!found) return undefined;
    const old = info.oldInputs as Partial<Inputs> | undefined;
    const all = tagsFrom(client, found.Tags);
    const own = ownTags(client, all, old?.tags);
    const thumbprintLists = found.ThumbprintList ?? [];
    const inputs: Inputs = {
      url: urlAsRead(old?.url, found.Url ?? ""),
      clientIdLists: found.ClientIDList ?? [],
      // AWS fills in thumbprints of its own for issuers that it knows; only those that the program gives are the program's.
      ...(old && old.thumbprintLists === undefined ? {} : { thumbprintLists }),
      ...(own === undefined ? {} : { tags: own }),
    };
    return { id, inputs, outputs: { ...inputs, thumbprintLists, arn: id, tagsAll: all } };
  },

  async update(client, id, _old, inputs) {
    const iam = await client.iam();
    const found = (await find(iam, id)) ?? {};
    if (inputs.thumbprintLists && inputs.thumbprintLists.length > 0) {
      await iam.updateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn: id, ThumbprintList: inputs.thumbprintLists });
    }
    await writeClientIds(iam, id, found.ClientIDList ?? [], inputs.clientIdLists);
    const tags = allTags(client, inputs.tags);
    await writeTags(iam, id, tagsFrom(client, found.Tags), tags);
    return { ...inputs, thumbprintLists: inputs.thumbprintLists ?? found.ThumbprintList ?? [], arn: id, tagsAll: tags };
  },

  async remove(client, id) {
    const iam = await client.iam();
    await unlessCode(["NoSuchEntity"], () => iam.deleteOpenIDConnectProvider({ OpenIDConnectProviderArn: id }));
  },
};

function find(iam: IAM, arn: string): Promise<GetOpenIDConnectProviderResponse | undefined> {
  return unlessCode(["NoSuchEntity"], () => iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: arn }));
}

function urlAsRead(known: string | undefined, found: string): string {
  return known !== undefined && issuerHost(known) === issuerHost(found) ? known : `https://${issuerHost(found)}`;
}

async function writeClientIds(iam: IAM, arn: string, found: readonly string[], wanted: readonly string[]): Promise<void> {
  for (const id of wanted.filter((entry) => !found.includes(entry)))
    await iam.addClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, ClientID: id });
  for (const id of found.filter((entry) => !wanted.includes(entry)))
    await iam.removeClientIDFromOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, ClientID: id });
}

async function writeTags(iam: IAM, arn: string, found: Tags, wanted: Tags): Promise<void> {
  const { put, remove } = tagChanges(found, wanted);
  if (remove.length > 0) await iam.untagOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, TagKeys: remove });
  if (Object.keys(put).length > 0) await iam.tagOpenIDConnectProvider({ OpenIDConnectProviderArn: arn, Tags: tagList(put) });
}
