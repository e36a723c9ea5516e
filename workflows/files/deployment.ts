/**
 * The reusable workflow of one deployment test: a namespace of its own, a virtual cluster in it, and in that the operator, one graph and one completion;
 * then everything goes with the namespace.
 *
 * The cluster's guard holds what the run may do (pipeline/namespaces.ts); the objects that make a namespace fit for it are rendered to
 * one file beside the programs.
 */
import { WORKFLOWS } from "../../pipeline/workflow-files";
import { DEPLOY_JOB } from "../legs";
import {
  DEFAULT_DENY_NAME,
  LIMITS_NAME,
  namespaceLabels,
  PRIVATE_ADDRESSES,
  QUOTA_NAME,
  quotaHard,
  RUN_ACCOUNT,
  RUN_CLUSTER_ROLE,
  RUN_LABEL,
  RUN_ROLE_BINDING,
  TICKET,
  VIRTUAL_ACCOUNT,
  VIRTUAL_CLUSTER,
  VIRTUAL_CLUSTER_ROLE,
  VIRTUAL_ROLE_BINDING,
} from "../../pipeline/namespaces";
import type { Pipeline } from "../../pipeline/model";
import { actions } from "../actions";
import { PROGRAM_FOLDER } from "../paths";
import { azureIdentity, checkout, checkoutPrograms, runProgram, variable } from "../steps";
import { expression, type CallInput, type Environment, type RunStep, type StepsJob, type Workflow } from "../syntax";
import { environmentFor, runnerLabel, type RenderContext } from "./context";
import * as scripts from "./deployment-scripts";
import { ISSUER, publisherOf } from "./image-publish";
import { TEST_SECRET } from "./secrets";
import { VIRTUAL_PORT, virtualClusterValues } from "./virtual-cluster";

export const DEPLOYMENT_FILE = WORKFLOWS.deployment.file;

/** The objects of a deployment test's namespace, by what they are for. */
export const NAMESPACE_OBJECTS_PATH = `${PROGRAM_FOLDER}/deployment-namespace.json`;

/** Tools of the run. kubectl may be one minor version off the cluster's. */
const KUBECTL_VERSION = "v1.35.0";
const HELM_VERSION = "v3.19.0";

/** Minutes that a run waits for a free namespace, and that the virtual cluster, the operator and the graph get to become ready. */
const FREE_MINUTES = 10;
const CLUSTER_MINUTES = 5;
const OPERATOR_MINUTES = 10;
const GRAPH_MINUTES = 30;

const inputs = {
  profile: { description: "Name of the graph", type: "string", required: true },
  manifest: { description: "Path of the graph's manifest", type: "string", required: true },
  image: { description: "Image of the framework, by digest", type: "string", required: true },
  operator: { description: "Image of the operator, by digest", type: "string", required: true },
} as const satisfies Record<string, CallInput>;

/** The whole file. */
export function deploymentWorkflow(context: RenderContext): Workflow {
  return {
    name: WORKFLOWS.deployment.name,
    on: { workflow_call: { inputs, secrets: { [TEST_SECRET]: { description: "Token of the model hub; the environment holds it", required: false } } } },
    permissions: {},
    defaults: { run: { shell: "bash" } },
    jobs: { verify: verifyJob(context), [DEPLOY_JOB]: deployJob(context) },
  };
}

/**
 * Objects of the namespace, and the values of what is installed in it. The script fills in names, the ticket and the registry.
 *
 * The default is to deny all traffic; what a test needs is let through again: names, its own pods, and HTTPS to the internet for models and the API
 * server, but never a private address.
 */
export function namespaceObjects({ deployments }: Pipeline): object {
  return {
    namespace: { apiVersion: "v1", kind: "Namespace", metadata: { name: "", labels: { ...namespaceLabels(deployments), [TICKET]: "", [RUN_LABEL]: "" } } },
    access: {
      apiVersion: "v1",
      kind: "List",
      items: [
        { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: RUN_ACCOUNT }, automountServiceAccountToken: false },
        roleBinding(RUN_ROLE_BINDING, RUN_CLUSTER_ROLE, RUN_ACCOUNT),
        roleBinding(VIRTUAL_ROLE_BINDING, VIRTUAL_CLUSTER_ROLE, VIRTUAL_ACCOUNT),
      ],
    },
    token: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", metadata: {}, spec: { expirationSeconds: (deployments.timeoutMinutes + TOKEN_SPARE_MINUTES) * 60 } },
    contents: {
      apiVersion: "v1",
      kind: "List",
      items: [
        { apiVersion: "v1", kind: "ResourceQuota", metadata: { name: QUOTA_NAME }, spec: { hard: quotaHard(deployments) } },
        { apiVersion: "v1", kind: "LimitRange", metadata: { name: LIMITS_NAME }, spec: { limits: [{ type: "Container", defaultRequest: DEFAULT_REQUEST }] } },
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
            { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [...PRIVATE_ADDRESSES] } }], ports: [{ protocol: "TCP", port: 443 }] },
          ],
        }),
      ],
    },
    virtualCluster: virtualClusterValues(deployments),
  };
}

/** A quota takes no container that says nothing; charts' hooks mostly do not. */
const DEFAULT_REQUEST = { cpu: "100m", memory: "256Mi" };
/** A token outlives the job, so that the clean-up has it. */
const TOKEN_SPARE_MINUTES = 10;

function roleBinding(name: string, role: string, account: string): object {
  return {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role },
    subjects: [{ kind: "ServiceAccount", name: account, namespace: "" }],
  };
}

function networkPolicy(name: string, spec: object): object {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name }, spec: { podSelector: {}, ...spec } };
}

/**
 * Before anything is deployed: whether main's own file attested both images, for this commit. Neither their names nor what a job hands on says so. It
 * runs on the machine that publishes images, which has GitHub's command line; the one that deploys need not.
 */
function verifyJob({ pipeline }: RenderContext): StepsJob {
  return {
    name: expression("format('verify {0}', inputs.profile)"),
    "runs-on": runnerLabel(pipeline, pipeline.defaultRunner),
    environment: environmentFor(pipeline, "deployment-tests").name,
    permissions: { contents: "read", "id-token": "write", attestations: "read" },
    "timeout-minutes": 10,
    steps: [
      checkoutPrograms,
      runProgram({ name: "Log in to the registry", program: "azure", argument: "registry-login", env: { ...azureIdentity, ACR_REGISTRY: variable("acr-registry") } }),
      {
        name: "Verify the images",
        env: {
          IMAGE: expression("inputs.image"),
          OPERATOR: expression("inputs.operator"),
          REGISTRY: variable("acr-registry"),
          GH_TOKEN: expression("github.token"),
          ISSUER,
          SIGNER: publisherOf("github.ref"),
        },
        run: scripts.VERIFY_IMAGES,
      },
    ],
  };
}

function deployJob({ pipeline }: RenderContext): StepsJob {
  const { deployments } = pipeline;
  const kubeconfig = (name: string): Environment => ({ KUBECONFIG: expression(`format('{0}/${name}', runner.temp)`) });
  // kubectl asks the program for a token each time it needs one.
  const identity: Environment = { ...kubeconfig("identity"), ...azureIdentity };
  const namespace: Environment = { NAMESPACE: expression("steps.namespace.outputs.name") };
  const account: Environment = { ...kubeconfig("account"), ...namespace };
  const inside: Environment = { ...kubeconfig("virtual") };
  const step = (name: string, run: string, env: Environment, condition?: string, id?: string): RunStep => ({
    name,
    ...(id === undefined ? {} : { id }),
    ...(condition === undefined ? {} : { if: condition }),
    env,
    run,
  });
  const registry: Environment = { REGISTRY: variable("acr-registry") };
  const objects: Environment = { OBJECTS: NAMESPACE_OBJECTS_PATH };
  return {
    name: expression("inputs.profile"),
    needs: ["verify"],
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
        env: { ...identity, AKS_API_SERVER: variable("aks-api-server"), AKS_CERTIFICATE_AUTHORITY: variable("aks-certificate-authority") },
      }),
      runProgram({ name: "Log in to the registry", program: "azure", argument: "chart-login", env: { ...azureIdentity, ACR_REGISTRY: variable("acr-registry") } }),
      step(
        "Make the namespace",
        scripts.MAKE_NAMESPACE,
        {
          ...identity,
          ...objects,
          PREFIX: deployments.namespacePrefix,
          NAMESPACES: deployments.namespaces,
          RUN: expression("format('{0}-{1}', github.run_id, github.run_attempt)"),
          WAIT_MINUTES: FREE_MINUTES,
        },
        undefined,
        "namespace",
      ),
      step("Take rights in it", scripts.TAKE_RIGHTS, { ...identity, ...namespace, ...objects, TICKET: expression("steps.namespace.outputs.ticket"), ACCOUNT_KUBECONFIG: expression("format('{0}/account', runner.temp)") }),
      step("Put up the fence", scripts.PUT_UP_FENCE, { ...account, ...objects }),
      step("Look at the operator's images", scripts.LIST_IMAGES, { CHART: deployments.operatorChart, OPERATOR: expression("inputs.operator"), CACHE: deployments.imageCache, ...registry }),
      step("Start the virtual cluster", scripts.START_VIRTUAL_CLUSTER, {
        ...account,
        ...objects,
        ...registry,
        RELEASE: VIRTUAL_CLUSTER,
        CHART: deployments.virtualCluster.chart,
        PORT: VIRTUAL_PORT,
        TIMEOUT: `${CLUSTER_MINUTES}m`,
        VIRTUAL_KUBECONFIG: expression("format('{0}/virtual', runner.temp)"),
      }),
      step("Install the operator", scripts.INSTALL_OPERATOR, {
        ...inside,
        CHART: deployments.operatorChart,
        CRDS: deployments.crdsChart,
        TIMEOUT: `${OPERATOR_MINUTES}m`,
        [TEST_SECRET]: expression(`secrets.${TEST_SECRET}`),
      }),
      step("Deploy the graph", scripts.DEPLOY_GRAPH, { ...inside, MANIFEST: expression("inputs.manifest"), IMAGE: expression("inputs.image"), TIMEOUT: `${GRAPH_MINUTES}m` }),
      step("Ask for one completion", scripts.ASK, { ...inside, MODEL: deployments.model }),
      step("Show what happened", scripts.DIAGNOSE, { ...account, VIRTUAL_KUBECONFIG: expression("format('{0}/virtual', runner.temp)") }, "failure()"),
      step("Remove everything", scripts.CLEAN_UP, account, "always() && steps.namespace.outputs.name != ''"),
    ],
  };
}
