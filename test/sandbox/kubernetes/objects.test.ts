/**
 * Objects against a real API server: what the provider writes, sees as drift, refuses and deletes.
 * Does not prove: anything that needs nodes (pods that run, endpoints, volumes).
 */
import { PartialFailure, type Created, type Properties } from "../../../sandbox/provider/kind";
import type { KubernetesClient } from "../../../sandbox/kubernetes/client";
import { clientOf, failureOf, infoOf, kindOf, startRig, type Rig } from "./support";

let rig: Rig;
let client: KubernetesClient;

beforeAll(async () => {
  rig = await startRig();
  client = await clientOf(rig, "tests", { enableSecretMutable: true });
  await make("kubernetes:core/v1:Namespace", "space", { apiVersion: "v1", kind: "Namespace", metadata: { name: "space" } });
}, 120_000);

afterAll(() => rig.stop(), 30_000);

function make(type: string, name: string, inputs: Properties): Promise<Created<Properties>> {
  return kindOf(rig, type).create(client, inputs, infoOf(type, name));
}

const QUOTA = "kubernetes:core/v1:ResourceQuota";
const quota = (name: string, hard: Record<string, string>) => ({ apiVersion: "v1", kind: "ResourceQuota", metadata: { name, namespace: "space" }, spec: { hard } });
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const configMap = (name: string, data: Record<string, string>, annotations?: Record<string, string>) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "space", ...(annotations === undefined ? {} : { annotations }) },
  data,
});

describe("creating", () => {
  it("waits for the quota controller and answers with the live object", async () => {
    const { id, outputs } = await make(QUOTA, "counted", quota("counted", { "count/configmaps": "20" }));
    expect(id).toBe("space/counted");
    expect(outputs["status"]).toMatchObject({ hard: { "count/configmaps": "20" } });
    expect(outputs["__fieldManager"]).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
  });

  it("really counts by the quota", async () => {
    await make(QUOTA, "none", quota("none", { "count/services": "0" }));
    const service = { apiVersion: "v1", kind: "Service", metadata: { name: "refused", namespace: "space" }, spec: { ports: [{ port: 80 }] } };
    const error = await failureOf(make("kubernetes:core/v1:Service", "refused", service));
    expect(error.message).toContain("PATCH /api/v1/namespaces/space/services/refused: 403 Forbidden");
    expect(error.message).toContain("exceeded quota: none, requested: count/services=1, used: count/services=0, limited: count/services=0");
  });

  it("refuses an unknown field by name", async () => {
    const error = await failureOf(make(QUOTA, "typo", { ...quota("typo", {}), spec: { hardd: {} } }));
    expect(error.message).toContain(".spec.hardd: field not declared in schema");
  });

  it("refuses what exists already", async () => {
    await make(CONFIG_MAP, "once", configMap("once", { a: "1" }));
    const error = await failureOf(make(CONFIG_MAP, "twice", configMap("once", { a: "2" })));
    expect(error.message).toBe(
      'PATCH /api/v1/namespaces/space/configmaps/once: 409 AlreadyExists: ConfigMap "once" already exists in the cluster: import it, or set upsertExistingObjects on the provider to change what exists',
    );
  });

  it("names a kind that the server does not know", async () => {
    const error = await failureOf(make("kubernetes:example.com/v1:Widget", "w", { apiVersion: "example.com/v1", kind: "Widget", metadata: { name: "w" } }));
    expect(error.message).toContain("knows no such kind; if it is a custom resource, its definition has to be created before");
  }, 20_000);

  it("keeps what exists when the wait for it breaks", async () => {
    // The request after the write is the first look at the counted status.
    let written = false;
    rig.breaks = {
      status: 500,
      matches: ({ operation }) => {
        if (operation === "PATCH /api/v1/namespaces/space/resourcequotas/half") written = true;
        return written && operation.startsWith("GET ");
      },
    };
    const error = await failureOf(make(QUOTA, "half", quota("half", { "count/secrets": "50" }))).finally(() => (rig.breaks = undefined));
    expect(error).toBeInstanceOf(PartialFailure);
    expect((error as PartialFailure).created.id).toBe("space/half");
  });

  it("makes custom resources as soon as their definition is there", async () => {
    await make("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "gadgets", {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "gadgets.example.com" },
      spec: {
        group: "example.com",
        names: { kind: "Gadget", plural: "gadgets" },
        scope: "Namespaced",
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object", x_kubernetes_preserve_unknown_fields: true } } }],
      },
    });
    const made = await make("kubernetes:example.com/v1:Gadget", "g", { apiVersion: "example.com/v1", kind: "Gadget", metadata: { name: "g", namespace: "space" }, size: 3 });
    expect(made.id).toBe("space/g");
    expect(made.outputs["size"]).toBe(3);
  }, 30_000);
});

describe("drift", () => {
  async function drifted(type: string, created: Created<Properties>): Promise<unknown> {
    const found = await kindOf(rig, type).read(client, created.id, created.outputs, infoOf(type, "x"));
    return found?.inputs;
  }

  it("is nothing while nobody touched the object, however the server spells it", async () => {
    const inputs = { ...quota("spelled", { "requests.cpu": "0.5", "limits.memory": "1024Mi" }) };
    expect(await drifted(QUOTA, await make(QUOTA, "spelled", inputs))).toEqual(inputs);
  });

  it("shows the field that another manager changed, and only that", async () => {
    const inputs = quota("edited", { "requests.cpu": "0.5", "count/pods": "10" });
    const created = await make(QUOTA, "edited", inputs);
    await rig.kubectl("-n", "space", "patch", "resourcequota", "edited", "--type=merge", "-p", '{"spec":{"hard":{"count/pods":"99","count/jobs.batch":"1"}}}');
    expect(await drifted(QUOTA, created)).toEqual(quota("edited", { "requests.cpu": "0.5", "count/pods": "99" }));
  });

  it("shows a rule that somebody appended", async () => {
    const type = "kubernetes:rbac.authorization.k8s.io/v1:Role";
    const rule = { apiGroups: [""], resources: ["pods"], verbs: ["get"] };
    const inputs = { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role", metadata: { name: "grown", namespace: "space" }, rules: [rule] };
    const created = await make(type, "grown", inputs);
    await rig.kubectl("-n", "space", "patch", "role", "grown", "--type=json", "-p", '[{"op":"add","path":"/rules/-","value":{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}}]');
    expect(await drifted(type, created)).toEqual({ ...inputs, rules: [rule, { apiGroups: ["*"], resources: ["*"], verbs: ["*"] }] });
  });

  it("shows a Secret's changed value in stringData", async () => {
    const type = "kubernetes:core/v1:Secret";
    const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "rotated", namespace: "space" }, stringData: { token: "canary-value", user: "ci" } };
    const created = await make(type, "rotated", inputs);
    expect(created.outputs["data"]).toEqual({ token: Buffer.from("canary-value").toString("base64"), user: Buffer.from("ci").toString("base64") });
    await rig.kubectl("-n", "space", "patch", "secret", "rotated", "--type=merge", "-p", JSON.stringify({ data: { token: Buffer.from("stolen").toString("base64") } }));
    expect(await drifted(type, created)).toEqual({ ...inputs, stringData: { token: "stolen", user: "ci" } });
  });

  it("is a deletion when the object is gone", async () => {
    const created = await make(QUOTA, "gone", quota("gone", { "count/pods": "1" }));
    await rig.kubectl("-n", "space", "delete", "resourcequota", "gone");
    expect(await drifted(QUOTA, created)).toBeUndefined();
  });

  it("imports without what only the server writes", async () => {
    const created = await make(CONFIG_MAP, "imported", configMap("imported", { a: "1" }));
    const found = await kindOf(rig, CONFIG_MAP).read(client, created.id, undefined, infoOf(CONFIG_MAP, "imported"));
    expect(found?.inputs).toEqual(configMap("imported", { a: "1" }));
  });
});

describe("updating", () => {
  it("drops what left the program", async () => {
    const created = await make(CONFIG_MAP, "shrunk", configMap("shrunk", { a: "1", b: "2" }));
    const outputs = await kindOf(rig, CONFIG_MAP).update!(client, created.id, created.outputs, configMap("shrunk", { a: "3" }), infoOf(CONFIG_MAP, "shrunk"));
    expect(outputs["data"]).toEqual({ a: "3" });
  });

  it("does not take a field from another manager, unless told to", async () => {
    const created = await make(CONFIG_MAP, "contested", configMap("contested", { a: "1" }));
    const manifest = JSON.stringify({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "contested", namespace: "space" }, data: { a: "theirs" } });
    await rig.kubectl("create", "configmap", "unrelated", "-n", "space");
    await client.api.send({ method: "PATCH", path: "/api/v1/namespaces/space/configmaps/contested", query: { fieldManager: "somebody", force: "true" }, contentType: "application/apply-patch+yaml", body: JSON.parse(manifest) });
    const update = (inputs: Properties) => kindOf(rig, CONFIG_MAP).update!(client, created.id, created.outputs, inputs, infoOf(CONFIG_MAP, "contested"));
    const error = await failureOf(update(configMap("contested", { a: "2" })));
    expect(error.message).toContain('409 Conflict: another field manager owns .data.a (conflict with "somebody")');
    expect(error.message).toContain("pulumi.com/patchForce");
    const outputs = await update(configMap("contested", { a: "2" }, { "pulumi.com/patchForce": "true" }));
    expect(outputs["data"]).toEqual({ a: "2" });
  });

  it("does not bring back what somebody deleted", async () => {
    const created = await make(CONFIG_MAP, "lost", configMap("lost", { a: "1" }));
    await rig.kubectl("-n", "space", "delete", "configmap", "lost");
    const error = await failureOf(kindOf(rig, CONFIG_MAP).update!(client, created.id, created.outputs, configMap("lost", { a: "2" }), infoOf(CONFIG_MAP, "lost")));
    expect(error.message).toContain('ConfigMap "space/lost" is gone from the cluster');
  });
});

describe("previewing", () => {
  const preview = (inputs: Properties) => kindOf(rig, QUOTA).preview!(client, inputs, infoOf(QUOTA, "seen"));

  it("changes nothing and leaves made-up fields unknown", async () => {
    const seen = await preview(quota("seen", { "count/pods": "1" }));
    expect(seen).toMatchObject({ spec: { hard: { "count/pods": "1" } }, metadata: { name: "seen", uid: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" } });
    expect(seen).not.toHaveProperty("status");
    expect(await client.api.find("/api/v1/namespaces/space/resourcequotas/seen")).toBeUndefined();
  });

  it("refuses an unknown field even when the namespace is still to come", async () => {
    const inputs = { ...quota("seen", {}), metadata: { name: "seen", namespace: "still-to-come" } };
    expect(await preview(inputs)).toMatchObject({ metadata: { namespace: "still-to-come" } });
    const error = await failureOf(preview({ ...inputs, spec: { hardd: {} } }));
    expect(error.message).toContain('strict decoding error: unknown field "spec.hardd"');
  });
});

describe("deleting", () => {
  it("waits until a namespace and all in it are gone", async () => {
    const type = "kubernetes:core/v1:Namespace";
    const created = await make(type, "doomed", { apiVersion: "v1", kind: "Namespace", metadata: { name: "doomed" } });
    await make(CONFIG_MAP, "inside", { ...configMap("inside", {}), metadata: { name: "inside", namespace: "doomed" } });
    await kindOf(rig, type).remove(client, created.id, created.outputs, infoOf(type, "doomed"));
    expect(await client.api.find("/api/v1/namespaces/doomed")).toBeUndefined();
    await kindOf(rig, type).remove(client, created.id, created.outputs, infoOf(type, "doomed"));
  }, 60_000);

  it("says what holds an object", async () => {
    const inputs = configMap("held", {}, { "pulumi.com/timeoutSeconds": "1" });
    const created = await make(CONFIG_MAP, "held", { ...inputs, metadata: { ...inputs.metadata, finalizers: ["example.com/hold"] } });
    const error = await failureOf(kindOf(rig, CONFIG_MAP).remove(client, created.id, created.outputs, infoOf(CONFIG_MAP, "held")));
    // The garbage collector may or may not have taken its own finalizer off by then.
    expect(error.message).toMatch(/^DELETE \/api\/v1\/namespaces\/space\/configmaps\/held: 408 Timeout: after 1 s: still there; finalizers: (foregroundDeletion, )?example\.com\/hold$/);
    await rig.kubectl("-n", "space", "patch", "configmap", "held", "--type=merge", "-p", '{"metadata":{"finalizers":null}}');
  }, 20_000);
});

describe("the guard of a cluster", () => {
  it("answers can-i by impersonation of an object id", async () => {
    const identity = "5b3c0d9e-0000-4000-8000-000000000001";
    await make("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "tester", {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: "tester", namespace: "space" },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: identity }],
    });
    const canI = (namespace: string) => rig.kubectl("auth", "can-i", "create", "pods", "-n", namespace, "--as", identity).catch((error: { stdout: string }) => error.stdout);
    expect(await canI("space")).toBe("yes\n");
    expect(await canI("kube-system")).toBe("no\n");
  });

  it("enforces an admission policy", async () => {
    const policies = "admissionregistration.k8s.io/v1";
    await make(`kubernetes:${policies}:ValidatingAdmissionPolicy`, "prefix", {
      apiVersion: policies,
      kind: "ValidatingAdmissionPolicy",
      metadata: { name: "prefix" },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["namespaces"] }] },
        matchConditions: [{ name: "only-ci", expression: "object.metadata.name.startsWith('wild-') || object.metadata.name.startsWith('dynamo-ci-')" }],
        validations: [{ expression: "object.metadata.name.startsWith('dynamo-ci-')", message: "a namespace of a run starts with dynamo-ci-" }],
      },
    });
    await make(`kubernetes:${policies}:ValidatingAdmissionPolicyBinding`, "prefix", {
      apiVersion: policies,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata: { name: "prefix" },
      spec: { policyName: "prefix", validationActions: ["Deny"] },
    });
    const refused = async () => {
      for (let tries = 0; tries < 100; tries++) {
        const result = await rig.kubectl("create", "namespace", "wild-one", "--dry-run=server").then(() => undefined, (error: { stderr: string }) => error.stderr);
        if (result !== undefined) return result;
      }
      return "never refused";
    };
    expect(await refused()).toContain("a namespace of a run starts with dynamo-ci-");
    expect(await rig.kubectl("create", "namespace", "dynamo-ci-1", "--dry-run=server")).toContain("namespace/dynamo-ci-1 created");
  }, 60_000);
});

it("asks the fault switch before every request", () => {
  expect(rig.calls.every(({ cloud }) => cloud === "kubernetes")).toBe(true);
  expect(rig.calls.map(({ operation }) => operation)).toEqual(expect.arrayContaining(["PATCH /api/v1/namespaces/space", "GET /apis", "DELETE /api/v1/namespaces/doomed"]));
});

it("does not repeat a Secret's value in an error", async () => {
  const type = "kubernetes:core/v1:Secret";
  const inputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "leaky", namespace: "space", labels: { copy: "canary-secret-value!" } }, stringData: { key: "canary-secret-value!" } };
  const error = await failureOf(make(type, "leaky", inputs));
  expect(error.message).toContain('Invalid value: "[secret]"');
  expect(error.message).not.toContain("canary-secret-value!");
});
