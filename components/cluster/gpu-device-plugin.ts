/** Makes a node's GPUs known to Kubernetes. AKS installs the driver; the device plugin is the cluster owner's. */
import * as pulumi from "@pulumi/pulumi";
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { Release } from "@pulumi/kubernetes/helm/v3";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1";
import { outwardTraffic } from "../shared/traffic";
import { everyGpuNode } from "./pools";

export interface GpuDevicePluginArgs {
  /** Version of the chart, such as `0.20.0`. */
  version: pulumi.Input<string>;
}

/** Values of the chart `nvidia-device-plugin` that this project sets. */
export interface DevicePluginValues {
  readonly tolerations: readonly object[];
  /** A node must not be offered before its GPUs answer. */
  readonly failOnInitError: boolean;
}

const REPOSITORY = "https://nvidia.github.io/k8s-device-plugin";
const NAMESPACE = "nvidia-device-plugin";

/** NVIDIA's device plugin, by its Helm chart: without it no pod gets a GPU. */
export class GpuDevicePlugin extends pulumi.ComponentResource {
  constructor(name: string, args: GpuDevicePluginArgs, opts: pulumi.ComponentResourceOptions) {
    super("gpu-cicd:cluster:GpuDevicePlugin", name, {}, opts);

    // The plugin mounts the kubelet's socket from its host, which Pod Security allows only at this level.
    const namespace = new Namespace(
      `${name}-namespace`,
      { metadata: { name: NAMESPACE, labels: { "pod-security.kubernetes.io/enforce": "privileged" } } },
      { parent: this },
    );
    const traffic = new NetworkPolicy(`${name}-traffic`, { metadata: { name: "device-plugin", namespace: NAMESPACE }, spec: outwardTraffic() }, { parent: this, dependsOn: namespace });
    const values: DevicePluginValues = { tolerations: everyGpuNode(), failOnInitError: true };
    new Release(
      `${name}-release`,
      {
        name: "nvidia-device-plugin",
        namespace: NAMESPACE,
        chart: "nvidia-device-plugin",
        version: args.version,
        repositoryOpts: { repo: REPOSITORY },
        values,
        atomic: true,
        // A daemon set over pools at zero has no pod to wait for, and a pool that grows meanwhile is no concern of this step.
        skipAwait: true,
      },
      { parent: this, dependsOn: [namespace, traffic] },
    );
    this.registerOutputs({});
  }
}
