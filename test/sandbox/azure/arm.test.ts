/** ARM over HTTP: who may ask, what is asked, where it lies, and how it fails. */
import { AKS, CLUSTER, clusterBody, errorOf, SUBSCRIPTION, TestCloud } from "./support";

let azure: TestCloud;

beforeEach(async () => {
  azure = await TestCloud.start();
});
afterEach(() => azure.stop());

const REGISTRY = "resourceGroups/ci/providers/Microsoft.ContainerRegistry/registries/dynamoci";
const ACR = "2023-01-01-preview";
const registry = { location: "eastus", sku: { name: "Standard" }, properties: {} };

describe("tokens", () => {
  const asked = (headers: Record<string, string>) => azure.http("GET", "resourcegroups", "2024-03-01", undefined, headers);

  it.each([
    [{}, "AuthenticationFailed: Authentication failed. The 'Authorization' header is missing."],
    [{ authorization: "Basic abc" }, "AuthenticationFailed: Authentication failed. The 'Authorization' header is provided in an invalid format."],
    [{ authorization: "Bearer wrong" }, "InvalidAuthenticationToken: The access token is invalid."],
  ])("refuses %j", async (headers: Record<string, string>, message) => {
    const reply = await asked(headers);
    expect(reply.status).toBe(401);
    expect(errorOf(reply)).toBe(message);
  });

  it("gives no token for a wrong secret", async () => {
    const response = await fetch(`${azure.endpoint}/t/oauth2/v2.0/token`, {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: "grant_type=client_credentials&client_id=x&client_secret=y",
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: "unauthorized_client", error_description: "AADSTS700016: Application with identifier 'x' was not found in the directory." });
  });
});

describe("addresses", () => {
  it.each([
    ["/nowhere", "2024-03-01", 404, "InvalidResourceUri: The request URI '/nowhere' names no resource, list or action."],
    ["/subscriptions/abc/resourcegroups", "2024-03-01", 400, "InvalidSubscriptionId: The provided subscription identifier 'abc' is malformed or invalid."],
    ["resourceGroups/ci", undefined, 400, "MissingApiVersionParameter: The api-version query parameter (?api-version=) is required for all requests."],
    [
      CLUSTER,
      "1999-01-01",
      400,
      "NoRegisteredProviderFound: No registered resource provider found for API version '1999-01-01' for type 'managedClusters' in the namespace 'Microsoft.ContainerService'. The supported api-versions are '2025-09-01, 2025-10-01, 2025-08-01, 2025-07-01, 2025-05-01'.",
    ],
    [
      "resourceGroups/ci/providers/Microsoft.Storage/storageAccounts/x",
      "2024-01-01",
      404,
      "InvalidResourceType: The resource type 'storageAccounts' could not be found in the namespace 'Microsoft.Storage'.",
    ],
    ["resourceGroups/none", "2024-03-01", 404, "ResourceGroupNotFound: Resource group 'none' could not be found."],
    [REGISTRY.replace("/ci/", "/none/"), ACR, 404, "ResourceGroupNotFound: Resource group 'none' could not be found."],
    [
      REGISTRY,
      ACR,
      404,
      "ResourceNotFound: The Resource 'Microsoft.ContainerRegistry/registries/dynamoci' under resource group 'ci' was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix",
    ],
    [
      `${CLUSTER}/agentPools/gpu`,
      AKS,
      404,
      `ParentResourceNotFound: Failed to perform 'read' on resource(s) of type 'managedClusters/agentPools', because the parent resource '/subscriptions/${SUBSCRIPTION}/${CLUSTER}' could not be found.`,
    ],
  ])("GET %s answers its error", async (path, version, status, message) => {
    await azure.group();
    const reply = await azure.http("GET", path, version);
    expect(errorOf(reply)).toBe(message);
    expect(reply.status).toBe(status);
  });

  it("compares ids without regard to case and keeps the casing of the first write", async () => {
    await azure.group();
    await azure.http("PUT", REGISTRY, ACR, registry);
    const reply = await azure.http("GET", REGISTRY.toUpperCase(), ACR);
    expect(reply.body.id).toBe(`/subscriptions/${SUBSCRIPTION}/${REGISTRY}`);
  });

  it("lists by subscription, by group and by parent", async () => {
    await azure.group();
    await azure.group("other");
    await azure.http("PUT", REGISTRY, ACR, registry);
    const names = async (path: string, version: string) =>
      ((await azure.http("GET", path, version)).body.value as { name: string }[]).map(({ name }) => name);
    expect(await names("resourcegroups", "2024-03-01")).toEqual(["ci", "other"]);
    expect(await names("providers/Microsoft.ContainerRegistry/registries", ACR)).toEqual(["dynamoci"]);
    expect(await names("resourceGroups/other/providers/Microsoft.ContainerRegistry/registries", ACR)).toEqual([]);
    expect(await names("resourceGroups/ci/resources", "2024-03-01")).toEqual(["dynamoci"]);
  });
});

describe("writes", () => {
  it.each([
    ["resourceGroups/dot.", "2024-03-01", { location: "eastus" }, /^InvalidResourceName: The resource name 'dot\.' is invalid: a resource group's name/],
    ["resourceGroups/x", "2024-03-01", {}, /^LocationRequired: The location property is required/],
    ["resourceGroups/x", "2024-03-01", { location: "atlantis" }, /^LocationNotAvailableForResourceType: The provided location 'atlantis' is not available/],
    ["resourceGroups/x", "2024-03-01", { location: "eastus", colour: 1 }, /^InvalidParameter: Unrecognized key: "colour"$/],
    [REGISTRY.replace("dynamoci", "a-b"), ACR, registry, /^InvalidResourceName: The resource name 'a-b' is invalid: a registry's name has 5 to 50 letters and digits\.$/],
    [REGISTRY, ACR, { ...registry, sku: { name: "Huge" } }, /^InvalidParameter: sku\.name: found "Huge"; allowed are Basic, Standard, Premium$/],
    [
      REGISTRY,
      ACR,
      { ...registry, properties: { policies: { retentionPolicy: { status: "enabled" } }, adminUserEnabled: "yes" } },
      /^InvalidParameter: adminUserEnabled: .*boolean/,
    ],
    [
      REGISTRY,
      ACR,
      { ...registry, properties: { policies: { retentionPolicy: { status: "enabled" } } } },
      /^InvalidParameter: policies\.retentionPolicy\.status: found "enabled" with SKU Standard; this needs SKU Premium$/,
    ],
  ])("PUT %s %s %j is refused", async (path, version, body, message) => {
    await azure.group();
    const reply = await azure.http("PUT", path, version, body);
    expect(errorOf(reply)).toMatch(message);
    expect(reply.status).toBe(400);
  });

  it("answers 400 to JSON that is none", async () => {
    const token = { authorization: `Bearer ${await tokenOf()}`, "content-type": "application/json" };
    const response = await fetch(`${azure.endpoint}/subscriptions/${SUBSCRIPTION}/resourceGroups/x?api-version=2024-03-01`, { method: "PUT", headers: token, body: "{" });
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: { code: string } }).error.code).toBe("InvalidRequestContent");
  });

  it("moves nothing", async () => {
    await azure.group();
    await azure.http("PUT", REGISTRY, ACR, registry);
    const group = await azure.http("PUT", "resourceGroups/ci", "2024-03-01", { location: "westus" });
    const moved = await azure.http("PUT", REGISTRY, ACR, { ...registry, location: "West US" });
    expect([group.status, errorOf(group)]).toEqual([
      409,
      "InvalidResourceGroupLocation: Invalid resource group location 'westus'. The Resource group already exists in location 'eastus'.",
    ]);
    expect([moved.status, errorOf(moved)]).toEqual([
      409,
      "InvalidResourceLocation: The resource 'dynamoci' already exists in location 'eastus' in resource group 'ci'. A resource with the same name cannot be created in location 'westus'. Please select a new resource name.",
    ]);
  });

  it("fills in defaults, answers 201 then 200, and patches", async () => {
    await azure.group();
    const first = await azure.http("PUT", REGISTRY, ACR, registry);
    expect(first.status).toBe(201);
    expect(first.body.properties).toMatchObject({ loginServer: "dynamoci.azurecr.io", adminUserEnabled: false, provisioningState: "Succeeded", zoneRedundancy: "Disabled" });
    expect((await azure.http("PUT", REGISTRY, ACR, registry)).status).toBe(200);
    const patched = await azure.http("PATCH", REGISTRY, ACR, { properties: { adminUserEnabled: true } });
    expect(patched.body.properties).toMatchObject({ adminUserEnabled: true, loginServer: "dynamoci.azurecr.io" });
    const changed = await azure.http("PUT", REGISTRY, ACR, { ...registry, properties: { zoneRedundancy: "Enabled" } });
    expect([changed.status, errorOf(changed)]).toEqual([400, "PropertyChangeNotAllowed: Changing property 'properties.zoneRedundancy' is not allowed."]);
  });

  it("gives a registry name once in all of Azure", async () => {
    await azure.group();
    await azure.group("other");
    await azure.http("PUT", REGISTRY, ACR, registry);
    const second = await azure.http("PUT", REGISTRY.replace("/ci/", "/other/").replace("dynamoci", "DynamoCI"), ACR, registry);
    expect(second.status).toBe(409);
    expect(errorOf(second)).toMatch(/^AlreadyInUse: The registry DNS name dynamoci\.azurecr\.io is already in use\./);
  });

  it("deletes once, and again without complaint", async () => {
    await azure.group();
    await azure.http("PUT", REGISTRY, ACR, registry);
    expect((await azure.http("DELETE", REGISTRY, ACR)).status).toBe(200);
    expect((await azure.http("DELETE", REGISTRY, ACR)).status).toBe(204);
    expect((await azure.http("DELETE", "resourceGroups/none", "2024-03-01")).status).toBe(404);
  });
});

describe("a resource group that is deleted", () => {
  it("takes along what is in it and refuses writes meanwhile", async () => {
    await azure.group();
    await azure.http("PUT", REGISTRY, ACR, registry);
    await azure.finish(await azure.http("PUT", CLUSTER, AKS, clusterBody()));
    const reply = await azure.http("DELETE", "resourceGroups/ci", "2024-03-01");
    expect(reply.status).toBe(202);
    const refused = await azure.http("PUT", REGISTRY.replace("dynamoci", "another"), ACR, registry);
    expect([refused.status, errorOf(refused)]).toEqual([
      409,
      "ResourceGroupBeingDeleted: The resource group 'ci' is in deprovisioning state and cannot perform this operation.",
    ]);
    await azure.finish(reply);
    expect(azure.host.removed).toEqual([`/subscriptions/${SUBSCRIPTION}/resourcegroups/ci/providers/Microsoft.ContainerService/managedClusters/tests`]);
    expect(await azure.cloud.inventory()).toEqual([]);
    expect((await azure.http("GET", "resourcegroups", "2024-03-01")).body.value).toEqual([]);
  });
});

async function tokenOf(): Promise<string> {
  const { readFile } = await import("node:fs/promises");
  return readFile(azure.cloud.environment.ARM_ACCESS_TOKEN_FILE ?? "", "utf8");
}
