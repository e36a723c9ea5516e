/** What came to be in one account and region, read from the services themselves. */
import type { AwsClient } from "./client";

export interface InventoryEntry {
  readonly kind: string;
  readonly name: string;
  readonly detail: string;
}

type Clients = Pick<AwsClient, "ecr" | "iam" | "s3">;

/** Repositories with their mutability, roles, identity providers and buckets, in that order, each by name. */
export async function inventoryOf(clients: Clients): Promise<InventoryEntry[]> {
  const parts = await Promise.all([repositories(clients), roles(clients), identityProviders(clients), buckets(clients)]);
  return parts.flatMap((entries) => entries.sort((a, b) => (a.name < b.name ? -1 : 1)));
}

async function repositories(clients: Clients): Promise<InventoryEntry[]> {
  const ecr = await clients.ecr();
  const found: InventoryEntry[] = [];
  for (let nextToken: string | undefined, first = true; first || nextToken !== undefined; first = false) {
    const page = await ecr.describeRepositories({ nextToken });
    for (const { repositoryName = "", imageTagMutability = "", imageTagMutabilityExclusionFilters: filters = [] } of page.repositories ??
      []) {
      const excluded = filters.map(({ filter }) => filter).join(", ");
      found.push({
        kind: "ECR repository",
        name: repositoryName,
        detail: excluded === "" ? imageTagMutability : `${imageTagMutability}: ${excluded}`,
      });
    }
    nextToken = page.nextToken;
  }
  return found;
}

async function roles(clients: Clients): Promise<InventoryEntry[]> {
  const iam = await clients.iam();
  const found: InventoryEntry[] = [];
  for (let Marker: string | undefined, first = true; first || Marker !== undefined; first = false) {
    const page = await iam.listRoles({ Marker });
    for (const role of page.Roles ?? []) {
      const policies = (await iam.listRolePolicies({ RoleName: role.RoleName })).PolicyNames ?? [];
      found.push({
        kind: "IAM role",
        name: role.RoleName ?? "",
        detail: policies.length === 0 ? "no inline policy" : `inline policies: ${policies.join(", ")}`,
      });
    }
    Marker = page.IsTruncated ? page.Marker : undefined;
  }
  return found;
}

async function identityProviders(clients: Clients): Promise<InventoryEntry[]> {
  const iam = await clients.iam();
  const list = (await iam.listOpenIDConnectProviders({})).OpenIDConnectProviderList ?? [];
  return Promise.all(
    list.map(async ({ Arn = "" }) => {
      const { Url = "", ClientIDList = [] } = await iam.getOpenIDConnectProvider({ OpenIDConnectProviderArn: Arn });
      return { kind: "IAM identity provider", name: Url, detail: `audiences: ${ClientIDList.join(", ")}` };
    }),
  );
}

async function buckets(clients: Clients): Promise<InventoryEntry[]> {
  const s3 = await clients.s3();
  return ((await s3.listBuckets({})).Buckets ?? []).map(({ Name = "" }) => ({
    kind: "S3 bucket",
    name: Name,
    detail: `arn:aws:s3:::${Name}`,
  }));
}
