/**
 * Values of vCluster's chart (0.36.1, chart/values.yaml). What is not said here is the chart's default: no object of the whole cluster is synced either
 * way, so that the chart makes no ClusterRole, pods are placed by the cluster's own scheduler, and a pod's priority class does not leave the virtual
 * cluster.
 */
import type { DeploymentTests } from "../../pipeline/model";

/** Stands for the registry's name, which the script knows. */
export const REGISTRY_PLACEHOLDER = "{registry}";

/** Port of the runner at which the virtual cluster's API server answers; its certificate is for localhost. */
export const VIRTUAL_PORT = 8443;

/** CPU, memory and storage of the control plane: requests that a quota can count. */
const CONTROL_PLANE = { requests: { cpu: "500m", memory: "1Gi", "ephemeral-storage": "1Gi" }, limits: { memory: "4Gi", "ephemeral-storage": "10Gi" } };

interface ImageValues {
  readonly registry: string;
  readonly repository: string;
  /** With the digest: the chart joins repository and tag with a colon. */
  readonly tag: string;
}

/** The chart's values; each image of the registry, by digest. */
export function virtualClusterValues({ virtualCluster: { images } }: DeploymentTests): object {
  return {
    sync: {
      toHost: {
        pods: {
          // Filled in by the script: images of charts, by where they are cached.
          translateImage: {},
          rewriteHosts: { enabled: true, initContainer: { image: imageValues(images.hosts) } },
        },
      },
    },
    controlPlane: {
      distro: { k8s: { enabled: true, image: imageValues(images.kubernetes) } },
      coredns: { deployment: { image: `${REGISTRY_PLACEHOLDER}/${images.dns}` } },
      statefulSet: {
        image: imageValues(images.controlPlane),
        resources: CONTROL_PLANE,
        // It lives as long as the run: no claim, and nothing is left.
        persistence: { volumeClaim: { enabled: false } },
      },
    },
    exportKubeConfig: { server: `https://localhost:${VIRTUAL_PORT}` },
    // Its rights are a ClusterRole of the stack, bound by the run: whoever makes a Role needs every right in it himself.
    rbac: { role: { enabled: false }, clusterRole: { enabled: false } },
    // The namespace has its own.
    policies: { resourceQuota: { enabled: false }, limitRange: { enabled: false }, networkPolicy: { enabled: false } },
    telemetry: { enabled: false },
  };
}

function imageValues(reference: string): ImageValues {
  const colon = reference.indexOf(":");
  return { registry: REGISTRY_PLACEHOLDER, repository: reference.slice(0, colon), tag: reference.slice(colon + 1) };
}
