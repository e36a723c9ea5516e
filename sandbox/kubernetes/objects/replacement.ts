/**
 * Which changes of an object need a new object, as the real provider has them: not every field that the API server holds immutable, but
 * a fixed list, and data of Secrets and ConfigMaps unless the provider is told otherwise.
 * Source: provider/pkg/provider/diff.go of pulumi/pulumi-kubernetes v4.
 */
import type { GroupVersionKind } from "../api";
import type { KubernetesClient } from "../client";
import type { ObjectInputs } from "./inputs";

const selector = ["spec.selector"];

const container = ["args", "command", "env", "image", "imagePullPolicy", "lifecycle", "livenessProbe", "ports", "readinessProbe", "resources", "securityContext", "stdin", "stdinOnce", "terminationMessagePath", "terminationMessagePolicy", "tty", "volumeDevices", "volumeMounts", "workingDir"];

const pod = [
  ...["affinity", "automountServiceAccountToken", "dnsConfig", "dnsPolicy", "enableServiceLinks", "hostAliases", "hostIPC", "hostNetwork"],
  ...["hostPID", "hostname", "imagePullSecrets", "nodeName", "nodeSelector", "overhead", "preemptionPolicy", "priority", "priorityClassName"],
  ...["readinessGates", "restartPolicy", "runtimeClassName", "schedulerName", "securityContext", "serviceAccount", "serviceAccountName"],
  ...["shareProcessNamespace", "subdomain", "terminationGracePeriodSeconds", "volumes"],
  ...["containers", "initContainers"].flatMap((list) => container.map((field) => `${list}[*].${field}`)),
].map((field) => `spec.${field}`);

const volumeSources = ["awsElasticBlockStore", "azureDisk", "azureFile", "cephfs", "cinder", "csi", "fc", "flexVolume", "flocker", "gcePersistentDisk", "glusterfs", "hostPath", "iscsi", "local", "nfs", "photonPersistentDisk", "portworxVolume", "quobyte", "rbd", "scaleIO", "storageos", "vsphereVolume"];

/** By group (empty: core) and kind. The versions that Kubernetes still serves all follow the same list. */
const byKind: Readonly<Record<string, readonly string[]>> = {
  "/PersistentVolume": volumeSources.map((source) => `spec.${source}`),
  "/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "/Pod": pod,
  "/ResourceQuota": ["spec.scopes"],
  "/Secret": ["type"],
  "/Service": ["spec.clusterIP"],
  "apps/DaemonSet": selector,
  "apps/Deployment": selector,
  "apps/StatefulSet": [...selector, "spec.podManagementPolicy", "spec.revisionHistoryLimit", "spec.serviceName", "spec.volumeClaimTemplates"],
  "batch/Job": [...selector, "spec.completions", "spec.parallelism", "spec.template"],
  "rbac.authorization.k8s.io/ClusterRoleBinding": ["roleRef"],
  "rbac.authorization.k8s.io/RoleBinding": ["roleRef"],
  "storage.k8s.io/StorageClass": ["parameters", "provisioner"],
};

/** Property paths that replace an object of this kind whatever its inputs. */
export function replacingPaths({ group, kind }: GroupVersionKind): readonly string[] {
  return ["metadata.name", "metadata.namespace", ...(byKind[`${group}/${kind}`] ?? [])];
}

/** Property paths that replace this object besides: its data, where that may not change in place. */
export function replacingData({ group, kind }: GroupVersionKind, inputs: ObjectInputs, client: KubernetesClient | undefined): readonly string[] {
  if (group !== "") return [];
  const immutable = inputs["immutable"] === true;
  if (kind === "Secret" && (immutable || client?.secretMutable !== true)) return ["data", "stringData"];
  if (kind === "ConfigMap" && (immutable || client?.configMapMutable !== true)) return ["data", "binaryData"];
  return [];
}
