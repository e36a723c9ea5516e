/** Every kind through the provider, as the provider server calls it: create, read, drift, update, delete, duplicate, missing. */
import { CloudError, PartialFailure, type Properties, type ResourceInfo, type ResourceKind } from "../../../sandbox/provider/kind";
import { ADMINS, SUBSCRIPTION, TestCloud } from "./support";

const ROLE = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d`;
const GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourceGroups/ci`;
const LOWER_GROUP_ID = `/subscriptions/${SUBSCRIPTION}/resourcegroups/ci`;

interface Case {
  readonly type: string;
  readonly inputs: Properties;
  /** What has to be there first, as kinds and inputs. */
  readonly before: readonly string[];
  readonly id: string;
  /** Operation of the request that creates. */
  readonly operation: string;
  /** A change in place. */
  readonly change?: Properties;
  /** What somebody does to the document behind Pulumi's back, and what the inputs then say. */
  readonly meddle: (document: Properties & { properties: Properties }) => void;
  readonly drifted: Properties;
}

const window = (startTime: string) => ({ schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } }, durationHours: 4, startTime, utcOffset: "+00:00" });

const cases: Readonly<Record<string, Case>> = {
  group: {
    type: "azure-native:resources:ResourceGroup",
    inputs: { resourceGroupName: "ci", location: "eastus", tags: { stack: "test" } },
    before: [],
    id: GROUP_ID,
    operation: "PUT Microsoft.Resources/resourceGroups",
    change: { tags: { stack: "prod" } },
    meddle: (document) => (document.tags = { stack: "test", owner: "me" }),
    drifted: { tags: { stack: "test", owner: "me" } },
  },
  registry: {
    type: "azure-native:containerregistry:Registry",
    // As the SDK sends it: it writes these defaults itself.
    inputs: {
      registryName: "dynamoci",
      resourceGroupName: "ci",
      location: "eastus",
      sku: { name: "Premium" },
      adminUserEnabled: false,
      anonymousPullEnabled: false,
      networkRuleBypassOptions: "AzureServices",
      publicNetworkAccess: "Enabled",
      zoneRedundancy: "Disabled",
      networkRuleSet: { defaultAction: "Deny", ipRules: [{ action: "Allow", iPAddressOrRange: "203.0.113.0/24" }] },
    },
    before: ["group"],
    id: `${GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/dynamoci`,
    operation: "PUT Microsoft.ContainerRegistry/registries",
    change: { sku: { name: "Standard" }, networkRuleSet: undefined },
    meddle: ({ properties }) => (properties.adminUserEnabled = true),
    drifted: { adminUserEnabled: true },
  },
  task: {
    type: "azure-native:containerregistry:Task",
    inputs: {
      taskName: "purge",
      registryName: "dynamoci",
      resourceGroupName: "ci",
      location: "eastus",
      isSystemTask: false,
      timeout: 3600,
      platform: { os: "Linux", architecture: "amd64" },
      step: { type: "EncodedTask", encodedTaskContent: Buffer.from("version: v1.1.0").toString("base64") },
      trigger: { timerTriggers: [{ name: "daily", schedule: "0 3 * * *", status: "Enabled" }] },
    },
    before: ["group", "registry"],
    id: `${GROUP_ID}/providers/Microsoft.ContainerRegistry/registries/dynamoci/tasks/purge`,
    operation: "PUT Microsoft.ContainerRegistry/registries/tasks",
    change: { timeout: 7200 },
    meddle: ({ properties }) => (properties.status = "Disabled"),
    drifted: { status: "Disabled" },
  },
  identity: {
    type: "azure-native:managedidentity:UserAssignedIdentity",
    inputs: { resourceName: "runner", resourceGroupName: "ci", location: "eastus" },
    before: ["group"],
    id: `${LOWER_GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/runner`,
    operation: "PUT Microsoft.ManagedIdentity/userAssignedIdentities",
    change: { tags: { a: "b" } },
    meddle: (document) => (document.tags = { owner: "me" }),
    drifted: { tags: { owner: "me" } },
  },
  credential: {
    type: "azure-native:managedidentity:FederatedIdentityCredential",
    inputs: {
      federatedIdentityCredentialResourceName: "github-1",
      resourceName: "runner",
      resourceGroupName: "ci",
      issuer: "https://token.actions.githubusercontent.com",
      subject: "repo:ai-dynamo/dynamo:environment:main-images",
      audiences: ["api://AzureADTokenExchange"],
    },
    before: ["group", "identity"],
    id: `${LOWER_GROUP_ID}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/runner/federatedIdentityCredentials/github-1`,
    operation: "PUT Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    change: { subject: "repo:ai-dynamo/dynamo:environment:deployment-tests" },
    meddle: ({ properties }) => (properties.subject = "repo:evil/evil:pull_request"),
    drifted: { subject: "repo:evil/evil:pull_request" },
  },
  role: {
    type: "azure-native:authorization:RoleAssignment",
    inputs: {
      roleAssignmentName: "1c9d2a0e-8f1b-4b06-9d1e-0f3b7c7a5e11",
      principalId: ADMINS,
      principalType: "Group",
      roleDefinitionId: ROLE.replace(`/subscriptions/${SUBSCRIPTION}`, ""),
      scope: GROUP_ID,
    },
    before: ["group"],
    id: `${GROUP_ID}/providers/Microsoft.Authorization/roleAssignments/1c9d2a0e-8f1b-4b06-9d1e-0f3b7c7a5e11`,
    operation: "PUT Microsoft.Authorization/roleAssignments",
    change: { description: "pulls" },
    meddle: ({ properties }) => (properties.roleDefinitionId = ROLE.replace("7f951dda-4ed3-4680-a7ca-43fe172d538d", "8311e382-0749-4cb8-b61a-304f252e45ec")),
    drifted: { roleDefinitionId: ROLE.replace("7f951dda-4ed3-4680-a7ca-43fe172d538d", "8311e382-0749-4cb8-b61a-304f252e45ec") },
  },
  cluster: {
    type: "azure-native:containerservice:ManagedCluster",
    inputs: {
      resourceName: "tests",
      resourceGroupName: "ci",
      location: "eastus",
      dnsPrefix: "tests",
      kubernetesVersion: "1.35",
      sku: { name: "Base", tier: "Standard" },
      identity: { type: "SystemAssigned" },
      enableRBAC: true,
      aadProfile: { managed: true, enableAzureRBAC: true, adminGroupObjectIDs: [ADMINS] },
      oidcIssuerProfile: { enabled: true },
      apiServerAccessProfile: { disableRunCommand: true, enablePrivateCluster: false, authorizedIPRanges: ["203.0.113.0/24"] },
      autoScalerProfile: { maxNodeProvisionTime: "30m" },
      networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay", dnsServiceIP: "10.0.0.10", outboundType: "loadBalancer", podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16" },
      agentPoolProfiles: [{ name: "system", mode: "System", vmSize: "Standard_D4s_v5", enableAutoScaling: true, count: 1, minCount: 1, maxCount: 3 }],
    },
    before: ["group"],
    id: `${LOWER_GROUP_ID}/providers/Microsoft.ContainerService/managedClusters/tests`,
    operation: "PUT Microsoft.ContainerService/managedClusters",
    change: { sku: { name: "Base", tier: "Premium" } },
    // The program says nothing of local accounts: AKS has them on unless told otherwise.
    meddle: ({ properties }) => (properties.disableLocalAccounts = true),
    drifted: { disableLocalAccounts: true },
  },
  pool: {
    type: "azure-native:containerservice:AgentPool",
    inputs: {
      agentPoolName: "gpu",
      resourceName: "tests",
      resourceGroupName: "ci",
      mode: "User",
      vmSize: "Standard_NC24ads_A100_v4",
      enableAutoScaling: true,
      count: 0,
      minCount: 0,
      maxCount: 4,
      scaleSetPriority: "Spot",
      nodeLabels: { "nvidia.com/gpu.present": "true", "kubernetes.azure.com/scalesetpriority": "spot" },
      nodeTaints: ["sku=gpu:NoSchedule"],
    },
    before: ["group", "cluster"],
    id: `${LOWER_GROUP_ID}/providers/Microsoft.ContainerService/managedClusters/tests/agentPools/gpu`,
    operation: "PUT Microsoft.ContainerService/managedClusters/agentPools",
    change: { maxCount: 8 },
    meddle: ({ properties }) => (properties.minCount = 2, properties.count = 2),
    drifted: { minCount: 2, count: 2 },
  },
  maintenance: {
    type: "azure-native:containerservice:MaintenanceConfiguration",
    inputs: { configName: "aksManagedAutoUpgradeSchedule", resourceName: "tests", resourceGroupName: "ci", maintenanceWindow: window("11:00") },
    before: ["group", "cluster"],
    id: `${LOWER_GROUP_ID}/providers/Microsoft.ContainerService/managedClusters/tests/maintenanceConfigurations/aksManagedAutoUpgradeSchedule`,
    operation: "PUT Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
    change: { maintenanceWindow: window("12:00") },
    meddle: ({ properties }) => ((properties.maintenanceWindow as Properties).durationHours = 8),
    drifted: { maintenanceWindow: { ...window("11:00"), durationHours: 8 } },
  },
};

const names = Object.keys(cases);
const caseOf = (name: string): Case => cases[name] as Case;

let azure: TestCloud;
let client: unknown;

beforeEach(async () => {
  azure = await TestCloud.start();
  client = await azure.client();
});
afterEach(() => azure.stop());

const info = (type: string, oldInputs?: Properties): ResourceInfo => ({ urn: `urn:pulumi:test::gpu-cicd::${type}::name`, type, name: "name", seed: "00", ...(oldInputs && { oldInputs }) });
const kindOf = (name: string): ResourceKind<unknown> => azure.kind(caseOf(name).type);

/** Creates what comes first, then the case itself. */
async function create(name: string): Promise<{ id: string; outputs: Properties; state: Properties }> {
  for (const other of caseOf(name).before) if (!(await exists(other))) await make(other);
  return make(name);
}

const exists = async (name: string): Promise<boolean> => (await kindOf(name).read(client, caseOf(name).id, undefined, info(caseOf(name).type))) !== undefined;

async function make(name: string): Promise<{ id: string; outputs: Properties; state: Properties }> {
  const { type, inputs } = caseOf(name);
  const created = await kindOf(name).create(client, inputs, info(type));
  const outputs = created.outputs as Properties;
  return { id: created.id, outputs, state: { ...inputs, ...outputs } };
}

const versionOf = (name: string, outputs: Properties): string => String(outputs.azureApiVersion ?? name);

describe.each(names)("%s", (name) => {
  const { type, inputs, id, operation, change, meddle, drifted } = caseOf(name);

  it("is valid, and every unknown input is refused", () => {
    const kind = kindOf(name);
    expect(kind.schema.safeParse(inputs).success).toBe(true);
    expect(kind.check?.(inputs, info(type)) ?? []).toEqual([]);
    expect(kind.schema.safeParse({ ...inputs, surprise: 1 }).success).toBe(false);
  });

  it("is created by one PUT, under ARM's id, and is not created twice", async () => {
    const created = await create(name);
    expect(created.id).toBe(id);
    expect(azure.passed.filter((passed) => passed === `azure-native ${operation}`)).toHaveLength(1);
    await expect(make(name)).rejects.toThrow(/^cannot create already existing resource '\/subscriptions\/.*'$/);
  });

  it("reads back as it was written, with nothing that ARM filled in", async () => {
    const { state } = await create(name);
    const found = await kindOf(name).read(client, id, state, info(type, inputs));
    expect(found?.inputs).toEqual(inputs);
    expect({ ...inputs, ...(found?.outputs as Properties) }).toEqual(state);
  });

  it("names exactly what somebody changed, and an update repairs it", async () => {
    const { outputs, state } = await create(name);
    const document = (await azure.http("GET", id, versionOf(name, outputs))).body as Properties & { properties: Properties };
    meddle(document);
    const reply = await azure.http("PUT", id, versionOf(name, outputs), document);
    expect(reply.body.error).toBeUndefined();
    if (reply.headers.has("azure-asyncoperation")) await azure.finish(reply);
    const kind = kindOf(name);
    const found = await kind.read(client, id, state, info(type, inputs));
    expect(found?.inputs).toEqual({ ...inputs, ...drifted });
    const repaired = (await kind.update?.(client, id, found?.outputs as Properties, inputs, info(type, found?.inputs as Properties))) as Properties;
    const after = await kind.read(client, id, { ...inputs, ...repaired }, info(type, inputs));
    expect(after?.inputs).toEqual(inputs);
    const stable = (all: Properties): Properties => ({ ...all, systemData: undefined, updatedOn: undefined });
    expect(stable(repaired)).toEqual(stable(outputs));
  });

  it("changes in place", async () => {
    const { outputs } = await create(name);
    const wanted = { ...inputs, ...change };
    const kind = kindOf(name);
    const updated = (await kind.update?.(client, id, outputs, wanted, info(type, inputs))) as Properties;
    const found = await kind.read(client, id, { ...wanted, ...updated }, info(type, wanted));
    expect(found?.inputs).toEqual(JSON.parse(JSON.stringify(wanted)));
  });

  it("writes nothing new with what a GET answered", async () => {
    const { outputs } = await create(name);
    const first = await azure.http("GET", id, versionOf(name, outputs));
    const put = await azure.http("PUT", id, versionOf(name, outputs), first.body);
    expect(put.status).toBe(200);
    if (put.headers.has("azure-asyncoperation")) await azure.finish(put);
    expect((await azure.http("GET", id, versionOf(name, outputs))).body).toEqual(first.body);
  });

  it("is imported by its id", async () => {
    await create(name);
    const found = await kindOf(name).read(client, id, undefined, info(type));
    expect(found?.id).toBe(id);
    expect(kindOf(name).schema.safeParse(found?.inputs)).toMatchObject({ success: true });
  });

  it("is deleted, and missing after that", async () => {
    const { state } = await create(name);
    const kind = kindOf(name);
    await kind.remove(client, id, state, info(type));
    expect(await kind.read(client, id, state, info(type, inputs))).toBeUndefined();
    await expect(kind.remove(client, id, state, info(type))).resolves.toBeUndefined();
  });

  it("fails with the fault that was ordered for its PUT, and makes nothing", async () => {
    for (const other of caseOf(name).before) if (!(await exists(other))) await make(other);
    azure.faults.set(operation, new CloudError(operation, 500, "InternalServerError", "ordered"));
    await expect(make(name)).rejects.toThrow(`${operation}: 500 InternalServerError: ordered`);
    expect(await exists(name)).toBe(false);
    expect((await make(name)).id).toBe(id);
  });
});

describe("the provider", () => {
  it("is the SDK's version of azure-native and knows no other type", () => {
    expect(azure.cloud.provider.package).toBe("azure-native");
    expect(azure.cloud.provider.version).toBe("3.28.0");
    expect(azure.cloud.provider.kind("azure-native:storage:StorageAccount")).toBeUndefined();
    expect(azure.cloud.provider.config.safeParse({ subscription: "x" }).success).toBe(false);
  });

  it("needs a subscription", async () => {
    await expect(azure.cloud.provider.configure({})).rejects.toThrow("subscriptionId: found nothing; the id of an Azure subscription is needed (azure-native:subscriptionId)");
  });

  it("keeps a cluster whose operation it could not follow", async () => {
    await create("group");
    azure.faults.set("GET Microsoft.ContainerService/locations/operations", new CloudError("GET", 429, "TooManyRequests", "ordered"));
    const failure: unknown = await make("cluster").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PartialFailure);
    expect((failure as PartialFailure).created.id).toBe(caseOf("cluster").id);
    expect((failure as PartialFailure).reason).toBe("GET: 429 TooManyRequests: ordered");
    const { inputs, type, id } = caseOf("cluster");
    const outputs = (await kindOf("cluster").update?.(client, id, (failure as PartialFailure).created.outputs, inputs, info(type, inputs))) as Properties;
    expect(outputs.provisioningState).toBe("Succeeded");
    expect(azure.host.created).toHaveLength(1);
  });

  it("keeps a cluster that AKS could not finish", async () => {
    await create("group");
    azure.host.failure = new Error("no room");
    const failure: unknown = await make("cluster").catch((error: unknown) => error);
    expect((failure as PartialFailure).reason).toBe("GET Microsoft.ContainerService/locations/operations: 200 InternalOperationError: no room");
  });

  it("waits for other writers of one identity's credentials", async () => {
    await create("identity");
    const { type, inputs } = caseOf("credential");
    const write = (n: number) =>
      azure.kind(type).create(client, { ...inputs, federatedIdentityCredentialResourceName: `github-${n}`, subject: `repo:a/b:environment:${n}` }, info(type));
    const created = await Promise.all([write(1), write(2)]);
    expect(created.map(({ id }) => id.slice(-8))).toEqual(["github-1", "github-2"]);
    expect(azure.passed.filter((passed) => passed === `azure-native ${caseOf("credential").operation}`).length).toBeGreaterThan(2);
  });

  it("takes the list of a cluster's pools by index at a refresh, as azure-native does: a pool that sorts first becomes the first", async () => {
    await create("cluster");
    const { type, inputs, id } = caseOf("cluster");
    const first = await kindOf("cluster").read(client, id, undefined, info(type, inputs));
    await make("pool");
    const second = await kindOf("cluster").read(client, id, { ...inputs, ...(first?.outputs as Properties) }, info(type, inputs));
    const pools = (second?.inputs as Properties).agentPoolProfiles as { name: string; count: number }[];
    expect(pools.map(({ name, count }) => [name, count])).toEqual([["gpu", 0], ["system", 1]]);
    const third = await kindOf("cluster").read(client, id, { ...inputs, ...(second?.outputs as Properties) }, info(type, inputs));
    expect(third?.inputs).toEqual(inputs);
  });

  it("tells what Azure has of a pool, and that there is none", async () => {
    await create("pool");
    const invoke = azure.cloud.provider.invokes["azure-native:containerservice:getAgentPool"];
    const names = { resourceGroupName: "ci", resourceName: "tests" };
    expect(await invoke?.(client, { ...names, agentPoolName: "gpu" })).toMatchObject({ count: 0, minCount: 0, maxCount: 4 });
    await expect(invoke?.(client, { ...names, agentPoolName: "none" })).rejects.toThrow(/404 .*NotFound/);
    await expect(invoke?.(client, names)).rejects.toThrow(/agentPoolName/);
  });

  it("does not try an operation again that AKS refuses beside another", async () => {
    await create("cluster");
    const { type, inputs } = caseOf("pool");
    const write = (name: string) => azure.kind(type).create(client, { ...inputs, agentPoolName: name }, info(type));
    const written = await Promise.allSettled([write("one"), write("two")]);
    expect(written.filter(({ status }) => status === "rejected")).toEqual([{ status: "rejected", reason: expect.objectContaining({ status: 409, code: "OperationNotAllowed" }) }]);
  });

  it("puts what names no location where its group is, and a group where the provider is", async () => {
    const eastern = await azure.client({ location: "westus" });
    await azure.kind(caseOf("group").type).create(eastern, { resourceGroupName: "ci" }, info(caseOf("group").type));
    const { type, inputs } = caseOf("identity");
    const created = await azure.kind(type).create(eastern, { ...inputs, location: undefined }, info(type));
    expect((created.outputs as Properties).location).toBe("westus");
  });

  it.each<[string, Properties, string]>([
    ["azure-native:resources:ResourceGroup", {}, "name[0-9a-f]{8}"],
    ["azure-native:containerservice:AgentPool", {}, "name"],
    ["azure-native:authorization:RoleAssignment", {}, "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"],
  ])("names %s", (type, inputs, pattern) => {
    const defaults = azure.kind(type).defaults?.(inputs, info(type)) as Properties;
    const [input, name] = Object.entries(defaults)[0] as [string, string];
    expect(name).toMatch(new RegExp(`^${pattern}$`));
    expect(azure.kind(type).defaults?.(inputs, info(type))).toEqual(defaults);
    expect(azure.kind(type).defaults?.(inputs, info(type, { [input]: "kept" }))).toEqual({ [input]: "kept" });
    expect(azure.kind(type).defaults?.({ [input]: "given" }, info(type))).toEqual({});
  });

  it.each<[string, readonly string[]]>([
    ["group", ["resourceGroupName", "location"]],
    ["registry", ["resourceGroupName", "registryName", "location"]],
    ["pool", ["resourceGroupName", "resourceName", "agentPoolName", "gpuInstanceProfile", "vmSize", "networkProfile.nodePublicIPTags"]],
    ["role", ["roleAssignmentName", "principalId", "scope"]],
    ["credential", ["resourceGroupName", "resourceName", "federatedIdentityCredentialResourceName"]],
  ])("replaces %s for what azure-native replaces it for", (name, paths) => {
    expect(kindOf(name).replaceOn).toEqual(paths);
    expect(kindOf(name).deleteBeforeReplace).toBe(true);
  });

  it("hands out the kubeconfig of a cluster, in base64", async () => {
    await create("cluster");
    const invoke = azure.cloud.provider.invokes["azure-native:containerservice:listManagedClusterUserCredentials"];
    const answer = (await invoke?.(client, { resourceGroupName: "ci", resourceName: "tests", format: "exec" })) as { kubeconfigs: { name: string; value: string }[] };
    expect(answer.kubeconfigs.map(({ name }) => name)).toEqual(["clusterUser"]);
    expect(Buffer.from(answer.kubeconfigs[0]?.value ?? "", "base64").toString()).toContain("server: https://127.0.0.1:6443/tests");
    expect(azure.passed.at(-1)).toBe("azure-native POST Microsoft.ContainerService/managedClusters/listClusterUserCredential");
    await expect(invoke?.(client, { resourceGroupName: "ci" })).rejects.toThrow(/resourceName/);
  });

  it("counts what was created, without what AKS made for itself", async () => {
    await create("pool");
    await create("credential");
    expect((await azure.cloud.inventory()).map(({ kind, name, detail }) => [kind, name, detail])).toEqual([
      ["resource group", "ci", "eastus"],
      ["node pool", "tests/system", "Standard_D4s_v5, System, 1 to 3 nodes"],
      ["AKS cluster", "tests", "Kubernetes 1.35.5, Succeeded, local accounts on"],
      ["node pool", "tests/gpu", "Standard_NC24ads_A100_v4, User, 0 to 4 nodes"],
      ["managed identity", "runner", expect.stringMatching(/^client [0-9a-f-]{36}$/)],
      ["federated credential", "runner/github-1", "repo:ai-dynamo/dynamo:environment:main-images"],
    ]);
  });
});
