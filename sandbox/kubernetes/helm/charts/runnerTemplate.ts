/**
 * The runner's pod as chart `gha-runner-scale-set` writes it: the pod of the values, and what each container mode adds.
 * Source: charts/gha-runner-scale-set/templates/{_helpers.tpl,autoscalingrunnerset.yaml} of actions/actions-runner-controller, 0.14.2, on Kubernetes 1.29 and later.
 */
import { posix } from "node:path";
import { present } from "./chart";
import type { PodTemplate } from "./runnerPod";
import type { ScaleSetValues } from "./scaleSet";

type Container = PodTemplate["spec"]["containers"][number];
type Named = { readonly name: string } & Readonly<Record<string, unknown>>;

/** What a mode gives the runner's container, unless the values name the same variable or mount. */
interface Additions {
  readonly env: readonly Named[];
  readonly mounts: readonly Named[];
}

const defaultSpec: PodTemplate["spec"] = { containers: [{ name: "runner", image: "ghcr.io/actions/actions-runner:latest", command: ["/home/runner/run.sh"] }] };

const workMount = { name: "work", mountPath: "/home/runner/_work" };
const socketMount = { name: "dind-sock", mountPath: "/var/run" };

/** `spec.template.spec` of the AutoscalingRunnerSet; `account` is the name of the runners' service account. */
export function templateSpec(values: ScaleSetValues, account: string): Record<string, unknown> {
  const { containers, initContainers = [], volumes, ...passed } = values.template?.spec ?? defaultSpec;
  const image = containers.find(({ name }) => name === "runner")?.image;
  const before = [...(values.containerMode?.type === "dind" ? daemon(image) : []), ...initContainers];
  return present({
    ...passed,
    restartPolicy: passed["restartPolicy"] || "Never",
    serviceAccountName: account,
    initContainers: before.length === 0 ? undefined : before,
    containers: arranged(values, containers).map((container) => (container.name === "runner" ? runner(values, container) : container)),
    volumes: volumesOf(values, volumes ?? []),
  });
}

/** Each mode but none puts the runner first; with a daemon of the chart's, the values' container of that name is left out. */
function arranged({ containerMode }: ScaleSetValues, containers: readonly Container[]): readonly Container[] {
  if (containerMode?.type === undefined) return containers;
  const others = containers.filter(({ name }) => name !== "runner" && !(containerMode.type === "dind" && name === "dind"));
  return [...containers.filter(({ name }) => name === "runner"), ...others];
}

function runner(values: ScaleSetValues, container: Container): Record<string, unknown> {
  const { env = [], volumeMounts = [], ...rest } = container as Container & { readonly env?: readonly Named[]; readonly volumeMounts?: readonly Named[] };
  const added = additions(values, container);
  const without = (own: readonly Named[], more: readonly Named[]): readonly Named[] => [...own, ...more.filter(({ name }) => !own.some((one) => one.name === name))];
  const variables = without(env, [...added.env, ...certificateVariables(values)]);
  const mounts = without(volumeMounts, [...added.mounts, ...certificateMounts(values)]);
  const empty = values.containerMode?.type === "kubernetes-novolume" ? [] : undefined;
  return present({ ...rest, env: variables.length === 0 ? undefined : variables, volumeMounts: mounts.length === 0 ? empty : mounts });
}

function additions({ containerMode }: ScaleSetValues, container: Container): Additions {
  switch (containerMode?.type) {
    case "kubernetes":
      return { env: hookVariables("k8s"), mounts: [workMount] };
    case "kubernetes-novolume":
      return { env: [...hookVariables("k8s-novolume"), { name: "ACTIONS_RUNNER_IMAGE", value: container.image ?? "" }], mounts: [] };
    case "dind":
      return {
        env: [
          { name: "DOCKER_HOST", value: "unix:///var/run/docker.sock" },
          { name: "RUNNER_WAIT_FOR_DOCKER_IN_SECONDS", value: "120" },
        ],
        mounts: [workMount, socketMount],
      };
    default:
      return { env: [], mounts: [] };
  }
}

function hookVariables(folder: string): readonly Named[] {
  return [
    { name: "ACTIONS_RUNNER_CONTAINER_HOOKS", value: `/home/runner/${folder}/index.js` },
    { name: "ACTIONS_RUNNER_POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    { name: "ACTIONS_RUNNER_REQUIRE_JOB_CONTAINER", value: "true" },
  ];
}

/** The chart's own daemon: a sidecar, privileged and without a user namespace of its own. */
function daemon(image: string | undefined): readonly object[] {
  const externals = "dind-externals";
  return [
    present({
      name: "init-dind-externals",
      image,
      command: ["cp"],
      args: ["-r", "/home/runner/externals/.", "/home/runner/tmpDir/"],
      volumeMounts: [{ name: externals, mountPath: "/home/runner/tmpDir" }],
    }),
    {
      name: "dind",
      image: "docker:dind",
      args: ["dockerd", "--host=unix:///var/run/docker.sock", "--group=$(DOCKER_GROUP_GID)"],
      env: [{ name: "DOCKER_GROUP_GID", value: "123" }],
      securityContext: { privileged: true },
      restartPolicy: "Always",
      startupProbe: { exec: { command: ["docker", "info"] }, initialDelaySeconds: 0, failureThreshold: 24, periodSeconds: 5 },
      volumeMounts: [workMount, socketMount, { name: externals, mountPath: "/home/runner/externals" }],
    },
  ];
}

function volumesOf(values: ScaleSetValues, own: readonly Named[]): readonly object[] | undefined {
  const certificate = certificateVolumes(values);
  const work = own.filter(({ name }) => name === "work");
  const others = own.filter(({ name }) => name !== "work");
  switch (values.containerMode?.type) {
    case "dind":
      return [...certificate, ...["dind-sock", "dind-externals"].map((name) => ({ name, emptyDir: {} })), ...(work.length > 0 ? work : [{ name: "work", emptyDir: {} }]), ...others];
    case "kubernetes": {
      const claim = { name: "work", ephemeral: { volumeClaimTemplate: { spec: values.containerMode.kubernetesModeWorkVolumeClaim } } };
      return [...certificate, ...(work.length > 0 ? work : [claim]), ...others];
    }
    case "kubernetes-novolume":
      return [...certificate, ...own];
    default:
      return certificate.length + own.length === 0 ? undefined : [...certificate, ...own];
  }
}

/** Where GitHub Enterprise Server's certificate is mounted for the runner; nothing without `runnerMountPath`. */
function certificatePath({ githubServerTLS: tls }: ScaleSetValues): { readonly path: string; readonly name: string; readonly key: string } | undefined {
  if (!tls?.runnerMountPath) return undefined;
  const { name, key } = tls.certificateFrom.configMapKeyRef;
  return { path: posix.normalize(`${tls.runnerMountPath}/${key}`), name, key };
}

function certificateVariables(values: ScaleSetValues): readonly Named[] {
  const certificate = certificatePath(values);
  if (certificate === undefined) return [];
  return [
    { name: "NODE_EXTRA_CA_CERTS", value: certificate.path },
    { name: "RUNNER_UPDATE_CA_CERTS", value: "1" },
  ];
}

function certificateMounts(values: ScaleSetValues): readonly Named[] {
  const certificate = certificatePath(values);
  return certificate === undefined ? [] : [{ name: "github-server-tls-cert", mountPath: certificate.path, subPath: certificate.key }];
}

function certificateVolumes(values: ScaleSetValues): readonly object[] {
  const certificate = certificatePath(values);
  if (certificate === undefined) return [];
  const { name, key } = certificate;
  return [{ name: "github-server-tls-cert", configMap: { name, items: [{ key, path: key }] } }];
}
