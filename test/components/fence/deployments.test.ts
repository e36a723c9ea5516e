/**
 * Deployment tests on the shared cluster: the workflow's own scripts as the test's identity, and everything that a run must not be able to do. A real API
 * server enforces the program's roles and admission policies.
 */
import { named, runStack } from "../support";
import { FencedCluster, type KubernetesObject } from "./cluster";
import { DeploymentRun, REGISTRY } from "./run";

jest.setTimeout(300_000);

const IDENTITY = "principal-of-identities-deployment-tests-identity";

let cluster: FencedCluster;
let run: DeploymentRun;
let other: DeploymentRun;
beforeAll(async () => {
  const { resources } = await runStack("large");
  expect(named(resources, "deployment-tests-guard-open-binding").inputs["subjects"]).toMatchObject([{ kind: "User", name: IDENTITY }]);
  cluster = await FencedCluster.start(resources, "deployment-tests-aks-kubernetes");
  await cluster.add("virtual");
  run = await DeploymentRun.start(cluster, IDENTITY, "77");
  other = await DeploymentRun.start(cluster, IDENTITY, "78");
});
afterAll(() => cluster?.stop());

const ok = ({ code, text }: { code: number; text: string }): void => {
  if (code !== 0) throw new Error(`exit code ${code}: ${text}`);
};

/** A pod as the virtual control plane would sync it. */
function pod(change: Record<string, unknown> = {}, name = "synced"): KubernetesObject {
  const container = { name: "a", image: `${REGISTRY}/orbit/serving@sha256:${"e".repeat(64)}`, resources: { requests: { cpu: "1", memory: "1Gi", "nvidia.com/gpu": "1" }, limits: { "nvidia.com/gpu": "1" } } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: run.namespace },
    spec: { serviceAccountName: "vc-workload-test", automountServiceAccountToken: false, enableServiceLinks: false, containers: [container], tolerations: [{ key: "sku", operator: "Equal", value: "gpu", effect: "NoSchedule" }], ...change },
  };
}

const claim = (gigabytes: number, name = "claim"): KubernetesObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace: run.namespace },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: `${gigabytes}Gi` } } },
});

const egress = (peer: object, ports: object[] = [{ protocol: "TCP", port: 443 }]): KubernetesObject => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "more", namespace: run.namespace },
  spec: { podSelector: {}, policyTypes: ["Egress"], egress: [{ to: [peer], ports }] },
});

async function refused(object: KubernetesObject, as: string, ...more: string[]): Promise<string> {
  const { code, text } = await cluster.create(object, as, ...more);
  return code === 0 ? "it was made" : text;
}

const guarded = (name: string, ticket = "0".repeat(48)): KubernetesObject => ({
  apiVersion: "v1",
  kind: "Namespace",
  metadata: { name, labels: { "gpu-cicd/deployment-test": "true", "gpu-cicd/expires-after-minutes": "60", "pod-security.kubernetes.io/enforce": "baseline", "gpu-cicd/ticket": ticket } },
});

describe("a run, by the workflow's own scripts", () => {
  test("takes a namespace, rights in it, and puts up its fence", async () => {
    ok(await run.makeNamespace());
    expect(run.namespace).toBe("orbit-run-1");
    expect(run.ticket).toMatch(/^[0-9a-f]{48}$/);
    ok(await run.takeRights());
    ok(await run.putUpFence());
    await other.untilFenced();
    expect(other.namespace).toBe("orbit-run-2");
  });

  test("starts its virtual cluster from the registry alone", async () => {
    ok(await run.listImages());
    expect(JSON.parse(await run.file("images.json"))).toEqual({ "alpine/k8s:1.34.1": `${REGISTRY}/mirror/docker.io/alpine/k8s:1.34.1`, "nats:2.12-alpine": `${REGISTRY}/mirror/docker.io/library/nats:2.12-alpine` });
    // The control plane leaves its kubeconfig when it is up.
    const config = (await cluster.kubeconfigOf("virtual")).toString("base64");
    ok(await cluster.create({ apiVersion: "v1", kind: "Secret", metadata: { name: "vc-test", namespace: run.namespace }, data: { config } }, run.controlPlane));
    ok(await run.startVirtualCluster());
    expect(await run.installed()).toBe(`oci://${REGISTRY}/charts/virtual@sha256:${"c".repeat(64)}`);
    const made = await cluster.kubectl("get", "deployments,services,serviceaccounts", "-n", run.namespace, "-o", "name");
    expect(made.text.trim().split("\n").sort()).toEqual(["deployment.apps/test", "service/test", "serviceaccount/default", "serviceaccount/deployment-test", "serviceaccount/vc-test", "serviceaccount/vc-workload-test"]);
  });

  test("the control plane's pod is let in as the chart makes it", async () => {
    const deployment = JSON.parse((await cluster.kubectl("get", "deployment", "test", "-n", run.namespace, "-o", "json")).text) as { spec: { template: { spec: Record<string, unknown> } } };
    ok(await cluster.create({ apiVersion: "v1", kind: "Pod", metadata: { name: "plane", namespace: run.namespace }, spec: deployment.spec.template.spec }, undefined, "--dry-run=server"));
  });

  test("installs definitions, roles of the whole cluster and webhooks in it, and deploys a graph whose GPU pods find GPU nodes", async () => {
    ok(await run.installOperator("virtual"));
    const objects = await cluster.kubectlIn("virtual", "get", "clusterroles,clusterrolebindings,validatingwebhookconfigurations,customresourcedefinitions,roles", "-A", "-o", "name");
    for (const name of ["dynamo-platform-queue-reader", "dynamo-platform-webhook-ca-inject", "dynamo-platform-validating", "dynamographdeployments.nvidia.com", "dynamo-platform-manager-role"]) expect(objects.text).toContain(name);
    // No operator runs, so no graph gets ready.
    expect((await run.deployGraph()).text).toContain("timed out waiting for the condition");
    const graph = await cluster.kubectlIn("virtual", "get", "dynamographdeployments", "agg", "-o", "jsonpath={.spec.services.Worker.extraPodSpec.tolerations}");
    expect(JSON.parse(graph.text)).toEqual([{ key: "sku", operator: "Equal", value: "gpu", effect: "NoSchedule" }, { key: "kubernetes.azure.com/scalesetpriority", operator: "Equal", value: "spot", effect: "NoSchedule" }]);
  });

  test("without a virtual cluster the operator is refused, object by object", async () => {
    const { code, text } = await other.installOperator("account");
    expect(code).not.toBe(0);
    expect(text).toContain("forbidden");
    const kinds = [
      ["apiextensions.k8s.io/v1", "CustomResourceDefinition"],
      ["rbac.authorization.k8s.io/v1", "ClusterRole"],
      ["rbac.authorization.k8s.io/v1", "ClusterRoleBinding"],
      ["admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"],
      ["rbac.authorization.k8s.io/v1", "Role"],
      ["rbac.authorization.k8s.io/v1", "RoleBinding"],
    ] as const;
    for (const [apiVersion, kind] of kinds) {
      const extra = kind.endsWith("Binding") ? { roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" } } : {};
      for (const who of [other.account, other.controlPlane, IDENTITY]) expect(await refused({ apiVersion, kind, metadata: { name: "x.example.com", namespace: other.namespace }, ...extra }, who, "--validate=false")).toMatch(/forbidden|denied/i);
    }
  });
});

describe("the virtual control plane", () => {
  test("syncs what a graph is made of", async () => {
    const within = (kind: string, apiVersion: string, more: object): KubernetesObject => ({ apiVersion, kind, metadata: { name: "synced", namespace: run.namespace }, ...more });
    ok(await cluster.create([
      pod(),
      claim(10, "synced"),
      within("Service", "v1", { spec: { ports: [{ port: 8000 }] } }),
      within("ConfigMap", "v1", { data: {} }),
      within("Secret", "v1", { data: {} }),
      within("Endpoints", "v1", { subsets: [] }),
      within("EndpointSlice", "discovery.k8s.io/v1", { addressType: "IPv4", endpoints: [], ports: [] }),
    ], run.controlPlane));
  });

  test("may do exactly that, in its namespace and nowhere else", async () => {
    const can = async (...args: string[]): Promise<boolean> => (await cluster.kubectl("auth", "can-i", ...args, "--as", run.controlPlane)).text.trim() === "yes";
    for (const resource of ["pods", "pods/exec", "secrets", "configmaps", "services", "persistentvolumeclaims", "endpoints", "endpointslices.discovery.k8s.io"]) expect([resource, await can("create", resource, "-n", run.namespace)]).toEqual([resource, true]);
    for (const resource of ["deployments.apps", "jobs.batch", "roles", "rolebindings", "serviceaccounts", "serviceaccounts/token", "networkpolicies", "resourcequotas", "limitranges"]) expect([resource, await can("create", resource, "-n", run.namespace)]).toEqual([resource, false]);
    for (const where of [other.namespace, "kube-system", "default"]) expect([where, await can("get", "secrets", "-n", where), await can("create", "pods", "-n", where)]).toEqual([where, false, false]);
    expect([await can("list", "nodes"), await can("list", "namespaces"), await can("delete", "namespaces", "-n", run.namespace)]).toEqual([false, false, false]);
  });
});

describe("pods of a run keep within the fence", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["a priority of the system's", { priorityClassName: "system-node-critical" }, "have no priority class"],
    ["a priority of the cluster's", { priorityClassName: "system-cluster-critical" }, "have no priority class"],
    ["a node by its name", { nodeName: "aks-system-0" }, "name no node"],
    ["a toleration of every taint", { tolerations: [{ operator: "Exists" }] }, "tolerate the taints sku=gpu and kubernetes.azure.com/scalesetpriority=spot alone"],
    ["a toleration of the runners' taint", { tolerations: [{ key: "gpu-cicd/runners", operator: "Exists" }] }, "tolerate the taints sku=gpu and kubernetes.azure.com/scalesetpriority=spot alone"],
    ["a toleration of the system's taint", { tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }] }, "tolerate the taints sku=gpu and kubernetes.azure.com/scalesetpriority=spot alone"],
    ["a toleration of any value", { tolerations: [{ key: "sku", operator: "Exists" }] }, "tolerate the taints sku=gpu and kubernetes.azure.com/scalesetpriority=spot alone"],
    ["another registry", { containers: [{ name: "a", image: "docker.io/library/alpine" }] }, `come from ${REGISTRY}`],
    ["a registry that begins alike", { containers: [{ name: "a", image: `${REGISTRY}.example.org/x` }] }, `come from ${REGISTRY}`],
    ["another registry for a hook", { initContainers: [{ name: "h", image: "bitnami/kubectl" }] }, `come from ${REGISTRY}`],
    ["another scheduler", { schedulerName: "mine" }, "cluster's own scheduler"],
    ["the node's network", { hostNetwork: true }, "violates PodSecurity"],
    ["a path of the node", { volumes: [{ name: "h", hostPath: { path: "/" } }] }, "violates PodSecurity"],
    ["more GPUs than the quota", { containers: [{ name: "a", image: `${REGISTRY}/x`, resources: { limits: { "nvidia.com/gpu": "9" } } }] }, "exceeded quota"],
  ])("%s", async (_what, change, message) => {
    for (const who of [run.controlPlane, undefined]) {
      const { code, text } = await cluster.create(pod(change, "other"), who, "--dry-run=server");
      expect({ code, text }).toEqual({ code: 1, text: expect.stringContaining(message) as string });
    }
  });

  test("a pod that runs gets no toleration, image or container that it could not have had", async () => {
    const patch = (change: object, who: readonly string[] = [run.controlPlane], ...more: string[]) =>
      cluster.kubectl("patch", "pod", "synced", "-n", run.namespace, "--type=strategic", "-p", JSON.stringify({ spec: change }), "--as", ...who, ...more);
    // The control plane may not even read debugging containers, so an administrator tries.
    const administrator = ["nobody-special", "--as-group=system:masters"];
    expect((await patch({ tolerations: [{ key: "sku", operator: "Equal", value: "gpu", effect: "NoSchedule" }, { key: "gpu-cicd/runners", operator: "Exists", effect: "NoSchedule" }] })).text).toMatch(/tolerate the taints|can not be modified/);
    expect((await patch({ containers: [{ name: "a", image: "docker.io/library/alpine" }] })).text).toContain(`come from ${REGISTRY}`);
    expect((await patch({ ephemeralContainers: [{ name: "b", image: "docker.io/library/alpine" }] }, administrator, "--subresource=ephemeralcontainers")).text).toContain(`come from ${REGISTRY}`);
  });

  test("claims are bounded by the quota, and wait for it", async () => {
    expect(await refused(claim(32 * 1024, "huge-1"), run.controlPlane)).toContain("exceeded quota");
    ok(await cluster.create(claim(60, "half"), run.controlPlane));
    expect(await refused(claim(60, "rest"), run.controlPlane)).toContain("exceeded quota");
    // A namespace whose quota forgets storage takes no claim at all.
    ok(await cluster.create(guarded("orbit-run-6"), IDENTITY));
    ok(await cluster.create({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "deployment-test", namespace: "orbit-run-6" }, spec: { hard: { "requests.cpu": "32", "requests.memory": "200Gi", "requests.nvidia.com/gpu": "2", pods: "20" } } }));
    const { metadata, ...rest } = claim(1);
    expect(await refused({ ...rest, metadata: { ...metadata, namespace: "orbit-run-6" } } as KubernetesObject, "nobody-special", "--as-group=system:masters")).toContain("must limit requests.storage to 100Gi or less");
  });

  test.each<[string, object, object[] | undefined]>([
    ["all private addresses", { ipBlock: { cidr: "10.0.0.0/8" } }, undefined],
    ["some of them", { ipBlock: { cidr: "10.1.2.0/24" } }, undefined],
    ["another private range", { ipBlock: { cidr: "192.168.0.0/16" } }, undefined],
    ["the instance's metadata", { ipBlock: { cidr: "169.254.169.254/32" } }, undefined],
    ["everything", { ipBlock: { cidr: "0.0.0.0/0" } }, undefined],
    ["everything but the metadata", { ipBlock: { cidr: "0.0.0.0/0", except: ["169.254.0.0/16", "168.63.129.16/32"] } }, undefined],
    ["everything of IPv6", { ipBlock: { cidr: "::/0" } }, undefined],
    ["another namespace", { namespaceSelector: {} }, undefined],
    ["any port of kube-system", { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }, [{ port: 443 }]],
    ["a range of ports of kube-system", { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }, [{ port: 53, endPort: 9000 }]],
  ])("traffic to %s is not opened", async (_what, peer, ports) => {
    expect(await refused(egress(peer, ports), run.account)).toContain("egress may go to pods of the same namespace, to port 53 of kube-system, and to IPv4 addresses other than");
  });

  test("what bounds pods stays", async () => {
    for (const [resource, name] of [["resourcequota", "deployment-test"], ["networkpolicy", "default-deny"]] as const) {
      for (const who of [[], ["--as", run.account], ["--as", run.controlPlane]]) expect((await cluster.kubectl("delete", resource, name, "-n", run.namespace, ...who)).code).toBe(1);
    }
  });

  test("no service leaves the cluster", async () => {
    expect(await refused({ apiVersion: "v1", kind: "Service", metadata: { name: "out", namespace: run.namespace }, spec: { type: "LoadBalancer", ports: [{ port: 1 }] } }, run.controlPlane)).toContain("stay inside the cluster");
  });
});

describe("one run has nothing of another's", () => {
  const as = (ticket: string, object: KubernetesObject): KubernetesObject => ({ ...object, metadata: { ...object.metadata, annotations: { "gpu-cicd/ticket": ticket } } });
  const binding = (role: string, subject: object, name = "again"): KubernetesObject => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", metadata: { name, namespace: run.namespace }, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role }, subjects: [subject] });
  const account = () => ({ kind: "ServiceAccount", name: "deployment-test", namespace: run.namespace });
  const MAKER = "which only its own run knows";

  test("no binding, account or token without the namespace's ticket", async () => {
    for (const ticket of [other.ticket, "", "0".repeat(48)]) {
      expect(await refused(as(ticket, binding("gpu-cicd-deployment-test-run", account())), IDENTITY)).toContain(MAKER);
      expect(await refused(as(ticket, { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "deployment-test", namespace: run.namespace } }), IDENTITY)).toContain(MAKER);
      const request = as(ticket, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: { name: "" }, spec: {} });
      expect(await cluster.token(request, run.namespace, "deployment-test", IDENTITY)).toContain(MAKER);
    }
  });

  test("with it, only what a run needs", async () => {
    const wrong = "a binding must give";
    expect(await refused(as(run.ticket, binding("gpu-cicd-deployment-test-run", { kind: "User", apiGroup: "rbac.authorization.k8s.io", name: IDENTITY })), IDENTITY)).toContain(wrong);
    expect(await refused(as(run.ticket, binding("gpu-cicd-deployment-test-run", { kind: "ServiceAccount", name: "default", namespace: run.namespace })), IDENTITY)).toContain(wrong);
    expect(await refused(as(run.ticket, binding("gpu-cicd-virtual-cluster", { ...account(), name: "vc-test", namespace: other.namespace })), IDENTITY)).toContain(wrong);
    expect(await refused(as(run.ticket, binding("cluster-admin", account())), IDENTITY)).toMatch(/a binding must give|attempting to grant/);
    const request = as(run.ticket, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: { name: "" }, spec: {} });
    expect(await cluster.token(request, run.namespace, "vc-test", IDENTITY)).toContain("the account must be deployment-test");
  });

  test("the identity itself reads and changes nothing, anywhere", async () => {
    const can = async (...args: string[]): Promise<boolean> => (await cluster.kubectl("auth", "can-i", ...args, "--as", IDENTITY)).text.trim() === "yes";
    for (const where of [run.namespace, other.namespace, "kube-system"]) {
      for (const what of [["get", "secrets"], ["create", "pods"], ["get", "pods"], ["delete", "namespaces"], ["patch", "namespaces"], ["get", "rolebindings"], ["create", "deployments.apps"]]) expect([where, what, await can(...what, "-n", where)]).toEqual([where, what, false]);
    }
    expect([await can("list", "namespaces"), await can("impersonate", "users"), await can("escalate", "clusterroles")]).toEqual([false, false, false]);
  });

  test("nor does a run's account outside its namespace", async () => {
    for (const who of [other.account, other.controlPlane]) {
      for (const what of [["get", "secrets"], ["create", "pods/portforward"], ["create", "secrets"], ["delete", "namespaces"]]) {
        expect((await cluster.kubectl("auth", "can-i", ...what, "-n", run.namespace, "--as", who)).text).toMatch(/^no$/m);
      }
    }
  });

  test("no outsider's token, account or binding anywhere else", async () => {
    for (const where of ["kube-system", "default", "gpu-cicd-guard"]) {
      expect(await refused({ ...as(run.ticket, binding("gpu-cicd-deployment-test-run", account())), metadata: { name: "x", namespace: where } }, IDENTITY)).toContain("in their own namespaces alone");
      expect(await cluster.token(as(run.ticket, { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: { name: "" }, spec: {} }), where, "default", IDENTITY)).toContain("in their own namespaces alone");
    }
  });

  test("no namespace beyond those that are counted", async () => {
    for (const name of ["orbit-run-7", "orbit-run-26", "orbit-run-01", "orbit-run-1-x", "elsewhere"]) expect(await refused(guarded(name), IDENTITY)).toContain("the name must be orbit-run- and a number from 1 to 6");
    expect(await refused(guarded("orbit-run-5", "short"), IDENTITY)).toContain("must be 48 hexadecimal digits");
    expect(await refused(guarded("orbit-run-1"), IDENTITY)).toContain("already exists");
  });
});

test("one deletion removes all, and the next run takes the place", async () => {
  // The controller that lets claims go that no pod uses is among those that the sandbox leaves out.
  for (const name of ["synced", "half"]) ok(await cluster.kubectl("patch", "pvc", name, "-n", run.namespace, "--type=merge", "-p", '{"metadata":{"finalizers":null}}'));
  ok(await run.remove());
  const gone = async (): Promise<boolean> => (await cluster.kubectl("get", "namespace", run.namespace)).code !== 0;
  for (let tries = 0; tries < 60 && !(await gone()); tries++) await new Promise((resolve) => setTimeout(resolve, 1000));
  const next = await DeploymentRun.start(cluster, IDENTITY, "79");
  await next.untilFenced();
  expect(next.namespace).toBe(run.namespace);
  expect(next.ticket).not.toBe(run.ticket);
});
