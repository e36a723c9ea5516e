/** What a Release is refused for before any cluster is asked. */
import { releaseDefaults, releaseFindings, releaseSchema, type ReleaseInputs } from "../../../sandbox/kubernetes/helm/inputs";
import type { Properties } from "../../../sandbox/provider/kind";
import { infoOf } from "./support";

const charts = "oci://ghcr.io/actions/actions-runner-controller-charts";
const values = (over: Properties): Properties => ({
  githubConfigUrl: "https://github.com/ai-dynamo/dynamo",
  githubConfigSecret: "app",
  controllerServiceAccount: { namespace: "arc-system", name: "arc" },
  ...over,
});
const set = (over: Properties = {}, valuesOver: Properties = {}): ReleaseInputs =>
  ({ chart: `${charts}/gha-runner-scale-set`, name: "gpu-v1", namespace: "arc", version: "0.15.1", values: values(valuesOver), ...over }) as ReleaseInputs;
const controller = (valuesOver: Properties): ReleaseInputs => set({ chart: `${charts}/gha-runner-scale-set-controller`, values: valuesOver });
const plugin = (over: Properties, valuesOver: Properties = {}): ReleaseInputs =>
  set({ chart: "nvidia-device-plugin", version: "0.20.0", repositoryOpts: { repo: "https://nvidia.github.io/k8s-device-plugin" }, values: valuesOver, ...over });

it.each([
  ["a scale set", set()],
  ["a scale set with everything bounded", set({ name: "a".repeat(45) }, { minRunners: 3, maxRunners: 3 })],
  ["a controller", controller({ metrics: { controllerManagerAddr: ":8080", listenerAddr: ":8080", listenerEndpoint: "/metrics" }, flags: { logLevel: "info" } })],
  ["a device plugin", plugin({}, { failOnInitError: true })],
])("accepts %s", (_, inputs) => {
  expect(releaseSchema.safeParse(inputs).success).toBe(true);
  expect(releaseFindings(inputs)).toEqual([]);
});

it.each<[string, ReleaseInputs, string, string]>([
  ["an unknown chart", set({ chart: "nginx" }), "chart", `"nginx" is not known to the sandbox; it knows ${charts}/gha-runner-scale-set-controller, ${charts}/gha-runner-scale-set, nvidia-device-plugin`],
  ["a version that was not published", set({ version: "0.16.9" }), "version", '"0.16.9" of chart gha-runner-scale-set cannot be rehearsed: the sandbox models 0.14.2, 0.15.0, 0.15.1. It may well exist; `make charts` lets Helm itself install it'],
  ["a repository beside an OCI reference", set({ repositoryOpts: { repo: "https://x.example" } }), "repositoryOpts.repo", `has to be left out: ${charts}/gha-runner-scale-set names its registry itself`],
  ["a chart without its repository", plugin({ repositoryOpts: undefined }), "repositoryOpts.repo", "has to be https://nvidia.github.io/k8s-device-plugin for chart nvidia-device-plugin"],
  ["a name of 46 characters", set({ name: "a".repeat(46) }), "name", `"${"a".repeat(46)}" has 46 characters; a scale set's name has at most 45`],
  ["a set name of 46 characters", set({}, { runnerScaleSetName: "b".repeat(46) }), "values.runnerScaleSetName", `"${"b".repeat(46)}" has 46 characters; a scale set's name has at most 45`],
  ["min above max", set({}, { minRunners: 5, maxRunners: 4 }), "values.maxRunners", "is 4, less than minRunners, which is 5"],
  ["an unknown value", set({}, { maxRunner: 4 }), "values.maxRunner", "is no value of this chart"],
  ["an unknown value deep down", controller({ flags: { updateStrategy: "eventual" } }), "values.flags.updateStrategy", "is no value of this chart"],
  ["no controller", set({}, { controllerServiceAccount: undefined }), "values.controllerServiceAccount", "Invalid input: expected object, received undefined"],
  ["no container called runner", set({}, { template: { spec: { containers: [{ name: "main" }] } } }), "values.template.spec.containers", "exactly one has to be called runner; there are main"],
  ["a listener under another name", set({}, { listenerTemplate: { spec: { containers: [{ name: "sidecar" }] } } }), "values.listenerTemplate.spec.containers", "one has to be called listener; there are sidecar"],
  ["kubernetes mode without a volume", set({}, { containerMode: { type: "kubernetes" } }), "values.containerMode.kubernetesModeWorkVolumeClaim", "is required when containerMode.type is kubernetes"],
  ["a volume without kubernetes mode", set({}, { containerMode: { type: "dind", kubernetesModeWorkVolumeClaim: {} } }), "values.containerMode.kubernetesModeWorkVolumeClaim", "is used only when containerMode.type is kubernetes"],
  ["the default service account", controller({ serviceAccount: { name: "default" } }), "values.serviceAccount.name", 'cannot be "default"'],
  ["a foreign account without a name", controller({ serviceAccount: { create: false } }), "values.serviceAccount.name", "is required when serviceAccount.create is false"],
  ["metrics without a port", controller({ metrics: { controllerManagerAddr: ":http", listenerAddr: ":8080", listenerEndpoint: "/metrics" } }), "values.metrics.controllerManagerAddr", "has to end with a numeric port"],
  ["the device plugin in default", plugin({ namespace: "default" }), "namespace", 'is "default", which the chart refuses unless values.allowDefaultNamespace is true'],
  ["feature discovery, a chart of its own", plugin({}, { gfd: { enabled: true } }), "values.gfd.enabled", "installs the chart node-feature-discovery, which is not known to the sandbox"],
  ["feature discovery by itself", plugin({}, { nfd: { enabled: true } }), "values.nfd.enabled", "installs the chart node-feature-discovery, which is not known to the sandbox"],
  ["two sources of plugin settings", plugin({}, { config: { name: "a", map: { b: "" } } }), "values.config", "has both name and map; the chart takes one of them"],
  ["plugin settings that nothing picks", plugin({}, { config: { map: { a: "", b: "" } } }), "values.config.default", "is required: none of the fallback strategies named, single picks one of a, b"],
])("refuses %s", (_, inputs, property, reason) => {
  expect(releaseFindings(inputs)).toEqual([{ property, reason }]);
});

it("reports every finding at once", () => {
  expect(releaseFindings(set({ name: "a".repeat(46), version: "1" }, { minRunners: 2, maxRunners: 1 })).map(({ property }) => property)).toEqual(["version", "name", "values.maxRunners"]);
});

it.each(["verify", "postrender", "valueYamlFiles", "devel"])("does not take %s, which would need the chart itself", (input) => {
  expect(releaseSchema.safeParse({ ...set(), [input]: "x" }).error?.issues).toMatchObject([{ code: "unrecognized_keys", keys: [input] }]);
});

it("keeps a generated name, and waits five minutes unless told not to wait", () => {
  const info = infoOf("kubernetes:helm.sh/v3:Release", "gpu");
  expect(releaseDefaults({}, info)).toEqual({ name: expect.stringMatching(/^gpu-[0-9a-f]{8}$/), timeout: 300 });
  expect(releaseDefaults({ skipAwait: true }, { ...info, oldInputs: { name: "gpu-00000000" } })).toEqual({ name: "gpu-00000000" });
  expect(releaseDefaults({ name: "gpu", timeout: 10 }, info)).toEqual({});
});
