/**
 * One runner scale set: a namespace that holds nothing else, its limits, its way to GitHub, and the release.
 *
 * Names are given, not taken from what was made, and `dependsOn` keeps the order: at the preview of a cluster that does not exist yet, nothing is
 * known of what it will hold, so a policy could judge neither a release nor a binding that is made from it.
 */
import { createHash } from "node:crypto";
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
  controller: { readonly namespace: string; readonly account: string };
  /** Service account of the cleaner of failed runners; it gets the right to list and delete them here. */
  cleaner: { readonly namespace: string; readonly account: string };
  /** What has to be in force before runners register, and may go only after they are gone: above all, the controller. */
  after: pulumi.Resource[];
}

/** Marks namespaces of runners; admission judges pods in these. */
export const RUNNER_NAMESPACE_LABEL = "gpu-cicd/runners";

const SECRET_NAME = "github-app";
const CLEANER_ROLE = "failed-runner-cleaner";

/** Hexadecimal digits of a template's hash in its name, as many as Pulumi's own suffixes have. */
const HASH_DIGITS = 8;

/** Containers that bring no request of their own (service containers, the hooks' helpers) get these, as a quota takes no pod without. */
const DEFAULT_REQUEST = { cpu: "250m", memory: "512Mi", "ephemeral-storage": "2Gi" };
const DEFAULT_LIMIT = { cpu: "1", memory: "2Gi", "ephemeral-storage": "8Gi" };

/** Namespace of a scale set: at most 46 of the 63 characters that a namespace may have. */
export function namespaceOf(label: string): string {
  return `arc-${label}`;
}

export class RunnerScaleSet extends pulumi.ComponentResource {
  private readonly namespaceName: string;

  constructor(
    private readonly name: string,
    private readonly args: RunnerScaleSetArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("gpu-cicd:runners:RunnerScaleSet", name, {}, opts);

    this.namespaceName = namespaceOf(args.set.runnerClass.label);
    const within = { parent: this, dependsOn: this.namespace() };
    const limits = this.limits(within);
    const secret = this.secret(within);
    const hookTemplate = args.set.mode === "container" ? this.hookTemplate(within) : undefined;
    this.letCleanerIn(within);
    this.release(hookTemplate?.name, [...limits, secret, ...(hookTemplate === undefined ? [] : [hookTemplate.template]), ...args.after]);
    this.registerOutputs({});
  }

  private namespace(): Namespace {
    const { set } = this.args;
    return new Namespace(
      `${this.name}-namespace`,
      {
        metadata: {
          name: this.namespaceName,
          labels: { [RUNNER_NAMESPACE_LABEL]: "true", "pod-security.kubernetes.io/enforce": podSecurity(set) },
        },
      },
      { parent: this },
    );
  }

  private limits(within: pulumi.CustomResourceOptions): pulumi.Resource[] {
    const metadata = { name: "runners", namespace: this.namespaceName };
    return [
      new ResourceQuota(`${this.name}-quota`, { metadata, spec: { hard: quota(this.args.set) } }, within),
      new LimitRange(`${this.name}-limits`, { metadata, spec: { limits: [{ type: "Container", defaultRequest: DEFAULT_REQUEST, default: DEFAULT_LIMIT }] } }, within),
      new NetworkPolicy(`${this.name}-traffic`, { metadata, spec: runnerTraffic() }, within),
    ];
  }

  private secret(within: pulumi.CustomResourceOptions): Secret {
    const { appId, installationId, privateKey } = this.args;
    return new Secret(
      `${this.name}-github-app`,
      {
        metadata: { name: SECRET_NAME, namespace: this.namespaceName },
        type: "Opaque",
        stringData: {
          github_app_id: String(appId),
          github_app_installation_id: String(installationId),
          github_app_private_key: pulumi.secret(privateKey),
        },
      },
      within,
    );
  }

  /** Named after what it holds: another template gets another name, and the release with it, instead of changing under running jobs. */
  private hookTemplate(within: pulumi.CustomResourceOptions): { readonly name: string; readonly template: ConfigMap } {
    const data = jobPodTemplate(this.args.set);
    const name = `job-pod-${createHash("sha256").update(JSON.stringify(data)).digest("hex").slice(0, HASH_DIGITS)}`;
    return { name, template: new ConfigMap(`${this.name}-job-pod`, { metadata: { name, namespace: this.namespaceName }, data }, within) };
  }

  private letCleanerIn(within: pulumi.CustomResourceOptions): void {
    const { cleaner } = this.args;
    const role = new Role(
      `${this.name}-cleaner-role`,
      {
        metadata: { name: CLEANER_ROLE, namespace: this.namespaceName },
        rules: [{ apiGroups: ["actions.github.com"], resources: ["ephemeralrunners"], verbs: ["delete", "list"] }],
      },
      within,
    );
    new RoleBinding(
      `${this.name}-cleaner-binding`,
      {
        metadata: { name: CLEANER_ROLE, namespace: this.namespaceName },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: CLEANER_ROLE },
        subjects: [{ kind: "ServiceAccount", name: cleaner.account, namespace: cleaner.namespace }],
      },
      { parent: this, dependsOn: role },
    );
  }

  private release(hookTemplate: string | undefined, after: pulumi.Resource[]): void {
    const { set, version } = this.args;
    new Release(
      `${this.name}-release`,
      {
        name: set.runnerClass.label,
        namespace: this.namespaceName,
        chart: `${CHARTS}/gha-runner-scale-set`,
        version,
        values: this.values(hookTemplate),
        atomic: true,
      },
      { parent: this, dependsOn: after },
    );
  }

  private values(hookTemplate: string | undefined): ScaleSetValues & Record<string, unknown> {
    const { set, images, githubConfigUrl, controller } = this.args;
    const { label, runnerGroup, minRunners, maxRunners } = set.runnerClass;
    return {
      githubConfigUrl,
      githubConfigSecret: SECRET_NAME,
      runnerGroup,
      runnerScaleSetName: label,
      minRunners,
      maxRunners,
      ...(set.mode === "container" ? { containerMode: { type: "kubernetes-novolume" } } : {}),
      template: { spec: runnerPod(set, images, hookTemplate) },
      listenerTemplate: { spec: listenerPod() },
      controllerServiceAccount: { namespace: controller.namespace, name: controller.account },
    };
  }
}
