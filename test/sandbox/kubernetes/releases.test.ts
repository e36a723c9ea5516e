/**
 * Helm releases against a real API server: the rules between releases, and the record that Helm itself would read.
 * Does not prove: that the model of a chart renders what the chart does; charts.judged.test.ts does, where the charts are at hand.
 */
import { gunzipSync, gzipSync } from "node:zlib";
import type { KubernetesClient } from "../../../sandbox/kubernetes/client";
import type { Created, Properties } from "../../../sandbox/provider/kind";
import { clientOf, failureOf, infoOf, kindOf, startRig, type Rig } from "./support";

const RELEASE = "kubernetes:helm.sh/v3:Release";
const charts = "oci://ghcr.io/actions/actions-runner-controller-charts";

let rig: Rig;
let client: KubernetesClient;

beforeAll(async () => {
  rig = await startRig();
  client = await clientOf(rig, "runners");
  await rig.kubectl("create", "namespace", "arc-runners");
  await rig.kubectl("-n", "arc-runners", "create", "secret", "generic", "app", "--from-literal=github_app_id=1", "--from-literal=github_app_installation_id=2", "--from-literal=github_app_private_key=k");
  await rig.kubectl("-n", "arc-runners", "create", "secret", "generic", "half", "--from-literal=github_app_id=1");
}, 120_000);

afterAll(() => rig.stop(), 30_000);

const controller = (over: Properties = {}): Properties => ({ chart: `${charts}/gha-runner-scale-set-controller`, name: "arc", namespace: "arc-system", createNamespace: true, version: "0.15.1", values: {}, ...over });

const scaleSet = (name: string, over: Properties = {}, values: Properties = {}): Properties => ({
  chart: `${charts}/gha-runner-scale-set`,
  name,
  namespace: "arc-runners",
  version: "0.15.1",
  values: {
    githubConfigUrl: "https://github.com/ai-dynamo/dynamo",
    githubConfigSecret: "app",
    minRunners: 0,
    maxRunners: 4,
    controllerServiceAccount: { namespace: "arc-system", name: "arc-gha-rs-controller" },
    template: { spec: { containers: [{ name: "runner", image: "ghcr.io/actions/actions-runner:2.338.1", resources: { limits: { "nvidia.com/gpu": 1 } } }] } },
    ...values,
  },
  ...over,
});

const release = () => kindOf(rig, RELEASE);
const make = (inputs: Properties): Promise<Created<Properties>> => release().create(client, inputs, infoOf(RELEASE, String(inputs["name"])));
const stored = async (name: string, revision: number) => client.api.send({ method: "GET", path: `/api/v1/namespaces/arc-runners/secrets/sh.helm.release.v1.${name}.v${revision}` });

it("takes a set only after its controller", async () => {
  const error = await failureOf(make(scaleSet("early")));
  expect(error.message).toBe(
    "helm install early: 422 Invalid: values.controllerServiceAccount: no controller runs as arc-system/arc-gha-rs-controller; controllers in the cluster: none",
  );
});

describe("with a controller", () => {
  let arc: Created<Properties>;
  beforeAll(async () => {
    arc = await make(controller());
  });

  it("answers as the real provider", () => {
    expect(arc.id).toBe("arc-system/arc");
    expect(arc.outputs["status"]).toEqual({ appVersion: "0.15.1", chart: "gha-runner-scale-set-controller", name: "arc", namespace: "arc-system", revision: 1, status: "deployed", version: "0.15.1" });
  });

  it.each<[string, Properties, string]>([
    ["a second controller", controller({ name: "arc2", namespace: "arc-system-2" }), "chart: the cluster has a controller already: release arc in arc-system"],
    ["another version than the controller's", scaleSet("old", { version: "0.15.0" }), "version: is 0.15.0, but the controller's release arc is 0.15.1: both charts have one version"],
    ["the controller's namespace", scaleSet("near", { namespace: "arc-system" }, { githubConfigSecret: { github_token: "t" } }), "namespace: is the controller's own; runners need a namespace apart from arc-system"],
    ["a Secret that is not there", scaleSet("bare", {}, { githubConfigSecret: "nowhere" }), 'values.githubConfigSecret: there is no Secret "nowhere" in namespace arc-runners'],
    ["a Secret without the keys", scaleSet("half", {}, { githubConfigSecret: "half" }), 'Secret "half" has the keys github_app_id; it needs github_token, or github_app_id, github_app_installation_id, github_app_private_key'],
    ["a namespace that is not there", scaleSet("lost", { namespace: "nowhere" }), 'namespace "nowhere" is not there; set createNamespace or make it before'],
    ["a pod with an unknown field", scaleSet("typo", {}, { template: { spec: { containers: [{ name: "runner", image: "i", imagePull: "Always" }] } } }), 'unknown field "spec.containers[0].imagePull"'],
    ["a pod with an impossible amount", scaleSet("vast", {}, { template: { spec: { containers: [{ name: "runner", image: "i", resources: { limits: { "nvidia.com/gpu": "0.5" } } }] } } }), "must be an integer"],
  ])("refuses %s", async (_, inputs, message) => {
    expect((await failureOf(make(inputs))).message).toContain(message);
  });

  it("judges the pod by the namespace's Pod Security", async () => {
    await rig.kubectl("create", "namespace", "arc-strict");
    await rig.kubectl("label", "namespace", "arc-strict", "pod-security.kubernetes.io/enforce=restricted");
    const error = await failureOf(make(scaleSet("strict", { namespace: "arc-strict" }, { githubConfigSecret: { github_token: "t" } })));
    expect(error.message).toContain('violates PodSecurity "restricted:latest"');
  });

  it("previews by the fields of its pod alone, in a namespace that is still to come too", async () => {
    const preview = (inputs: Properties) => release().preview!(client, inputs, infoOf(RELEASE, "seen"));
    expect(await preview(scaleSet("seen", { namespace: "arc-strict" }))).toMatchObject({ status: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" });
    const typo = { template: { spec: { containers: [{ name: "runner", image: "i", imagePull: "Always" }] } } };
    expect((await failureOf(preview(scaleSet("seen", { namespace: "to-come" }, typo)))).message).toContain('unknown field "spec.containers[0].imagePull"');
    expect(await client.api.find("/api/v1/namespaces/arc-runners/secrets/sh.helm.release.v1.seen.v1")).toBeUndefined();
  });

  it("records a release as Helm does, upgrades it and keeps its history", async () => {
    const made = await make(scaleSet("gpu-v1"));
    const secret = await stored("gpu-v1", 1);
    expect(secret["type"]).toBe("helm.sh/release.v1");
    expect(secret.metadata.labels).toMatchObject({ name: "gpu-v1", owner: "helm", status: "deployed", version: "1" });
    const once = Buffer.from((secret["data"] as Record<string, string>)["release"]!, "base64").toString();
    const record = JSON.parse(gunzipSync(Buffer.from(once, "base64")).toString()) as Properties;
    expect(record).toMatchObject({ name: "gpu-v1", namespace: "arc-runners", version: 1, config: { maxRunners: 4 }, chart: { metadata: { name: "gha-runner-scale-set", version: "0.15.1" } } });

    let outputs = made.outputs;
    for (const maxRunners of [5, 6]) outputs = await release().update!(client, made.id, outputs, scaleSet("gpu-v1", { maxHistory: 2 }, { maxRunners }), infoOf(RELEASE, "gpu-v1"));
    expect(outputs["status"]).toMatchObject({ revision: 3, status: "deployed" });
    expect((await stored("gpu-v1", 2)).metadata.labels).toMatchObject({ status: "superseded" });
    expect((await failureOf(stored("gpu-v1", 1))).message).toContain("404 NotFound");
  });

  it("finds what somebody else upgraded", async () => {
    const made = await make(scaleSet("drifting"));
    const read = async () => (await release().read(client, made.id, made.outputs, infoOf(RELEASE, "drifting")))?.inputs;
    expect(await read()).toEqual(scaleSet("drifting"));
    await release().update!(client, made.id, made.outputs, scaleSet("drifting", {}, { maxRunners: 40 }), infoOf(RELEASE, "drifting"));
    expect(await read()).toEqual(scaleSet("drifting", {}, { maxRunners: 40 }));
  });

  it("refuses a second set of one name in a runner group, and a name in use", async () => {
    await make(scaleSet("named-v1"));
    expect((await failureOf(make(scaleSet("named-v1")))).message).toContain("409 AlreadyExists: cannot re-use the name of release arc-runners/named-v1");
    const twin = scaleSet("twin", {}, { runnerScaleSetName: "named-v1" });
    expect((await failureOf(make(twin))).message).toContain('release arc-runners/named-v1 has the scale set name "named-v1" in the same runner group');
  });

  it("makes the objects of a set, takes back what is changed by hand at its next upgrade, and removes them with it, finalizers and all", async () => {
    const made = await make(scaleSet("whole", {}, { githubConfigSecret: { github_token: "t" }, containerMode: { type: "kubernetes-novolume" } }));
    const path = "/apis/actions.github.com/v1alpha1/namespaces/arc-runners/autoscalingrunnersets/whole";
    const names = async () => (await rig.kubectl("-n", "arc-runners", "get", "serviceaccounts,secrets,roles,rolebindings,autoscalingrunnersets", "-o", "name", "-l", "actions.github.com/scale-set-name=whole")).trim().split("\n");
    expect(await names()).toEqual([
      "serviceaccount/whole-gha-rs-kube-mode",
      "secret/whole-gha-rs-github-secret",
      "role.rbac.authorization.k8s.io/whole-gha-rs-kube-mode",
      "role.rbac.authorization.k8s.io/whole-gha-rs-manager",
      "rolebinding.rbac.authorization.k8s.io/whole-gha-rs-kube-mode",
      "rolebinding.rbac.authorization.k8s.io/whole-gha-rs-manager",
      "autoscalingrunnerset.actions.github.com/whole",
    ]);
    await rig.kubectl("-n", "arc-runners", "patch", "autoscalingrunnersets", "whole", "--type", "merge", "-p", '{"spec":{"maxRunners":99}}');
    const upgraded = await release().update!(client, made.id, made.outputs, scaleSet("whole", {}, { githubConfigSecret: "app", maxRunners: 7 }), infoOf(RELEASE, "whole"));
    expect((await client.api.send({ method: "GET", path }))["spec"]).toMatchObject({ maxRunners: 7 });
    expect(await names()).toEqual([
      "serviceaccount/whole-gha-rs-no-permission",
      "role.rbac.authorization.k8s.io/whole-gha-rs-manager",
      "rolebinding.rbac.authorization.k8s.io/whole-gha-rs-manager",
      "autoscalingrunnerset.actions.github.com/whole",
    ]);
    await release().remove(client, made.id, upgraded, infoOf(RELEASE, "whole"));
    expect(await names()).toEqual([""]);
  });

  it("takes over no object that is somebody else's, and leaves it as it is", async () => {
    await rig.kubectl("-n", "arc-runners", "create", "role", "taken-gha-rs-manager", "--verb=get", "--resource=pods");
    const error = await failureOf(make(scaleSet("taken")));
    expect(error.message).toContain('Role "taken-gha-rs-manager" in namespace "arc-runners" exists and cannot be imported into the current release: invalid ownership metadata');
    expect(await rig.kubectl("-n", "arc-runners", "get", "roles,serviceaccounts", "-o", "name")).toContain("taken-gha-rs-manager");
    expect(await client.api.find("/api/v1/namespaces/arc-runners/serviceaccounts/taken-gha-rs-no-permission")).toBeUndefined();
  });

  it.each(["pending-install", "pending-upgrade", "pending-rollback"])("upgrades no release that another Helm left %s, and can remove it", async (status) => {
    const name = status;
    const made = await make(scaleSet(name));
    const secret = await stored(name, 1);
    const record = JSON.parse(gunzipSync(Buffer.from(Buffer.from((secret["data"] as Record<string, string>)["release"]!, "base64").toString(), "base64")).toString()) as { info: object };
    const left = Buffer.from(gzipSync(JSON.stringify({ ...record, info: { ...record.info, status } })).toString("base64")).toString("base64");
    const patch = JSON.stringify({ metadata: { labels: { status } }, data: { release: left } });
    await rig.kubectl("-n", "arc-runners", "patch", "secret", `sh.helm.release.v1.${name}.v1`, "--type", "merge", "-p", patch);
    const error = await failureOf(release().update!(client, made.id, made.outputs, scaleSet(name, {}, { maxRunners: 9 }), infoOf(RELEASE, name)));
    expect(error.message).toBe(`helm upgrade ${name}: 409 Pending: another operation (install/upgrade/rollback) is in progress: release arc-runners/${name} is ${status} since revision 1`);
    expect((await failureOf(stored(name, 2))).message).toContain("404 NotFound");
    await release().remove(client, made.id, made.outputs, infoOf(RELEASE, name));
    expect((await failureOf(stored(name, 1))).message).toContain("404 NotFound");
  });

  it("shows releases in the inventory", async () => {
    expect(await rig.cloud.inventory()).toContainEqual({ kind: "Helm release", name: "runners/arc-system/arc", detail: "gha-runner-scale-set-controller 0.15.1, revision 1, by the sandbox's model of the chart" });
  });

  it("moves the controller to another minor version only without sets, and removes it after them", async () => {
    const info = infoOf(RELEASE, "arc");
    const downgrade = await failureOf(release().update!(client, arc.id, arc.outputs, controller({ version: "0.14.2" }), info));
    expect(downgrade.message).toContain("version: is 0.14.2, and a controller deletes scale sets of another minor version: remove arc-runners/drifting (0.15.1)");
    const early = await failureOf(release().remove(client, arc.id, arc.outputs, info));
    expect(early.message).toContain("helm uninstall arc: 409 Held: release arc-system/arc cannot go yet: scale set arc-runners/drifting is still there");

    for (const name of ["gpu-v1", "drifting", "named-v1"]) {
      const found = await release().read(client, `arc-runners/${name}`, undefined, infoOf(RELEASE, name));
      await release().remove(client, `arc-runners/${name}`, found!.outputs, infoOf(RELEASE, name));
    }
    await release().remove(client, arc.id, arc.outputs, info);
    expect(await rig.kubectl("get", "secrets", "-A", "-l", "owner=helm", "-o", "name")).toBe("");
    expect(await release().read(client, arc.id, arc.outputs, info)).toBeUndefined();
  });
});

it("takes the device plugin where Pod Security lets it reach its node", async () => {
  const plugin = { chart: "nvidia-device-plugin", name: "nvidia-device-plugin", namespace: "nvidia", version: "0.20.0", repositoryOpts: { repo: "https://nvidia.github.io/k8s-device-plugin" }, values: { failOnInitError: true, tolerations: [{ key: "sku", operator: "Equal", value: "gpu", effect: "NoSchedule" }] } };
  await rig.kubectl("create", "namespace", "nvidia");
  await rig.kubectl("label", "namespace", "nvidia", "pod-security.kubernetes.io/enforce=baseline");
  expect((await failureOf(make(plugin))).message).toContain('violates PodSecurity "baseline:latest": hostPath volumes');
  await rig.kubectl("label", "namespace", "nvidia", "--overwrite", "pod-security.kubernetes.io/enforce=privileged");
  expect((await make(plugin)).outputs["resourceNames"]).toEqual({ "DaemonSet.apps/apps/v1": ["nvidia/nvidia-device-plugin"] });
});
