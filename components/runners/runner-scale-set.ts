/**
 * One runner scale set: a namespace that holds nothing else, its limits, its way to GitHub, and the release; where jobs get pods of their own, a second
 * namespace for these.
 *
 * Names are given, not taken from what was made, and `dependsOn` keeps the order: at the preview of a cluster that does not exist yet, nothing is
 * known of what it will hold, so a policy could judge neither a release nor a binding that is made from it.
 */
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { ConfigMap, Secret } from "@pulumi/kubernetes/core/v1";
import { Release } from "@pulumi/kubernetes/helm/v3";
import { Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type { input } from "@pulumi/kubernetes/types";
import { jobNamespace, podLimits, podNamespace } from "./job-namespace";
import { jobNamespaceOf, namespaceOf } from "./namespaces";
import { jobPodTemplate, listenerPod, podSecurity, quota, runnerPod, type RunnerImages } from "./runner-pods";
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
  /** Namespace and service accounts of the cleaners, which get the rights that they need here. */
  cleaners: { readonly namespace: string; readonly failedRunners: string; readonly abandonedJobs: string };
  /** What has to be in force before runners register, and may go only after they are gone: above all, the controller. */
  after: pulumi.Resource[];
}

const SECRET_NAME = "github-app";

/** Hexadecimal digits of a template's hash in its name, as many as Pulumi's own suffixes have. */
const HASH_DIGITS = 8;

/** One runner scale set of Actions Runner Controller: namespaces, the app's key, account, quota and the chart's release. */
export class RunnerScaleSet extends pulumi.ComponentResource {
  private readonly namespaceName: string;

  constructor(
    private readonly name: string,
    private readonly args: RunnerScaleSetArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("gpu-cicd:runners:RunnerScaleSet", name, {}, opts);

    this.namespaceName = namespaceOf(args.set.runnerClass.label);
    const within = { parent: this, dependsOn: podNamespace(name, this.namespaceName, podSecurity(args.set), {}, { parent: this }) };
    const limits = podLimits(name, this.namespaceName, quota(args.set), within);
    const secret = this.secret(within);
    const inContainers = args.set.mode === "container";
    const hookTemplate = inContainers ? this.hookTemplate(within) : undefined;
    const jobs = inContainers ? jobNamespace(name, args.set, within, { parent: this }) : [];
    this.letCleanersIn(within, jobs);
    this.release(hookTemplate?.name, [...limits, secret, ...(hookTemplate === undefined ? [] : [hookTemplate.template]), ...jobs, ...args.after]);
    this.registerOutputs({});
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

  private letCleanersIn(within: pulumi.CustomResourceOptions, jobs: pulumi.Resource[]): void {
    const { failedRunners, abandonedJobs } = this.args.cleaners;
    const own = this.namespaceName;
    this.letIn("cleaner", failedRunners, own, [{ apiGroups: ["actions.github.com"], resources: ["ephemeralrunners"], verbs: ["delete", "list"] }], within);
    if (jobs.length === 0) return;
    this.letIn("job-cleaner-runners", abandonedJobs, own, [{ apiGroups: ["actions.github.com"], resources: ["ephemeralrunners"], verbs: ["list"] }], within);
    const left = [{ apiGroups: [""], resources: ["pods", "secrets"], verbs: ["delete", "list"] }];
    this.letIn("job-cleaner", abandonedJobs, jobNamespaceOf(this.args.set.runnerClass.label), left, { parent: this, dependsOn: jobs });
  }

  /** Gives a cleaner's account rights in a namespace. */
  private letIn(part: string, account: string, namespace: string, rules: input.rbac.v1.PolicyRule[], within: pulumi.CustomResourceOptions): void {
    const metadata = { name: account, namespace };
    const role = new Role(`${this.name}-${part}-role`, { metadata, rules }, within);
    new RoleBinding(
      `${this.name}-${part}-binding`,
      {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: account },
        subjects: [{ kind: "ServiceAccount", name: account, namespace: this.args.cleaners.namespace }],
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
