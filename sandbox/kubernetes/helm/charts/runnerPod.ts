/** The runner's pod template in the values of a scale set. Source: charts/gha-runner-scale-set of actions/actions-runner-controller. */
import { z } from "zod";
import { kubernetesObject, kubernetesObjects, texts, type ChartPod, type Finding } from "./chart";
import { templateSpec } from "./runnerTemplate";
import type { ScaleSetValues } from "./scaleSet";

const container = z.looseObject({ name: z.string().min(1), image: z.string().min(1).optional() });

/** Fields of a pod that the chart treats itself; every other one it passes on. */
export const podTemplate = z.strictObject({
  metadata: z.strictObject({ labels: texts.optional(), annotations: texts.optional() }).optional(),
  spec: z.looseObject({
    containers: z.array(container).min(1),
    initContainers: z.array(container).optional(),
    volumes: z.array(z.looseObject({ name: z.string().min(1) })).optional(),
    serviceAccountName: z.string().optional(),
  }),
});

export const listenerTemplate = z.strictObject({
  metadata: z.strictObject({ labels: texts.optional(), annotations: texts.optional() }).optional(),
  spec: z.looseObject({ containers: z.array(container.extend({ image: z.string().optional() })).min(1) }),
});

export const containerMode = z.strictObject({
  type: z.enum(["dind", "kubernetes", "kubernetes-novolume"]).optional(),
  kubernetesModeWorkVolumeClaim: kubernetesObject.optional(),
  kubernetesModeAdditionalRoleRules: kubernetesObjects.optional(),
});

export type PodTemplate = z.infer<typeof podTemplate>;
export type ContainerMode = z.infer<typeof containerMode>;

/** The chart finds the runner by its container's name, and an unnamed one is silently treated as a sidecar. */
export function templateFindings(template: PodTemplate | undefined, mode: ContainerMode | undefined): readonly Finding[] {
  const names = (template?.spec.containers ?? [{ name: "runner" }]).map(({ name }) => name);
  const found: Finding[] = [];
  if (names.filter((name) => name === "runner").length !== 1) {
    found.push({ property: "values.template.spec.containers", reason: `exactly one has to be called runner; there are ${names.join(", ")}` });
  }
  if (mode?.type === "kubernetes" && mode.kubernetesModeWorkVolumeClaim === undefined) {
    found.push({ property: "values.containerMode.kubernetesModeWorkVolumeClaim", reason: "is required when containerMode.type is kubernetes" });
  }
  if (mode?.type !== "kubernetes" && mode?.kubernetesModeWorkVolumeClaim !== undefined) {
    found.push({ property: "values.containerMode.kubernetesModeWorkVolumeClaim", reason: "is used only when containerMode.type is kubernetes" });
  }
  return found;
}

/** The listener's settings reach it only under its own name. */
export function listenerFindings(template: z.infer<typeof listenerTemplate> | undefined): readonly Finding[] {
  const names = template?.spec.containers.map(({ name }) => name);
  if (names === undefined || names.includes("listener")) return [];
  return [{ property: "values.listenerTemplate.spec.containers", reason: `one has to be called listener; there are ${names.join(", ")}` }];
}

/** The pod that the controller makes of the template. The account that the chart makes is not there yet when the pod is judged. */
export function runnerPod(values: ScaleSetValues, namespace: string): ChartPod {
  const { serviceAccountName, ...spec } = templateSpec(values, values.template?.spec.serviceAccountName ?? "");
  return {
    from: "values.template",
    namespace,
    ...(values.template?.metadata === undefined ? {} : { metadata: values.template.metadata }),
    spec: { ...spec, ...(serviceAccountName === "" ? {} : { serviceAccountName }) },
  };
}
