/**
 * The reusable workflow of one deployment test: a namespace of its own, the operator, one graph, one completion; then everything goes.
 *
 * The cluster's guard holds what the run may do (pipeline/namespaces.ts); the objects that make a namespace fit for it are rendered to
 * one file beside the programs.
 */
import {
  DEFAULT_DENY_NAME,
  FORBIDDEN_ADDRESSES,
  namespaceLabels,
  QUOTA_NAME,
  quotaHard,
  RUN_CLUSTER_ROLE,
  RUN_ROLE_BINDING,
} from "../../pipeline/namespaces";
import type { Pipeline } from "../../pipeline/model";
import { actions } from "../actions";
import { PROGRAM_FOLDER } from "../paths";
import { azureIdentity, checkout, runProgram, variable } from "../steps";
import { expression, type CallInput, type Environment, type RunStep, type StepsJob, type Workflow } from "../syntax";
import { environmentFor, runnerLabel, type RenderContext } from "./context";
import { TEST_SECRET } from "./secrets";

export const DEPLOYMENT_FILE = "deployment-test.yml";

/** The objects of a deployment test's namespace, by what they are for. */
export const NAMESPACE_OBJECTS_PATH = `${PROGRAM_FOLDER}/deployment-namespace.json`;

/** Tools of the run. kubectl may be one minor version off the cluster's. */
const KUBECTL_VERSION = "v1.35.0";
const HELM_VERSION = "v3.19.0";

/** Minutes that the operator and the graph get to become ready. */
const OPERATOR_MINUTES = 10;
const GRAPH_MINUTES = 30;

const inputs = {
  profile: { description: "Name of the graph", type: "string", required: true },
  manifest: { description: "Path of the graph's manifest", type: "string", required: true },
  namespace: { description: "Namespace of the test, which is this run's alone", type: "string", required: true },
  image: { description: "Image of the framework, by digest", type: "string", required: true },
  operator: { description: "Image of the operator, by digest", type: "string", required: true },
} as const satisfies Record<string, CallInput>;

/** The whole file. */
export function deploymentWorkflow(context: RenderContext): Workflow {
  return {
    name: "Deployment test",
    on: { workflow_call: { inputs, secrets: { [TEST_SECRET]: { description: "Token of the model hub; the environment holds it", required: false } } } },
    permissions: {},
    defaults: { run: { shell: "bash" } },
    jobs: { deploy: deployJob(context) },
  };
}

/**
 * Objects of the namespace. The script fills in the namespace's name and who the run is.
 *
 * The default is to deny all traffic; what a test needs is let through again: names, its own pods, and HTTPS to the outside for models and
 * the API server, but never the cloud's metadata addresses.
 */
export function namespaceObjects({ deployments }: Pipeline): object {
  return {
    namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name: "", labels: namespaceLabels(deployments) } },
    roleBinding: {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "RoleBinding",
      metadata: { name: RUN_ROLE_BINDING },
      roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: RUN_CLUSTER_ROLE },
      subjects: [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: "" }],
    },
    contents: {
      apiVersion: "v1",
      kind: "List",
      items: [
        { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: QUOTA_NAME }, spec: { hard: quotaHard(deployments) } },
        networkPolicy(DEFAULT_DENY_NAME, { policyTypes: ["Ingress", "Egress"] }),
        networkPolicy("same-namespace", {
          policyTypes: ["Ingress", "Egress"],
          ingress: [{ from: [{ podSelector: {} }] }],
          egress: [{ to: [{ podSelector: {} }] }],
        }),
        networkPolicy("names-and-https", {
          policyTypes: ["Egress"],
          egress: [
            {
              to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
              ports: [
                { protocol: "UDP", port: 53 },
                { protocol: "TCP", port: 53 },
              ],
            },
            { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [...FORBIDDEN_ADDRESSES] } }], ports: [{ protocol: "TCP", port: 443 }] },
          ],
        }),
      ],
    },
  };
}

function networkPolicy(name: string, spec: object): object {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name }, spec: { podSelector: {}, ...spec } };
}

const MAKE_NAMESPACE = `jq --arg name "\${NAMESPACE}" '.namespace | .metadata.name = $name' "\${OBJECTS}" | kubectl create --filename=-
echo "made=true" >>"\${GITHUB_OUTPUT}"
jq --arg user "\${AZURE_PRINCIPAL_ID}" '.roleBinding | .subjects[0].name = $user' "\${OBJECTS}" | kubectl create --namespace="\${NAMESPACE}" --filename=-
jq '.contents' "\${OBJECTS}" | kubectl create --namespace="\${NAMESPACE}" --filename=-
kubectl create secret generic hf-token-secret --namespace="\${NAMESPACE}" --from-file=HF_TOKEN=<(printf '%s' "\${HF_TOKEN}")
`;

/** The chart joins repository and tag with a colon, so a digest is given as a repository that ends in `@sha256`. */
const INSTALL_OPERATOR = `jq --null-input --arg namespace "\${NAMESPACE}" --arg repository "\${OPERATOR%:*}" --arg tag "\${OPERATOR##*:}" '{
  "dynamo-operator": {
    namespaceRestriction: {enabled: true, allowedNamespaces: [$namespace]},
    controllerManager: {manager: {image: {repository: $repository, tag: $tag}}}
  }
}' >"\${RUNNER_TEMP}/operator-values.json"
helm dependency build "\${CHART}"
helm upgrade dynamo-platform "\${CHART}" --install --skip-crds --namespace "\${NAMESPACE}" --values "\${RUNNER_TEMP}/operator-values.json" --wait --timeout "\${TIMEOUT}"
`;

const DEPLOY_GRAPH = `kubectl create --dry-run=client --output=json --filename="\${MANIFEST}" \\
  | jq --arg image "\${IMAGE}" 'walk(if type == "object" and (.image? | type) == "string" then .image = $image else . end)' \\
  | kubectl apply --namespace="\${NAMESPACE}" --filename=-
kubectl wait dynamographdeployments --all --for=condition=Ready --namespace="\${NAMESPACE}" --timeout="\${TIMEOUT}"
`;

const ASK = `service="$(kubectl get services --namespace="\${NAMESPACE}" --output=json | jq --raw-output 'first(.items[].metadata.name | select(endswith("-frontend")))')"
if [[ -z "\${service}" ]]; then
  echo "::error::The graph has no frontend service."
  exit 1
fi
kubectl port-forward --namespace="\${NAMESPACE}" "service/\${service}" 8000:8000 >"\${RUNNER_TEMP}/port-forward.log" 2>&1 &
forward=$!
trap 'kill "\${forward}"' EXIT
listed=""
for _ in {1..60}; do
  listed="$(curl --silent http://127.0.0.1:8000/v1/models | jq --raw-output --arg model "\${MODEL}" '.data[]? | select(.id == $model) | .id' || true)"
  if [[ -n "\${listed}" ]]; then break; fi
  sleep 5
done
if [[ -z "\${listed}" ]]; then
  echo "::error::\${MODEL} was not served within 5 minutes."
  exit 1
fi
jq --null-input --arg model "\${MODEL}" '{model: $model, max_tokens: 32, messages: [{role: "user", content: "Say one sentence about the sea."}]}' >"\${RUNNER_TEMP}/question.json"
curl --fail --silent --show-error --max-time 120 --header 'content-type: application/json' --data "@\${RUNNER_TEMP}/question.json" \\
  http://127.0.0.1:8000/v1/chat/completions >"\${RUNNER_TEMP}/answer.json"
jq --exit-status --arg model "\${MODEL}" '.model == $model and .choices[0].message.role == "assistant" and (.choices[0].message.content | length) > 0' "\${RUNNER_TEMP}/answer.json"
`;

const DIAGNOSE = `{
  echo "### What is in \${NAMESPACE}"
  echo '\`\`\`'
  kubectl get pods,dynamographdeployments --namespace="\${NAMESPACE}" --output=wide || true
  kubectl get events --namespace="\${NAMESPACE}" --sort-by=.lastTimestamp | tail -n 40 || true
  echo '\`\`\`'
} >>"\${GITHUB_STEP_SUMMARY}"
kubectl logs --namespace="\${NAMESPACE}" --selector=nvidia.com/dynamo-component --all-containers --prefix --tail=200 || true
`;

/** Ends with the namespace gone, or with an error that says so: the cleaner removes what is left when the namespace expires. */
const CLEAN_UP = `failed=()
kubectl delete dynamographdeployments --all --namespace="\${NAMESPACE}" --timeout=3m || failed+=("graph")
helm uninstall dynamo-platform --namespace "\${NAMESPACE}" --ignore-not-found --wait --timeout 3m || failed+=("operator")
kubectl delete namespace "\${NAMESPACE}" --timeout=4m || failed+=("namespace")
if (( \${#failed[@]} > 0 )); then
  echo "::error title=Clean-up failed::\${NAMESPACE}: \${failed[*]} could not be removed. The cluster's cleaner removes the namespace when it expires."
  exit 1
fi
`;

function deployJob({ pipeline }: RenderContext): StepsJob {
  const { deployments } = pipeline;
  const cluster: Environment = { KUBECONFIG: expression("format('{0}/kubeconfig', runner.temp)"), NAMESPACE: expression("inputs.namespace") };
  // kubectl asks the program for a token each time it needs one, so a long wait outlives no login.
  const login: Environment = { ...cluster, ...azureIdentity };
  const step = (name: string, run: string, env: Environment = {}, condition?: string, id?: string): RunStep => ({
    name,
    ...(id === undefined ? {} : { id }),
    ...(condition === undefined ? {} : { if: condition }),
    env: { ...login, ...env },
    run,
  });
  return {
    name: expression("inputs.profile"),
    "runs-on": runnerLabel(pipeline, deployments.runner),
    environment: environmentFor(pipeline, "deployment-tests").name,
    permissions: { contents: "read", "id-token": "write" },
    "timeout-minutes": deployments.timeoutMinutes,
    steps: [
      checkout,
      { name: "Set up kubectl", uses: actions.setupKubectl, with: { version: KUBECTL_VERSION } },
      { name: "Set up Helm", uses: actions.setupHelm, with: { version: HELM_VERSION } },
      runProgram({
        name: "Log in to the cluster",
        program: "azure",
        argument: "kubeconfig",
        env: { ...login, AKS_API_SERVER: variable("aks-api-server"), AKS_CERTIFICATE_AUTHORITY: variable("aks-certificate-authority") },
      }),
      step(
        "Make the namespace",
        MAKE_NAMESPACE,
        { OBJECTS: NAMESPACE_OBJECTS_PATH, AZURE_PRINCIPAL_ID: variable("azure-principal-id"), [TEST_SECRET]: expression(`secrets.${TEST_SECRET}`) },
        undefined,
        "namespace",
      ),
      step("Install the operator", INSTALL_OPERATOR, { CHART: deployments.operatorChart, OPERATOR: expression("inputs.operator"), TIMEOUT: `${OPERATOR_MINUTES}m` }),
      step("Deploy the graph", DEPLOY_GRAPH, { MANIFEST: expression("inputs.manifest"), IMAGE: expression("inputs.image"), TIMEOUT: `${GRAPH_MINUTES}m` }),
      step("Ask for one completion", ASK, { MODEL: deployments.model }),
      step("Show what happened", DIAGNOSE, {}, "failure()"),
      step("Remove everything", CLEAN_UP, {}, "always() && steps.namespace.outputs.made == 'true'"),
    ],
  };
}
