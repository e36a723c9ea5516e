/** Clusters, pools, maintenance, identities, federated credentials and role assignments over HTTP. */
import { parse } from "yaml";
import { ADMINS, AKS, CLUSTER, clusterBody, errorOf, SUBSCRIPTION, systemPool, TestCloud, type Reply } from "./support";
import type { Properties } from "../../../sandbox/provider/kind";

let azure: TestCloud;

beforeEach(async () => {
  azure = await TestCloud.start();
  await azure.group();
});
afterEach(() => azure.stop());

const put = (path: string, body: unknown, version = AKS) => azure.http("PUT", path, version, body);
const POOL = `${CLUSTER}/agentPools/gpu`;
const pool = (properties: Properties = {}) => ({
  properties: { vmSize: "Standard_NC24ads_A100_v4", mode: "User", enableAutoScaling: true, count: 0, minCount: 0, maxCount: 4, ...properties },
});

async function made(): Promise<void> {
  expect((await azure.finish(await put(CLUSTER, clusterBody()))).status).toBe("Succeeded");
}

const propertiesOf = (reply: Reply) => reply.body.properties as Properties;

describe("a managed cluster", () => {
  it("is created by an operation that starts its API server", async () => {
    const reply = await put(CLUSTER, clusterBody());
    expect(reply.status).toBe(201);
    expect(propertiesOf(reply).provisioningState).toBe("Creating");
    expect(reply.headers.get("azure-asyncoperation")).toMatch(new RegExp(`/subscriptions/${SUBSCRIPTION}/providers/Microsoft\\.ContainerService/locations/eastus/operations/`));
    expect((await azure.finish(reply)).status).toBe("Succeeded");
    const id = `/subscriptions/${SUBSCRIPTION}/resourcegroups/ci/providers/Microsoft.ContainerService/managedClusters/tests`;
    expect(azure.host.created).toEqual([{ id, name: "tests", kubernetesVersion: "1.35.5" }]);
    const shown = await azure.http("GET", CLUSTER, AKS);
    expect(shown.body.id).toBe(id);
    expect(propertiesOf(shown)).toMatchObject({
      provisioningState: "Succeeded",
      kubernetesVersion: "1.35",
      currentKubernetesVersion: "1.35.5",
      nodeResourceGroup: "MC_ci_tests_eastus",
      fqdn: expect.stringMatching(/^tests-[0-9a-f]{8}\.hcp\.eastus\.azmk8s\.io$/) as string,
      oidcIssuerProfile: { enabled: true, issuerURL: expect.stringMatching(/^https:\/\/eastus\.oic\.prod-aks\.azure\.com\/.+\/.+\/$/) as string },
      networkProfile: { podCidr: "10.244.0.0/16", serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.0.0.10" },
      agentPoolProfiles: [{ name: "system", osDiskSizeGB: 128, maxPods: 250, orchestratorVersion: "1.35.5" }],
    });
  });

  it("gives the kubelet an identity in a group of AKS's own", async () => {
    await made();
    const { resourceId, clientId, objectId } = (propertiesOf(await azure.http("GET", CLUSTER, AKS)).identityProfile as { kubeletidentity: Record<string, string> }).kubeletidentity;
    const identity = await azure.http("GET", resourceId ?? "", "2023-01-31");
    expect(identity.body.id).toBe(`/subscriptions/${SUBSCRIPTION}/resourcegroups/MC_ci_tests_eastus/providers/Microsoft.ManagedIdentity/userAssignedIdentities/tests-agentpool`);
    expect(propertiesOf(identity)).toMatchObject({ clientId, principalId: objectId });
  });

  it("answers a kubeconfig of server, authority and kubelogin, and no static credential", async () => {
    await made();
    const reply = await azure.http("POST", `${CLUSTER}/listClusterUserCredential?format=exec`, AKS);
    const [{ name, value }] = reply.body.kubeconfigs as [{ name: string; value: string }];
    expect(name).toBe("clusterUser");
    const config = parse(Buffer.from(value, "base64").toString()) as Properties;
    expect(config.clusters).toEqual([{ name: "tests", cluster: { server: "https://127.0.0.1:6443/tests", "certificate-authority-data": "YXV0aG9yaXR5" } }]);
    const [user] = config.users as [{ user: { exec: { command: string; args: string[] } } }];
    expect(user.user.exec.command).toBe("kubelogin");
    expect(user.user.exec.args).toEqual([
      "get-token",
      "--environment",
      "AzurePublicCloud",
      "--server-id",
      "6dae42f8-4368-4678-94ff-3960e28e3630",
      "--client-id",
      "80faf920-1908-4b52-b5ef-a8e7bedfc67a",
      "--tenant-id",
      azure.cloud.environment.ARM_TENANT_ID,
      "--login",
      "devicecode",
    ]);
    const admin = await azure.http("POST", `${CLUSTER}/listClusterAdminCredential`, AKS);
    expect(errorOf(admin)).toBe("BadRequest: Getting static credential is not allowed because this cluster is set to disable local accounts.");
  });

  it.each<[string, Properties, Properties, string]>([
    ["no identity", {}, { identity: undefined }, "identity: found no managed identity; a cluster needs SystemAssigned or UserAssigned"],
    ["no Entra", { aadProfile: undefined }, {}, "disableLocalAccounts: found true without aadProfile.managed: true; only Entra clusters can do without local accounts"],
    ["no system pool", { agentPoolProfiles: [{ ...systemPool, mode: "User" }] }, {}, 'agentPoolProfiles: found no pool with the mode "System"; there has to be at least one'],
    ["an old version", { kubernetesVersion: "1.20" }, {}, 'kubernetesVersion: found "1.20"; the region offers 1.35, 1.36, 1.37'],
    ["no version", { kubernetesVersion: "latest" }, {}, 'kubernetesVersion: found "latest"; MAJOR.MINOR or MAJOR.MINOR.PATCH is allowed'],
    [
      "workload identity without issuer",
      { oidcIssuerProfile: { enabled: false }, securityProfile: { workloadIdentity: { enabled: true } } },
      {},
      "securityProfile.workloadIdentity.enabled: found true without oidcIssuerProfile.enabled: true; workload identity needs the OIDC issuer",
    ],
    [
      "overlapping ranges",
      { networkProfile: { networkPlugin: "azure", podCidr: "10.0.0.0/8", serviceCidr: "10.0.0.0/16", dnsServiceIP: "10.1.0.10" } },
      {},
      "networkProfile.podCidr: found 10.0.0.0/8; it overlaps serviceCidr 10.0.0.0/16; networkProfile.dnsServiceIP: found 10.1.0.10; an address within serviceCidr 10.0.0.0/16 other than its first is allowed",
    ],
    ["a range with host bits", { networkProfile: { podCidr: "10.244.1.0/16" } }, {}, 'networkProfile.podCidr: found "10.244.1.0/16"; a CIDR range such as 10.0.0.0/16 is allowed, its address being the first of the range'],
    ["cilium without azure", { networkProfile: { networkPlugin: "kubenet", networkDataplane: "cilium" } }, {}, 'networkProfile.networkDataplane: found "cilium" with networkPlugin "kubenet"; Cilium needs "azure"'],
    ["costs on the free tier", { metricsProfile: { costAnalysis: { enabled: true } } }, { sku: { tier: "Free" } }, 'metricsProfile.costAnalysis.enabled: found true with sku.tier "Free"; it needs Standard or Premium'],
    ["an unknown property", { nodePools: [] }, {}, 'Unrecognized key: "nodePools"'],
    ["an unknown channel", { autoUpgradeProfile: { upgradeChannel: "fast" } }, {}, 'autoUpgradeProfile.upgradeChannel: found "fast"; allowed are rapid, stable, patch, node-image, none'],
  ])("is refused with %s", async (_what, properties, rest, message) => {
    const reply = await put(CLUSTER, clusterBody(properties, rest));
    expect(errorOf(reply)).toBe(`InvalidParameter: ${message}`);
    expect(reply.status).toBe(400);
    expect((await azure.http("GET", CLUSTER, AKS)).status).toBe(404);
  });

  it("leaves nothing behind when it is refused late", async () => {
    const body = clusterBody({ agentPoolProfiles: [{ ...systemPool, orchestratorVersion: "1.36" }] });
    expect(errorOf(await put(CLUSTER, body))).toMatch(/^NodePoolMcVersionIncompatible: Node pool version 1\.36\.3 and control plane version 1\.35\.5 are incompatible\./);
    expect((await azure.http("GET", "resourcegroups", "2024-03-01")).body.value).toHaveLength(1);
  });

  it("takes one operation at a time", async () => {
    azure.host.delay = 300;
    const first = await put(CLUSTER, clusterBody());
    const busy = await Promise.all([put(CLUSTER, clusterBody()), put(POOL, pool()), azure.http("DELETE", CLUSTER, AKS)]);
    expect(busy.map(({ status }) => status)).toEqual([409, 409, 409]);
    const another = expect.stringMatching(/^AnotherOperationInProgress: Another operation \(Creating\) on the resource '.*\/managedClusters\/tests' is in progress/);
    expect(busy.map(errorOf)).toEqual([another, expect.stringMatching(/^OperationNotAllowed: /), another]);
    await azure.finish(first);
    expect((await put(POOL, pool())).status).toBe(201);
  });

  it("works on one of its pools at a time, and on no maintenance window meanwhile", async () => {
    await azure.finish(await put(CLUSTER, clusterBody()));
    const first = await put(POOL, pool());
    const besides = await Promise.all([put(`${CLUSTER}/agentPools/other`, pool()), put(`${CLUSTER}/maintenanceConfigurations/default`, { properties: { timeInWeek: [{ day: "Monday", hourSlots: [1] }] } })]);
    for (const reply of besides) expect([reply.status, errorOf(reply)]).toEqual([409, expect.stringMatching(/^OperationNotAllowed: .*\(Creating\) is in progress on '.*\/agentPools\/[a-z0-9]+' of the managed cluster/)]);
    await azure.finish(first);
    expect((await put(`${CLUSTER}/agentPools/other`, pool())).status).toBe(201);
  });

  it.each([
    ["dnsPrefix", { dnsPrefix: "other" }],
    ["networkProfile.serviceCidr", { networkProfile: { networkPlugin: "azure", networkPluginMode: "overlay", networkDataplane: "cilium", networkPolicy: "cilium", serviceCidr: "10.1.0.0/16", dnsServiceIP: "10.0.0.10" } }],
    ["nodeResourceGroup", { nodeResourceGroup: "nodes" }],
  ])("never changes %s", async (path, properties) => {
    await made();
    const reply = await put(CLUSTER, clusterBody(properties));
    expect(reply.status).toBe(400);
    expect(errorOf(reply)).toMatch(path === "networkProfile.serviceCidr" ? /PropertyChangeNotAllowed: Changing property 'properties\.networkProfile\.serviceCidr' is not allowed\./ : `PropertyChangeNotAllowed: Changing property 'properties.${path}' is not allowed.`);
  });

  it.each([
    ["1.36", 200, "1.36.3"],
    ["1.34", 400, "1.35.5"],
  ])("upgrades to %s with %i", async (kubernetesVersion, status, running) => {
    await made();
    const reply = await put(CLUSTER, clusterBody({ kubernetesVersion }));
    expect(reply.status).toBe(status);
    expect(propertiesOf(await azure.http("GET", CLUSTER, AKS)).currentKubernetesVersion).toBe(running);
  });

  it("adds no pool through the cluster, and switches no issuer off", async () => {
    await made();
    const added = await put(CLUSTER, clusterBody({ agentPoolProfiles: [systemPool, { ...systemPool, name: "more" }] }));
    expect(errorOf(added)).toMatch(/^BadRequest: A new agent pool was introduced\./);
    const off = await put(CLUSTER, clusterBody({ oidcIssuerProfile: { enabled: false } }));
    expect(errorOf(off)).toBe("OIDCIssuerFeatureCannotBeDisabled: OIDC issuer feature cannot be disabled.");
  });

  it("fails with its API server, and a second PUT mends it", async () => {
    azure.host.failure = new Error("no room");
    const status = await azure.finish(await put(CLUSTER, clusterBody()));
    expect(status).toMatchObject({ status: "Failed", error: { code: "InternalOperationError", message: "no room" } });
    expect(propertiesOf(await azure.http("GET", CLUSTER, AKS)).provisioningState).toBe("Failed");
    await made();
    expect(azure.host.created).toHaveLength(2);
  });

  it("comes back with a restarted sandbox", async () => {
    await made();
    const before = await azure.http("GET", CLUSTER, AKS);
    await azure.stop();
    azure = await TestCloud.start(azure.directory);
    expect(azure.host.created.map(({ name }) => name)).toEqual(["tests"]);
    expect((await azure.http("GET", CLUSTER, AKS)).body).toEqual(before.body);
    expect((await azure.http("POST", `${CLUSTER}/listClusterUserCredential`, AKS)).status).toBe(200);
  });

  it("takes its group, its pools and its API server along", async () => {
    await made();
    await azure.finish(await put(POOL, pool()));
    const reply = await azure.http("DELETE", CLUSTER, AKS);
    expect(reply.status).toBe(202);
    await azure.finish(reply);
    expect(azure.host.removed).toHaveLength(1);
    expect(await azure.cloud.inventory()).toEqual([{ kind: "resource group", name: "ci", detail: "eastus" }]);
  });
});

describe("a node pool", () => {
  it.each<[string, Properties, string]>([
    ["no size", { vmSize: undefined }, "vmSize: found nothing; a node pool needs a VM size"],
    ["a size that is none", { vmSize: "big" }, 'vmSize: found "big"; the name of a VM size such as Standard_D8s_v5 is allowed'],
    ["minimum above maximum", { minCount: 5 }, "minCount: found 5; at most maxCount (4) is allowed"],
    ["a count beside the bounds", { count: 9 }, "count: found 9; with enableAutoScaling minCount (0) to maxCount (4) is allowed"],
    ["bounds without scaling", { enableAutoScaling: false }, "minCount: found 0 without enableAutoScaling; it needs enableAutoScaling: true; maxCount: found 4 without enableAutoScaling; it needs enableAutoScaling: true"],
    ["a system pool from zero", { mode: "System" }, "count: found 0 in a system pool; at least 1 is allowed; minCount: found 0 in a system pool; at least 1 is allowed"],
    ["a spot price without spot", { spotMaxPrice: -1 }, 'spotMaxPrice: found -1 without scaleSetPriority "Spot"; it belongs to spot pools'],
    ["surge on spot", { scaleSetPriority: "Spot", upgradeSettings: { maxSurge: "1" } }, "upgradeSettings.maxSurge: found a value in a spot pool; spot pools take no maxSurge"],
    ["MIG without it", { vmSize: "Standard_NC4as_T4_v3", gpuInstanceProfile: "MIG1g" }, 'gpuInstanceProfile: found "MIG1g" with Standard_NC4as_T4_v3; only A100, H100 and H200 sizes have MIG'],
    ["a driver without GPU", { vmSize: "Standard_D8s_v5", gpuProfile: { driver: "None" } }, "gpuProfile: found a value with Standard_D8s_v5; only sizes with a GPU take it"],
    ["a taint of another form", { nodeTaints: ["sku=gpu"] }, 'nodeTaints[0]: found "sku=gpu"; a taint is key[=value]:NoSchedule, key[=value]:PreferNoSchedule or key[=value]:NoExecute'],
    ["an unknown system", { osSKU: "Debian" }, 'osSKU: found "Debian"; allowed are Ubuntu, Ubuntu2204, AzureLinux, AzureLinux3, CBLMariner'],
  ])("is refused with %s", async (_what, properties, message) => {
    await made();
    const reply = await put(POOL, pool(properties));
    expect(errorOf(reply)).toBe(`InvalidParameter: ${message}`);
  });

  it.each(["GPU", "1gpu", "abcdefghijklm", "a-b"])("is not called %s", async (name) => {
    await made();
    const reply = await put(`${CLUSTER}/agentPools/${name}`, pool());
    expect(errorOf(reply)).toBe(`InvalidResourceName: The resource name '${name}' is invalid: a node pool's name has 1 to 12 lower-case letters and digits and starts with a letter.`);
  });

  it.each<[string, Properties]>([
    ["vmSize", { vmSize: "Standard_NC48ads_A100_v4" }],
    ["osDiskType", { osDiskType: "Ephemeral" }],
    ["gpuInstanceProfile", { gpuInstanceProfile: "MIG1g" }],
    ["availabilityZones", { availabilityZones: ["1"] }],
    ["scaleSetPriority", { scaleSetPriority: "Spot" }],
  ])("never changes %s", async (path, properties) => {
    await made();
    await azure.finish(await put(POOL, pool()));
    const reply = await put(POOL, pool(properties));
    expect([reply.status, errorOf(reply)]).toEqual([400, `PropertyChangeNotAllowed: Changing property 'properties.${path}' is not allowed.`]);
  });

  it("on spot VMs is marked and evicted as AKS does", async () => {
    await made();
    const reply = await put(POOL, pool({ scaleSetPriority: "Spot", nodeTaints: ["sku=gpu:NoSchedule"] }));
    expect(propertiesOf(reply)).toMatchObject({
      scaleSetEvictionPolicy: "Delete",
      spotMaxPrice: -1,
      nodeLabels: { "kubernetes.azure.com/scalesetpriority": "spot" },
      nodeTaints: ["sku=gpu:NoSchedule", "kubernetes.azure.com/scalesetpriority=spot:NoSchedule"],
    });
  });

  it("of the system is never the last one to go", async () => {
    await made();
    const last = await azure.http("DELETE", `${CLUSTER}/agentPools/system`, AKS);
    expect([last.status, errorOf(last)]).toEqual([400, "OperationNotAllowed: There has to be at least one system agent pool."]);
    await azure.finish(await put(`${CLUSTER}/agentPools/second`, { properties: { mode: "System", vmSize: "Standard_D4s_v5", count: 1 } }));
    expect((await azure.http("DELETE", `${CLUSTER}/agentPools/system`, AKS)).status).toBe(202);
  });
});

describe("a maintenance configuration", () => {
  const window = { maintenanceWindow: { schedule: { weekly: { dayOfWeek: "Sunday", intervalWeeks: 1 } }, durationHours: 4, startTime: "11:00" } };
  const write = async (name: string, properties: Properties) => {
    await made();
    return put(`${CLUSTER}/maintenanceConfigurations/${name}`, { properties });
  };

  it("answers the offset and the first day", async () => {
    const reply = await write("aksManagedNodeOSUpgradeSchedule", window);
    expect(propertiesOf(reply).maintenanceWindow).toEqual({ ...window.maintenanceWindow, utcOffset: "+00:00", startDate: new Date().toISOString().slice(0, 10) });
  });

  it.each<[string, Properties, string]>([
    ["mine", window, "InvalidResourceName: The resource name 'mine' is invalid: a maintenance configuration is called default, aksManagedAutoUpgradeSchedule or aksManagedNodeOSUpgradeSchedule."],
    ["default", window, 'InvalidParameter: timeInWeek: found nothing; the configuration "default" needs it; maintenanceWindow: found a value; the configuration "default" takes timeInWeek'],
    [
      "aksManagedAutoUpgradeSchedule",
      { maintenanceWindow: { ...window.maintenanceWindow, durationHours: 2 } },
      "InvalidParameter: maintenanceWindow.durationHours: found 2; a whole number from 4 to 24 is allowed",
    ],
    [
      "aksManagedAutoUpgradeSchedule",
      { maintenanceWindow: { ...window.maintenanceWindow, schedule: { daily: { intervalDays: 1 } } } },
      'InvalidParameter: maintenanceWindow.schedule.daily: found a value in "aksManagedAutoUpgradeSchedule"; only aksManagedNodeOSUpgradeSchedule takes a daily schedule',
    ],
  ])("%s %j is refused", async (name, properties, message) => {
    expect(errorOf(await write(name, properties))).toBe(message);
  });
});

describe("federated credentials", () => {
  const IDENTITY = "resourceGroups/ci/providers/Microsoft.ManagedIdentity/userAssignedIdentities/runner";
  const subject = (n: number) => `repo:ai-dynamo/dynamo:environment:e${n}`;
  const credential = (n: number) => ({ properties: { issuer: "https://token.actions.githubusercontent.com", subject: subject(n), audiences: ["api://AzureADTokenExchange"] } });
  const write = (name: string, body: unknown) => put(`${IDENTITY}/federatedIdentityCredentials/${name}`, body, "2023-01-31");

  beforeEach(async () => {
    await put(IDENTITY, { location: "eastus" }, "2023-01-31");
  });

  it("are written one at a time", async () => {
    const replies = await Promise.all([write("one", credential(1)), write("two", credential(2))]);
    expect(replies.map(({ status }) => status).sort()).toEqual([201, 409]);
    const refused = replies.find(({ status }) => status === 409) as Reply;
    expect(errorOf(refused)).toBe(
      `ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity: Too many Federated Identity Credentials are written concurrently for the managed identity '/subscriptions/${SUBSCRIPTION}/resourcegroups/ci/providers/microsoft.managedidentity/userassignedidentities/runner'. Concurrent Federated Identity Credentials writes under the same managed identity are not supported.`,
    );
  });

  it("are told apart by issuer and subject", async () => {
    await write("one", credential(1));
    const twin = await write("two", credential(1));
    expect([twin.status, errorOf(twin)]).toEqual([
      409,
      `Conflict: Issuer and subject combination already exists for this Managed Identity: federated identity credential 'one' has issuer 'https://token.actions.githubusercontent.com' and subject '${subject(1)}'.`,
    ]);
    expect((await write("one", credential(1))).status).toBe(200);
  });

  it("are 20 at most", async () => {
    for (let n = 1; n <= 20; n++) expect((await write(`credential-${n}`, credential(n))).status).toBe(201);
    expect(errorOf(await write("one-more", credential(21)))).toBe("BadRequest: The maximum number of federated identity credentials (20) on the managed identity 'runner' is reached.");
    expect((await write("credential-3", credential(99))).status).toBe(200);
  });

  it("know no wildcards", async () => {
    const reply = await write("wild", { properties: { ...credential(1).properties, subject: "repo:ai-dynamo/*" } });
    expect(errorOf(reply)).toBe('InvalidParameter: subject: found "repo:ai-dynamo/*"; 1 to 600 characters without the wildcard * are allowed: Entra compares the whole text');
  });
});

describe("role assignments", () => {
  const ACR_PULL = `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d`;
  const NAME = "1c9d2a0e-8f1b-4b06-9d1e-0f3b7c7a5e11";
  const GROUP = `/subscriptions/${SUBSCRIPTION}/resourceGroups/ci`;
  const write = (scope: string, name: string, properties: Properties) => azure.http("PUT", `${scope}/providers/Microsoft.Authorization/roleAssignments/${name}`, "2022-04-01", { properties });

  const principal = async (): Promise<string> => {
    const reply = await put("resourceGroups/ci/providers/Microsoft.ManagedIdentity/userAssignedIdentities/runner", { location: "eastus" }, "2023-01-31");
    return String(propertiesOf(reply).principalId);
  };

  it("are found by principal and by scope", async () => {
    const principalId = await principal();
    const reply = await write(GROUP, NAME, { roleDefinitionId: ACR_PULL.replace(`/subscriptions/${SUBSCRIPTION}`, ""), principalId });
    expect(reply.status).toBe(201);
    expect(propertiesOf(reply)).toMatchObject({ scope: GROUP, principalId, principalType: "ServicePrincipal", roleDefinitionId: ACR_PULL });
    const list = async (scope: string, filter: string) =>
      (await azure.http("GET", `${scope}/providers/Microsoft.Authorization/roleAssignments?$filter=${encodeURIComponent(filter)}`, "2022-04-01")).body.value as unknown[];
    expect(await list(`/subscriptions/${SUBSCRIPTION}`, `principalId eq '${principalId}'`)).toHaveLength(1);
    expect(await list(`/subscriptions/${SUBSCRIPTION}`, `principalId eq '${ADMINS}'`)).toHaveLength(0);
    expect(await list(`/subscriptions/${SUBSCRIPTION}`, "atScope()")).toHaveLength(0);
    expect(await list(`${GROUP}/providers/Microsoft.ContainerService/managedClusters/x`, "atScope()")).toHaveLength(1);
  });

  it("are one for scope, principal and role", async () => {
    const principalId = await principal();
    const body = { roleDefinitionId: ACR_PULL, principalId };
    await write(GROUP, NAME, body);
    expect((await write(GROUP, NAME, body)).status).toBe(200);
    const twin = await write(GROUP, NAME.replace("1c9d", "2c9d"), body);
    expect([twin.status, errorOf(twin)]).toEqual([409, "RoleAssignmentExists: The role assignment already exists. The ID of the existing role assignment is 1c9d2a0e8f1b4b069d1e0f3b7c7a5e11."]);
    const moved = await write(GROUP, NAME, { roleDefinitionId: ACR_PULL, principalId: ADMINS, principalType: "Group" });
    expect([moved.status, errorOf(moved)]).toEqual([400, "RoleAssignmentUpdateNotPermitted: Tenant ID, application ID, principal ID, and scope are not allowed to be updated."]);
  });

  it.each<[string, string, (principalId: string) => Properties, number, RegExp]>([
    ["a name that is no GUID", "name", (principalId) => ({ roleDefinitionId: ACR_PULL, principalId }), 400, /^InvalidRoleAssignmentId: The role assignment ID 'name' is not valid/],
    ["an unknown role", NAME, (principalId) => ({ roleDefinitionId: ACR_PULL.replace("7f95", "0000"), principalId }), 404, /^RoleDefinitionDoesNotExist: The specified role definition with ID '00001dda4ed34680a7ca43fe172d538d' does not exist\.$/],
    ["an unknown principal", NAME, () => ({ roleDefinitionId: ACR_PULL, principalId: ADMINS }), 400, /^PrincipalNotFound: Principal 5f8ae6a57f0b4a5a9b8d2f8d8b2a1c11 does not exist in the directory/],
    ["a principal of another type", NAME, (principalId) => ({ roleDefinitionId: ACR_PULL, principalId, principalType: "User" }), 400, /^UnmatchedPrincipalType: The PrincipalId '[0-9a-f]{32}' has type 'ServicePrincipal'/],
    ["a condition without version", NAME, (principalId) => ({ roleDefinitionId: ACR_PULL, principalId, condition: "true" }), 400, /^InvalidRoleAssignmentCondition/],
  ])("are refused with %s", async (_what, name, body, status, message) => {
    const reply = await write(GROUP, name, body(await principal()));
    expect(errorOf(reply)).toMatch(message);
    expect(reply.status).toBe(status);
  });

  it("hold on a namespace of a cluster, and go with the cluster", async () => {
    await made();
    const scope = `/subscriptions/${SUBSCRIPTION}/${CLUSTER}/namespaces/ci`;
    expect((await write(scope, NAME, { roleDefinitionId: ACR_PULL, principalId: await principal() })).status).toBe(201);
    await azure.finish(await azure.http("DELETE", CLUSTER, AKS));
    expect((await azure.http("GET", `/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments`, "2022-04-01")).body.value).toEqual([]);
    expect((await write(scope, NAME, { roleDefinitionId: ACR_PULL, principalId: await principal() })).status).toBe(404);
  });
});
