/** One runner scale set: a namespace that holds nothing else, its limits, its way to GitHub, and the release. */
import * as pulumi from "@pulumi/pulumi";
import { ConfigMap, LimitRange, Namespace, ResourceQuota, Secret } from "@pulumi/kubernetes/core/v1";
import { Release } from "@pulumi/kubernetes/helm/v3";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import { jobPodTemplate, listenerPod, podSecurity, quota, runnerPod, runnerTraffic, type RunnerImages } from "./runner-pods";
import type { ScaleSet } from "./runner-mode";
import { CHARTS, type ScaleSetValues } from "./values";

export interface RunnerScaleSetArgs {
  /** The runner class, its node pool and its mode. */
  set: ScaleSet;
  images: RunnerImages;
  /** URL of the organisation whose jobs it takes. */
  githubConfigUrl: string;
  /** Id of the GitHub App with which runners register. */
  appId: number;
  /** Installation of that app in the organisation. */
  installationId: number;
  /** Private key of that app, PEM. */
  privateKey: pulumi.Input<string>;
  /** Version of the chart: the controller's. */
  version: string;
  /** Service account of the controller. */
  controller: { readonly namespace: pulumi.Input<string>; readonly account: string };
  /** Service account of the cleaner of failed runners; it gets the right to list and delete them here. */
  cleaner: { readonly namespace: pulumi.Input<string>; readonly account: pulumi.Input<string> };
  /** What has to be in force before runners register, and may go only after they are gone: above all, the controller. */
  after: pulumi.Resource[];
}

/** Marks namespaces of runners; admission judges pods in these. */
export const RUNNER_NAMESPACE_LABEL = "gpu-cicd/runners";

const SECRET_NAME = "github-app";

/** Containers that bring no request of their own (service containers, the hooks' helpers) get these, as a quota takes no pod without. */
const DEFAULT_REQUEST = { cpu: "250m", memory: "512Mi", "ephemeral-storage": "2Gi" };
const DEFAULT_LIMIT = { cpu: "1", memory: "2Gi", "ephemeral-storage": "8Gi" };

/** Namespace of a scale set: at most 46 of the 63 characters that a namespace may have. */
export function namespaceOf(label: string): string {
  return `arc-${label}`;
}

export class RunnerScaleSet extends pulumi.ComponentResource {
  constructor(
    private readonly name: string,
    private readonly args: RunnerScaleSetArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("gpu-cicd:runners:RunnerScaleSet", name, {}, opts);

    const namespace = this.namespace();
    const limits = this.limits(namespace);
    const secret = this.secret(namespace);
    const hookTemplate = args.set.mode === "container" ? this.hookTemplate(namespace) : undefined;
    this.letCleanerIn(namespace);
    this.release(namespace, secret, hookTemplate, [...limits, ...args.after]);
    this.registerOutputs({});
  }

  private namespace(): pulumi.Output<string> {
    const { set } = this.args;
    const namespace = new Namespace(
      `${this.name}-namespace`,
      {
        metadata: {
          name: namespaceOf(set.runnerClass.label),
          labels: { [RUNNER_NAMESPACE_LABEL]: "true", "pod-security.kubernetes.io/enforce": podSecurity(set) },
        },
      },
      { parent: this },
    );
    return namespace.metadata.name;
  }

  private limits(namespace: pulumi.Output<string>): pulumi.Resource[] {
    const child = { parent: this };
    const metadata = { name: "runners", namespace };
    return [
      new ResourceQuota(`${this.name}-quota`, { metadata, spec: { hard: quota(this.args.set) } }, child),
      new LimitRange(`${this.name}-limits`, { metadata, spec: { limits: [{ type: "Container", defaultRequest: DEFAULT_REQUEST, default: DEFAULT_LIMIT }] } }, child),
      new NetworkPolicy(`${this.name}-traffic`, { metadata, spec: runnerTraffic() }, child),
    ];
  }

  private secret(namespace: pulumi.Output<string>): Secret {
    const { appId, installationId, privateKey } = this.args;
    return new Secret(
      `${this.name}-github-app`,
      {
        metadata: { name: SECRET_NAME, namespace },
        type: "Opaque",
        stringData: {
          github_app_id: String(appId),
          github_app_installation_id: String(installationId),
          github_app_private_key: pulumi.secret(privateKey),
        },
      },
      { parent: this },
    );
  }

  /** Its name is left to be generated: a new template then gets a new name, and the release with it, instead of changing under running jobs. */
  private hookTemplate(namespace: pulumi.Output<string>): pulumi.Output<string> {
    const template = new ConfigMap(`${this.name}-job-pod`, { metadata: { namespace }, data: jobPodTemplate(this.args.set) }, { parent: this });
    return template.metadata.name;
  }

  private letCleanerIn(namespace: pulumi.Output<string>): void {
    const { cleaner } = this.args;
    const role = new Role(
      `${this.name}-cleaner-role`,
      {
        metadata: { name: "failed-runner-cleaner", namespace },
        rules: [{ apiGroups: ["actions.github.com"], resources: ["ephemeralrunners"], verbs: ["delete", "list"] }],
      },
      { parent: this },
    );
    new RoleBinding(
      `${this.name}-cleaner-binding`,
      {
        metadata: { name: "failed-runner-cleaner", namespace },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: role.metadata.name },
        subjects: [{ kind: "ServiceAccount", name: cleaner.account, namespace: cleaner.namespace }],
      },
      { parent: this },
    );
  }

  private release(namespace: pulumi.Output<string>, secret: Secret, hookTemplate: pulumi.Output<string> | undefined, after: pulumi.Resource[]): void {
    const { set, version } = this.args;
    const values = pulumi.all([secret.metadata.name, hookTemplate, this.args.controller.namespace]).apply((names) => this.values(...names));
    new Release(
      `${this.name}-release`,
      {
        name: set.runnerClass.label,
        namespace,
        chart: `${CHARTS}/gha-runner-scale-set`,
        version,
        values: values as pulumi.Output<Record<string, unknown>>,
        atomic: true,
      },
      { parent: this, dependsOn: after },
    );
  }

  private values(secretName: string, hookTemplate: string | undefined, controllerNamespace: string): ScaleSetValues & Record<string, unknown> {
    const { set, images, githubConfigUrl, controller } = this.args;
    const { label, runnerGroup, minRunners, maxRunners } = set.runnerClass;
    return {
      githubConfigUrl,
      githubConfigSecret: secretName,
      runnerGroup,
      runnerScaleSetName: label,
      minRunners,
      maxRunners,
      ...(set.mode === "container" ? { containerMode: { type: "kubernetes-novolume" } } : {}),
      template: { spec: runnerPod(set, images, hookTemplate) },
      listenerTemplate: { spec: listenerPod() },
      controllerServiceAccount: { namespace: controllerNamespace, name: controller.account },
    };
  }
}
