/**
 * The objects that chart `gha-runner-scale-set` makes of its values, one by one as its templates do.
 * Source: charts/gha-runner-scale-set/templates of actions/actions-runner-controller, 0.14.2; `make charts-judged` compares with Helm's own rendering.
 */
import type { KubernetesObject } from "../../api";
import { present, type ReleaseFacts } from "./chart";
import { templateSpec } from "./runnerTemplate";
import type { ScaleSetValues } from "./scaleSet";

/** Only the controller takes them off, once the scale set is gone: without a controller these objects stay for ever. */
export const cleanupFinalizer = "actions.github.com/cleanup-protection";

type Meta = keyof NonNullable<ScaleSetValues["resourceMeta"]>;
type Texts = Readonly<Record<string, string>>;

const rbac = "rbac.authorization.k8s.io";
const rule = (apiGroup: string, resources: readonly string[], verbs: readonly string[]): object => ({ apiGroups: [apiGroup], resources, verbs });
const everyVerb = ["create", "delete", "get", "list", "patch", "update"];
const allButList = ["create", "delete", "get", "patch", "update"];

/** Objects in the order in which Helm installs them. */
export function scaleSetObjects(release: ReleaseFacts): readonly KubernetesObject[] {
  const chart = new Rendering(release);
  return [...chart.account(), ...chart.credential(), ...chart.roles(), ...chart.bindings(), chart.runnerSet()];
}

/** True where the chart gives runners the rights of container hooks. */
export function inKubernetesMode(values: ScaleSetValues): boolean {
  return values.containerMode?.type === "kubernetes" || values.containerMode?.type === "kubernetes-novolume";
}

/** The service account of a set's runners: the named one, or the one that the chart makes. */
export function runnerAccount(setName: string, values: ScaleSetValues): string {
  const made = `${fullName(setName).replaceAll("_", "-")}-${inKubernetesMode(values) ? "kube-mode" : "no-permission"}`;
  return values.template?.spec.serviceAccountName || made;
}

function fullName(setName: string): string {
  return `${setName}-gha-rs`.slice(0, 63).replace(/-$/, "");
}

class Rendering {
  private readonly values: ScaleSetValues;
  private readonly name: string;
  private readonly namespace: string;
  /** True where the chart makes the runners' account, and in Kubernetes mode its rights. */
  private readonly ownAccount: boolean;

  constructor(private readonly release: ReleaseFacts) {
    this.values = release.values as ScaleSetValues;
    this.name = this.values.runnerScaleSetName || release.name;
    this.namespace = this.values.namespaceOverride || release.namespace;
    this.ownAccount = !this.values.template?.spec.serviceAccountName;
  }

  account(): readonly KubernetesObject[] {
    if (!this.ownAccount) return [];
    const meta = this.kubernetesMode ? "kubernetesModeServiceAccount" : "noPermissionServiceAccount";
    return [this.object("v1", "ServiceAccount", this.accountName, meta, {})];
  }

  credential(): readonly KubernetesObject[] {
    const { githubConfigSecret } = this.values;
    if (typeof githubConfigSecret === "string") return [];
    const data = Object.fromEntries(Object.entries(githubConfigSecret).map(([key, value]) => [key, Buffer.from(value).toString("base64")]));
    return [this.object("v1", "Secret", this.secretName, "githubConfigSecret", { data })];
  }

  roles(): readonly KubernetesObject[] {
    const manager = [
      rule("", ["pods"], ["create", "delete", "get"]),
      rule("", ["pods/status"], ["get"]),
      rule("", ["secrets"], everyVerb),
      rule("", ["serviceaccounts"], everyVerb),
      rule(rbac, ["rolebindings"], allButList),
      rule(rbac, ["roles"], allButList),
      ...(this.values.githubServerTLS === undefined ? [] : [rule("", ["configmaps"], ["get"])]),
    ];
    return [...this.kubeMode("Role", "kubernetesModeRole", { rules: this.kubeModeRules() }), this.manager("Role", "managerRole", { rules: manager })];
  }

  bindings(): readonly KubernetesObject[] {
    const { name, namespace } = this.values.controllerServiceAccount;
    const bound = (role: string, account: string, home: string): object => ({
      roleRef: { apiGroup: rbac, kind: "Role", name: role },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: home }],
    });
    return [
      ...this.kubeMode("RoleBinding", "kubernetesModeRoleBinding", bound(this.part("kube-mode"), this.accountName, this.namespace)),
      this.manager("RoleBinding", "managerRoleBinding", bound(this.part("manager"), name, namespace)),
    ];
  }

  /** Without the chart's hash of all values, its own defaults included: only the chart has these. */
  runnerSet(): KubernetesObject {
    const { values } = this;
    const meta = values.resourceMeta?.autoscalingRunnerSet;
    const allowed = (annotations: Texts = {}): Texts => Object.fromEntries(Object.entries(annotations).filter(([key]) => !key.startsWith("actions.github.com/cleanup-") && key !== "actions.github.com/values-hash"));
    return {
      apiVersion: "actions.github.com/v1alpha1",
      kind: "AutoscalingRunnerSet",
      metadata: {
        name: this.name.replaceAll("_", "-"),
        namespace: this.namespace,
        labels: { ...this.ownLabels({ ...values.labels, ...meta?.labels }), "app.kubernetes.io/component": "autoscaling-runner-set", ...this.labels() },
        annotations: { ...allowed(values.annotations), ...allowed(meta?.annotations), ...this.cleanups() },
      },
      spec: this.runnerSetSpec(),
    };
  }

  private runnerSetSpec(): Record<string, unknown> {
    const { values } = this;
    const { keyVault } = values;
    const certificate = values.githubServerTLS?.certificateFrom;
    return present({
      githubConfigUrl: values.githubConfigUrl.replace(/\/$/, ""),
      githubConfigSecret: this.secretName,
      runnerGroup: values.runnerGroup,
      runnerScaleSetName: values.runnerScaleSetName,
      runnerScaleSetLabels: values.scaleSetLabels,
      githubServerTLS: certificate === undefined ? undefined : { certificateFrom: certificate },
      vaultConfig: keyVault === undefined ? undefined : present({ type: keyVault.type, proxy: keyVault.proxy, azureKeyVault: keyVault.azureKeyVault }),
      proxy: values.proxy,
      maxRunners: values.maxRunners,
      minRunners: values.minRunners,
      listenerTemplate: values.listenerTemplate,
      listenerMetrics: values.listenerMetrics,
      ...this.childMetadata(),
      template: { ...(values.template?.metadata === undefined ? {} : { metadata: values.template.metadata }), spec: templateSpec(values, this.accountName) },
    });
  }

  /** Metadata of what the controller makes; the key of the listener's is the only one without its suffix. */
  private childMetadata(): Record<string, unknown> {
    const of = this.values.resourceMeta ?? {};
    const children = ["listenerServiceAccount", "listenerRole", "listenerRoleBinding", "listenerConfigSecret", "ephemeralRunnerSet", "ephemeralRunner", "ephemeralRunnerConfigSecret"] as const;
    return { autoscalingListener: of.autoscalingListener, ...Object.fromEntries(children.map((child) => [`${child}Metadata`, of[child]])) };
  }

  /** What the controller takes the finalizer from when the set goes. */
  private cleanups(): Texts {
    const key = (what: string): string => `actions.github.com/cleanup-${what}`;
    const made = this.kubernetesMode
      ? { [key("kubernetes-mode-role-binding-name")]: this.part("kube-mode"), [key("kubernetes-mode-role-name")]: this.part("kube-mode"), [key("kubernetes-mode-service-account-name")]: this.accountName }
      : { [key("no-permission-service-account-name")]: this.accountName };
    return {
      ...(typeof this.values.githubConfigSecret === "string" ? {} : { [key("github-secret-name")]: this.secretName }),
      [key("manager-role-binding")]: this.part("manager"),
      [key("manager-role-name")]: this.part("manager"),
      ...(this.ownAccount ? made : {}),
    };
  }

  /** What container hooks ask for; without shared volumes they start no Job to fill them. */
  private kubeModeRules(): readonly object[] {
    return [
      rule("", ["pods"], ["get", "list", "create", "delete"]),
      rule("", ["pods/exec"], ["get", "create"]),
      rule("", ["pods/log"], ["get", "list", "watch"]),
      ...(this.values.containerMode?.type === "kubernetes" ? [rule("batch", ["jobs"], ["get", "list", "create", "delete"])] : []),
      rule("", ["secrets"], ["get", "list", "create", "delete"]),
      ...(this.values.containerMode?.kubernetesModeAdditionalRoleRules ?? []),
    ];
  }

  private get kubernetesMode(): boolean {
    return inKubernetesMode(this.values);
  }

  private get accountName(): string {
    return runnerAccount(this.name, this.values);
  }

  private get secretName(): string {
    const { githubConfigSecret } = this.values;
    return typeof githubConfigSecret === "string" ? githubConfigSecret : `${fullName(this.name).replaceAll("_", "-")}-github-secret`;
  }

  private part(suffix: string): string {
    return `${fullName(this.name)}-${suffix}`;
  }

  private kubeMode(kind: string, meta: Meta, body: object): readonly KubernetesObject[] {
    return this.ownAccount && this.kubernetesMode ? [this.object(`${rbac}/v1`, kind, this.part("kube-mode"), meta, body)] : [];
  }

  private manager(kind: "Role" | "RoleBinding", meta: Meta, body: object): KubernetesObject {
    const component = kind === "Role" ? "manager-role" : "manager-role-binding";
    return this.object(`${rbac}/v1`, kind, this.part("manager"), meta, body, { "app.kubernetes.io/component": component });
  }

  private object(apiVersion: string, kind: string, name: string, meta: Meta, body: object, more: Texts = {}): KubernetesObject {
    const of = this.values.resourceMeta?.[meta];
    const annotations = { ...this.values.annotations, ...of?.annotations };
    return {
      apiVersion,
      kind,
      metadata: {
        name,
        namespace: this.namespace,
        labels: { ...this.ownLabels(this.values.labels), ...of?.labels, ...this.labels(), ...more },
        ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
        finalizers: [cleanupFinalizer],
      },
      ...body,
    };
  }

  /** Labels of the values, without those that the chart keeps for itself. */
  private ownLabels(labels: Texts = {}): Texts {
    const reserved = [...Object.keys(this.labels()), "app.kubernetes.io/component"];
    return Object.fromEntries(Object.entries(labels).filter(([key]) => !reserved.includes(key) && !key.startsWith("actions.github.com/")));
  }

  private labels(): Texts {
    const { version } = this.release;
    return {
      "helm.sh/chart": `gha-rs-${version}`.replaceAll("+", "_").slice(0, 63).replace(/-$/, ""),
      "app.kubernetes.io/name": this.name,
      "app.kubernetes.io/instance": this.name,
      "app.kubernetes.io/version": version,
      "app.kubernetes.io/managed-by": "Helm",
      "app.kubernetes.io/part-of": "gha-rs",
      "actions.github.com/scale-set-name": this.name,
      "actions.github.com/scale-set-namespace": this.namespace,
    };
  }
}
