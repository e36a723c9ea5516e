/** Drift as a pure function, names, tokens, replacement rules and kubeconfigs. */
import fc from "fast-check";
import type { KubernetesClient } from "../../../sandbox/kubernetes/client";
import { kubeconfigWithLogin, readKubeconfig } from "../../../sandbox/kubernetes/cluster/kubeconfig";
import { annotationFindings } from "../../../sandbox/kubernetes/objects/annotations";
import { driftedInputs, toApiNames, toBody, toSdkNames, type ObjectInputs } from "../../../sandbox/kubernetes/objects/inputs";
import { objectKind } from "../../../sandbox/kubernetes/objects/kind";
import { managerOf, withName } from "../../../sandbox/kubernetes/objects/naming";
import { replacingData, replacingPaths } from "../../../sandbox/kubernetes/objects/replacement";
import { kindOfToken } from "../../../sandbox/kubernetes/token";
import { infoOf } from "./support";

const inputsOf = (rest: object): ObjectInputs => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x" }, ...rest });

describe("driftedInputs", () => {
  it("is the inputs themselves while the object is as it was written, whatever the server made of it", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.dictionary(fc.string(), fc.jsonValue()), (spec, live) => {
        const inputs = inputsOf({ spec });
        expect(driftedInputs(inputs, live, structuredClone(live))).toEqual(inputs);
      }),
    );
  });

  it("is what the cluster holds at every key of the program, when the server keeps what it is sent", () => {
    const data = fc.dictionary(fc.constantFrom("a", "b", "c"), fc.string(), { minKeys: 1 });
    fc.assert(
      fc.property(data, data, (written, now) => {
        const found = driftedInputs(inputsOf({ data: written }), inputsOf({ data: written }), inputsOf({ data: now }));
        const expected = Object.fromEntries(Object.keys(written).filter((key) => key in now).map((key) => [key, now[key]]));
        expect(found["data"]).toEqual(expected);
      }),
    );
  });

  it.each([
    ["an element that the server had added", ["a"], ["a", "default"], ["a", "default"], ["a"]],
    ["an element that somebody added", ["a"], ["a"], ["a", "b"], ["a", "b"]],
    ["an element that somebody removed", ["a", "b"], ["a", "b"], ["a"], ["a"]],
    ["no deletion of what was empty", [], [], undefined, []],
    ["another spelling beside a change", ["0.5", "1"], ["500m", "1"], ["500m", "2"], ["0.5", "2"]],
  ])("sees %s", (_, input, before, now, expected) => {
    expect(driftedInputs(inputsOf({ list: input }), { list: before }, now === undefined ? {} : { list: now })["list"]).toEqual(expected);
  });
});

describe("bodies", () => {
  it("send stringData as data, over the same key of data", () => {
    const secret: ObjectInputs = { apiVersion: "v1", kind: "Secret", metadata: { name: "s" }, data: { a: "MQ==", b: "Mg==" }, stringData: { b: "two" } };
    expect(toBody(secret, { root: "/api/v1", plural: "secrets", namespaced: true }, "space")).toEqual({
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s", namespace: "space" },
      data: { a: "MQ==", b: "dHdv" },
    });
  });

  it("give objects of the whole cluster no namespace", () => {
    expect(toBody(inputsOf({}), { root: "/api/v1", plural: "nodes", namespaced: false }, "space").metadata).toEqual({ name: "x" });
  });

  it("name the fields of definitions as the API does, and back", () => {
    const sdk = { schema: [{ x_kubernetes_list_map_keys: ["x_kubernetes_stays"] }] };
    expect(toApiNames(sdk)).toEqual({ schema: [{ "x-kubernetes-list-map-keys": ["x_kubernetes_stays"] }] });
    expect(toSdkNames(toApiNames(sdk))).toEqual(sdk);
  });
});

describe("names", () => {
  const info = { ...infoOf("kubernetes:core/v1:ConfigMap", "settings"), seed: "00ff" };

  it("are made of the logical name and eight digits, the same for one seed", () => {
    const named = withName({}, info);
    expect(named).toEqual({ metadata: { name: expect.stringMatching(/^settings-[0-9a-f]{8}$/), annotations: { "pulumi.com/autonamed": "true" } } });
    expect(withName({}, info)).toEqual(named);
    expect(withName({}, { ...info, seed: "01ff" })).not.toEqual(named);
  });

  it("stay when they were generated, and go when they were given", () => {
    const generated = withName({ metadata: { labels: { a: "b" } } as never }, info);
    expect(withName({}, { ...info, seed: "01ff", oldInputs: generated }).metadata?.name).toBe(generated.metadata?.name);
    expect(withName({}, { ...info, oldInputs: { metadata: { name: "given" } } }).metadata?.name).toMatch(/^settings-/);
  });

  it("are left alone where the program gives one, or nothing is known yet", () => {
    expect(withName({ metadata: { name: "given" } }, info)).toEqual({});
    expect(withName({ metadata: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" as never }, info)).toEqual({});
  });

  it("give each resource a field manager of its own", () => {
    expect(managerOf(info)).toMatch(/^pulumi-kubernetes-[0-9a-f]{8}$/);
    expect(managerOf(info)).not.toBe(managerOf(infoOf("kubernetes:core/v1:ConfigMap", "other")));
  });
});

describe("replacement", () => {
  const mutable = { secretMutable: true, configMapMutable: true } as KubernetesClient;

  it.each([
    ["kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", ["roleRef"]],
    ["kubernetes:core/v1:Service", ["spec.clusterIP"]],
    ["kubernetes:batch/v1:Job", ["spec.selector", "spec.completions", "spec.parallelism", "spec.template"]],
    ["kubernetes:batch/v1:CronJob", []],
    ["kubernetes:core/v1:ResourceQuota", ["spec.scopes"]],
  ])("of %s", (token, paths) => {
    expect(replacingPaths(kindOfToken(token)!)).toEqual(["metadata.name", "metadata.namespace", ...paths]);
  });

  it.each([
    ["Secret", {}, undefined, ["data", "stringData"]],
    ["Secret", {}, mutable, []],
    ["Secret", { immutable: true }, mutable, ["data", "stringData"]],
    ["ConfigMap", {}, undefined, ["data", "binaryData"]],
    ["ConfigMap", {}, mutable, []],
  ])("of the data of a %s with %j", (kind, rest, client, paths) => {
    expect(replacingData({ group: "", version: "v1", kind }, inputsOf(rest), client)).toEqual(paths);
  });

  it("deletes first only what keeps its name", () => {
    const kind = objectKind("kubernetes:core/v1:ConfigMap", { group: "", version: "v1", kind: "ConfigMap" });
    const deletesFirst = kind.deleteBeforeReplace as (inputs: ObjectInputs, old: ObjectInputs) => boolean;
    expect(deletesFirst(inputsOf({}), inputsOf({}))).toBe(true);
    expect(deletesFirst(inputsOf({ metadata: { name: "y" } }), inputsOf({}))).toBe(false);
    const generated = inputsOf({ metadata: { name: "x", annotations: { "pulumi.com/autonamed": "true" } } });
    expect(deletesFirst(generated, generated)).toBe(false);
  });
});

it.each([
  ["kubernetes:core/v1:Namespace", { group: "", version: "v1", kind: "Namespace" }],
  ["kubernetes:admissionregistration.k8s.io/v1beta1:MutatingAdmissionPolicy", { group: "admissionregistration.k8s.io", version: "v1beta1", kind: "MutatingAdmissionPolicy" }],
  ["kubernetes:core/v1:NamespaceList", undefined],
  ["kubernetes:core/v1:NamespacePatch", undefined],
  ["kubernetes:helm.sh/v4:Chart", undefined],
  ["kubernetes:yaml:ConfigFile", undefined],
  ["aws:ecr/repository:Repository", undefined],
])("token %s", (token, expected) => {
  expect(kindOfToken(token)).toEqual(expected);
});

it("holds annotations to the provider to those it follows", () => {
  const annotations = { "example.com/a": "b", "pulumi.com/skipAwait": "true", "pulumi.com/waitFor": "condition=Ready", "pulumi.com/timeoutSeconds": "5m", "pulumi.com/deletionPropagationPolicy": "later" };
  expect(annotationFindings(inputsOf({ metadata: { name: "x", annotations } })).map(({ property }) => property)).toEqual([
    'metadata.annotations["pulumi.com/waitFor"]',
    'metadata.annotations["pulumi.com/timeoutSeconds"]',
    'metadata.annotations["pulumi.com/deletionPropagationPolicy"]',
  ]);
});

describe("the schema of objects", () => {
  const schema = objectKind("kubernetes:core/v1:ConfigMap", { group: "", version: "v1", kind: "ConfigMap" }).schema;
  it.each([
    ["an unknown field of the metadata", inputsOf({ metadata: { name: "x", lables: {} } }), ["metadata"]],
    ["a name that the server generates", inputsOf({ metadata: { generateName: "x-" } }), ["metadata.name", "metadata"]],
    ["a label that is no text", inputsOf({ metadata: { name: "x", labels: { a: 1 } } }), ["metadata.labels.a"]],
    ["a status", inputsOf({ status: {} }), ["status"]],
    ["another kind", { ...inputsOf({}), kind: "Secret" }, ["kind"]],
  ])("refuses %s", (_, inputs, paths) => {
    expect(schema.safeParse(inputs).error?.issues.map(({ path }) => path.join("."))).toEqual(paths);
  });
});

describe("kubeconfigs", () => {
  const written = kubeconfigWithLogin([{ name: "a", server: "https://127.0.0.1:1", authority: "PEM a" }, { name: "b", server: "https://127.0.0.1:2", authority: "PEM b" }], "/bin/kubelogin");

  it("are read by context", () => {
    expect(readKubeconfig(written)).toEqual({ name: "a", server: "https://127.0.0.1:1", authority: "PEM a", exec: { command: "/bin/kubelogin", args: ["get-token"] } });
    expect(readKubeconfig(written, "b").server).toBe("https://127.0.0.1:2");
  });

  it.each([
    ["another context", () => readKubeconfig(written, "c"), 'kubeconfig: no context is called "c"; there are "a", "b"'],
    ["no clusters and no users", () => readKubeconfig("contexts: [{name: a, context: {cluster: a, user: a}}]"), "kubeconfig: clusters: Invalid input: expected array, received undefined; users: Invalid input: expected array, received undefined"],
    ["something else", () => readKubeconfig("[1"), "kubeconfig: not YAML: Flow sequence must end with a ] at line 1, column 3:"],
  ])("refuse %s", (_, read, message) => {
    expect(read).toThrow(new Error(message));
  });
});
