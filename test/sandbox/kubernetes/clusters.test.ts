/** Clusters as ARM asks for them: apart from each other, closed to strangers, and back with their data after a restart. */
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { NO_FAULTS } from "../../../sandbox/cloud";
import { KubernetesApi } from "../../../sandbox/kubernetes/api";
import { kubernetesProvider } from "../../../sandbox/kubernetes/provider";
import { azureKubeconfig, clientOf, clusterId, failureOf, infoOf, kindOf, startRig, type Rig } from "./support";

const NAMESPACE = "kubernetes:core/v1:Namespace";
const namespace = (name: string) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } });

let rig: Rig;
beforeAll(async () => {
  rig = await startRig();
}, 60_000);
afterAll(() => rig.stop(), 30_000);

it("keeps two clusters apart, over one etcd", async () => {
  const [east, west] = await Promise.all([clientOf(rig, "east"), clientOf(rig, "west")]);
  expect(east.api.server).not.toBe(west.api.server);
  await kindOf(rig, NAMESPACE).create(east, namespace("only-east"), infoOf(NAMESPACE, "only-east"));
  expect(await east.api.find("/api/v1/namespaces/only-east")).toMatchObject({ kind: "Namespace" });
  expect(await west.api.find("/api/v1/namespaces/only-east")).toBeUndefined();
  expect(await rig.kubectl("--context", "east", "get", "namespace", "only-east", "-o", "name")).toBe("namespace/only-east\n");
  expect(rig.cloud.lookAt.map(({ label }) => label)).toEqual(["cluster east", "cluster west"]);
}, 120_000);

it("shows the version that ARM asked for", async () => {
  const { api } = await clientOf(rig, "east");
  expect(await api.send<object>({ method: "GET", path: "/version" })).toMatchObject({ emulationMajor: "1", emulationMinor: "34" });
  const error = await failureOf(rig.cloud.clusters.create({ id: clusterId("old"), name: "old", kubernetesVersion: "1.29.4" }));
  expect(error.message).toBe(`old: the sandbox's API server cannot stand in for Kubernetes "1.29.4", only for 1.33, 1.34, 1.35, 1.36`);
});

it("lets in nobody without the token, and keeps keys and tokens to this user", async () => {
  const { api } = await clientOf(rig, "east");
  const stranger = await failureOf(fetchWithoutToken(api.server));
  expect(stranger.message).toContain("401 Unauthorized");
  for (const file of ["kubernetes/identities/applier-token", "kubernetes/identities/tokens.csv", "kubernetes/identities/service-account.key", "kubeconfig"]) {
    expect([file, (await stat(join(rig.directory, file))).mode & 0o777]).toEqual([file, 0o600]);
  }
  const token = await readFile(join(rig.directory, "kubernetes/identities/applier-token"), "utf8");
  expect(rig.children.flatMap(({ spawnargs }) => spawnargs).join(" ")).not.toContain(token);
  expect(await readFile(join(rig.directory, "bin/kubelogin"), "utf8")).not.toContain(token);
  expect(await readFile(join(rig.directory, "kubeconfig"), "utf8")).not.toContain(token);

  async function fetchWithoutToken(server: string): Promise<unknown> {
    const endpoint = await rig.cloud.clusters.create({ id: clusterId("east"), name: "east", kubernetesVersion: "1.34.2" });
    const authority = Buffer.from(endpoint.certificateAuthorityData, "base64").toString();
    return new KubernetesApi(server, authority, "guess", NO_FAULTS).send({ method: "GET", path: "/api/v1/namespaces" });
  }
});

it("gives the token to its own servers alone", async () => {
  const elsewhere = { server: "https://example.com", certificateAuthorityData: "eA==" };
  const error = await failureOf(rig.cloud.provider.configure({ kubeconfig: azureKubeconfig("x", elsewhere) }));
  expect(error.message).toBe("kubeconfig: https://example.com is no API server of this sandbox");
});

it("replaces everything when the kubeconfig leads to another cluster, and nothing when only its login changes", async () => {
  const provider = kubernetesProvider({ faults: NO_FAULTS, contextOf: () => "x", kubeconfigFile: "none", kubelogin: "kubelogin" });
  const at = (server: string) => ({ kubeconfig: azureKubeconfig("x", { server, certificateAuthorityData: "eA==" }) });
  expect(provider.configReplacements!(at("https://a"), at("https://b"))).toEqual(["kubeconfig"]);
  const relogged = { kubeconfig: at("https://a").kubeconfig.replace("azurecli", "workloadidentity") };
  expect(provider.configReplacements!(at("https://a"), relogged)).toEqual([]);
});

it("comes back with its data, at the same place", async () => {
  const before = await rig.cloud.clusters.create({ id: clusterId("east"), name: "east", kubernetesVersion: "1.34.2" });
  await rig.restart();
  const east = await clientOf(rig, "east");
  expect(await rig.cloud.clusters.create({ id: clusterId("EAST"), name: "east", kubernetesVersion: "1.34.2" })).toEqual(before);
  expect(await east.api.find("/api/v1/namespaces/only-east")).toMatchObject({ kind: "Namespace" });
}, 120_000);

it("forgets a removed cluster, and an unknown id is a success", async () => {
  const { api } = await clientOf(rig, "east");
  await rig.cloud.clusters.remove(clusterId("east"));
  await rig.cloud.clusters.remove(clusterId("east"));
  expect((await failureOf(api.send({ method: "GET", path: "/version" }))).message).toContain("configured Kubernetes cluster is unreachable");
  expect(await readFile(join(rig.directory, "kubernetes/clusters.json"), "utf8")).not.toContain("/east");
  expect(existsSync(join(rig.directory, "kubeconfig"))).toBe(true);
  const anew = await clientOf(rig, "east");
  expect(await anew.api.find("/api/v1/namespaces/only-east")).toBeUndefined();
}, 120_000);

it("ends every server", async () => {
  await rig.cloud.stop();
  expect(rig.children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null)).toEqual([]);
}, 30_000);
