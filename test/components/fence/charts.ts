/**
 * Small charts of the kinds that the real ones have. They are written for this test: of the operator, what it brings for the whole cluster and what its
 * hooks do; of the virtual cluster, the objects of vcluster 0.36.1 with the values of this project (chart/templates, rendered once with Helm).
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

type Files = Readonly<Record<string, string>>;

const chart = (name: string): string => `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`;

const HOOK = 'annotations: { "helm.sh/hook": "pre-install,pre-upgrade" }';

/** Kinds and names as the operator's chart has them; hooks that run a pod are left out where there is no node. */
const OPERATOR: Files = {
  "Chart.yaml": chart("platform"),
  "values.yaml": "hookPods: true\ndynamo-operator: { controllerManager: { manager: { image: { repository: none, tag: none } } } }\n",
  "templates/roles.yaml": `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Name }}-queue-reader" }
rules: [{ apiGroups: ["scheduling.run.ai"], resources: ["queues"], verbs: ["get", "list"] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: "{{ .Release.Name }}-queue-reader" }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "{{ .Release.Name }}-queue-reader" }
subjects: [{ kind: ServiceAccount, name: manager, namespace: "{{ .Release.Namespace }}" }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: "{{ .Release.Name }}-manager-role" }
rules: [{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: "{{ .Release.Name }}-manager-rolebinding" }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: "{{ .Release.Name }}-manager-role" }
subjects: [{ kind: ServiceAccount, name: manager, namespace: "{{ .Release.Namespace }}" }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: "{{ .Release.Name }}-proxy-role" }
rules: [{ apiGroups: ["authentication.k8s.io"], resources: ["tokenreviews"], verbs: ["create"] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: "{{ .Release.Name }}-proxy-rolebinding" }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: "{{ .Release.Name }}-proxy-role" }
subjects: [{ kind: ServiceAccount, name: manager, namespace: "{{ .Release.Namespace }}" }]
`,
  "templates/webhook.yaml": `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: "{{ .Release.Name }}-validating" }
webhooks:
  - name: graph.example.com
    admissionReviewVersions: [v1]
    sideEffects: None
    failurePolicy: Ignore
    clientConfig: { service: { name: webhook, namespace: "{{ .Release.Namespace }}" } }
    rules: [{ apiGroups: [nvidia.com], apiVersions: [v1alpha1], resources: [dynamographdeployments], operations: [CREATE] }]
`,
  "templates/hooks.yaml": `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: "{{ .Release.Name }}-webhook-ca-inject", ${HOOK} }
rules: [{ apiGroups: [admissionregistration.k8s.io], resources: [validatingwebhookconfigurations], verbs: [get, patch] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: "{{ .Release.Name }}-webhook-ca-inject", ${HOOK} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "{{ .Release.Name }}-webhook-ca-inject" }
subjects: [{ kind: ServiceAccount, name: manager, namespace: "{{ .Release.Namespace }}" }]
{{- if .Values.hookPods }}
---
apiVersion: batch/v1
kind: Job
metadata: { name: "{{ .Release.Name }}-webhook-cert-gen", ${HOOK} }
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: generate
          image: "alpine/k8s:1.34.1"
{{- end }}
`,
  "templates/manager.yaml": `
apiVersion: v1
kind: ServiceAccount
metadata: { name: manager }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ .Release.Name }}-manager" }
spec:
  selector: { matchLabels: { app: manager } }
  template:
    metadata: { labels: { app: manager } }
    spec:
      serviceAccountName: manager
      containers:
        - name: manager
          image: "{{ index .Values "dynamo-operator" "controllerManager" "manager" "image" "repository" }}:{{ index .Values "dynamo-operator" "controllerManager" "manager" "image" "tag" }}"
        - name: nats
          image: nats:2.12-alpine
`,
};

const DEFINITIONS: Files = {
  "Chart.yaml": chart("crds"),
  "templates/graphs.yaml": `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: dynamographdeployments.nvidia.com }
spec:
  group: nvidia.com
  scope: Namespaced
  names: { kind: DynamoGraphDeployment, plural: dynamographdeployments, singular: dynamographdeployment }
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
`,
};

/** The control plane's objects; its rights are not among them, as the values ask. */
const VIRTUAL_CLUSTER: Files = {
  "Chart.yaml": chart("vcluster"),
  "templates/all.yaml": `
apiVersion: v1
kind: ServiceAccount
metadata: { name: "vc-{{ .Release.Name }}" }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: "vc-workload-{{ .Release.Name }}" }
---
apiVersion: v1
kind: Secret
metadata: { name: "vc-config-{{ .Release.Name }}" }
data: { config.yaml: {{ .Values | toYaml | b64enc | quote }} }
---
apiVersion: v1
kind: Service
metadata: { name: "{{ .Release.Name }}", labels: { app: vcluster } }
spec: { type: ClusterIP, selector: { app: vcluster }, ports: [{ name: https, port: 443, targetPort: 8443 }] }
{{- if .Values.rbac.role.enabled }}
{{ fail "the chart's own role needs rights of whoever installs it" }}
{{- end }}
---
apiVersion: apps/v1
kind: {{ ternary "StatefulSet" "Deployment" .Values.controlPlane.statefulSet.persistence.volumeClaim.enabled }}
metadata: { name: "{{ .Release.Name }}" }
spec:
  replicas: 1
  selector: { matchLabels: { app: vcluster } }
  template:
    metadata: { labels: { app: vcluster } }
    spec:
      serviceAccountName: "vc-{{ .Release.Name }}"
      volumes: [{ name: data, emptyDir: {} }, { name: config, secret: { secretName: "vc-config-{{ .Release.Name }}" } }]
      initContainers:
        - name: kubernetes
          {{- with .Values.controlPlane.distro.k8s.image }}
          image: "{{ .registry }}/{{ .repository }}:{{ .tag }}"
          {{- end }}
          resources: { requests: { cpu: 40m, memory: 64Mi }, limits: { cpu: 100m, memory: 256Mi } }
      containers:
        - name: syncer
          {{- with .Values.controlPlane.statefulSet.image }}
          image: "{{ .registry }}/{{ .repository }}:{{ .tag }}"
          {{- end }}
          securityContext: { allowPrivilegeEscalation: false, runAsUser: 0, runAsGroup: 0 }
          resources: {{ toJson .Values.controlPlane.statefulSet.resources }}
`,
};

export const GRAPH = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata: { name: agg }
spec:
  services:
    Frontend: { replicas: 1, extraPodSpec: { mainContainer: { image: "old:1" } } }
    Worker: { replicas: 1, resources: { limits: { gpu: "1" } }, extraPodSpec: { mainContainer: { image: "old:2" } } }
`;

/** Writes the charts and a graph's manifest into a folder: `operator`, `definitions`, `virtual` and `graph.yaml`. */
export async function writeCharts(folder: string): Promise<void> {
  const all = Object.entries({ operator: OPERATOR, definitions: DEFINITIONS, virtual: VIRTUAL_CLUSTER }).flatMap(([name, files]) => Object.entries(files).map(([path, text]) => [join(name, path), text] as const));
  for (const [path, text] of [...all, ["graph.yaml", GRAPH] as const]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}
