/**
 * The whole program under mocks: which resources there are, under whom, protected or not, with which inputs and in which order. That the
 * engine and the clouds take them is for the rehearsals to show.
 */
import { canary, named, runStack, typed, type Ran, type Registered } from "./support";

jest.setTimeout(120_000);

let prod: Ran<Record<string, unknown>>;
let dev: Ran<Record<string, unknown>>;
beforeAll(async () => {
  prod = await runStack("prod");
  dev = await runStack("dev");
});

/** One line for each resource: parent, name, type, provider, and whether it is protected. */
function lines(resources: readonly Registered[]): string[] {
  return resources.map(({ type, name, parent, protect, provider }) => [parent ?? "-", name, type, provider ?? "-", ...(protect ? ["protected"] : [])].join(" | ")).sort();
}

/** Everything that a resource waits for, over any number of steps; a child waits for what its parent waits for. */
function waitsFor(resources: readonly Registered[], name: string): Set<string> {
  const seen = new Set<string>();
  const visit = (at: string): void => {
    for (const resource of resources.filter((each) => each.name === at)) {
      for (const next of [...resource.dependsOn, ...(resource.parent === undefined ? [] : [resource.parent])]) {
        if (seen.has(next)) continue;
        seen.add(next);
        visit(next);
      }
    }
  };
  visit(name);
  return seen;
}

describe("resources", () => {
  test("of prod", () => expect(lines(prod.resources)).toMatchSnapshot());
  test("of dev", () => expect(lines(dev.resources)).toMatchSnapshot());

  test("have a name of their own beneath their parent's", () => {
    for (const { resources } of [prod, dev]) {
      expect(new Set(resources.map(({ name, type }) => `${type}::${name}`)).size).toBe(resources.length);
      for (const { name, parent } of resources) if (parent !== undefined && !parent.endsWith("prod") && !parent.endsWith("dev")) expect(name.startsWith(`${parent}-`)).toBe(true);
    }
  });

  test("use the providers that were made for them", () => {
    const own: Record<string, RegExp> = { aws: /^aws$/, "azure-native": /^azure$/, github: /^github$/, kubernetes: /^(deployment-tests-aks|runner-cluster)-kubernetes$/ };
    for (const { type, provider, name } of prod.resources) {
      const [kind = ""] = type.split(":");
      if (own[kind] !== undefined) expect(`${name}: ${provider}`).toMatch(new RegExp(`: ${own[kind].source.slice(1)}`));
    }
  });

  test("with state are protected in prod and not in dev", () => {
    const isProtected = ({ resources }: Ran<unknown>): string[] => resources.filter(({ protect }) => protect).map(({ name }) => name).sort();
    expect(isProtected(prod)).toEqual(["deployment-tests-aks-cluster", "registries-acr", "registries-cache", "registries-images", "resource-group", "runner-cluster-cluster"]);
    expect(isProtected(dev)).toEqual([]);
  });
});

describe("secrets", () => {
  const signature = "1b47061264138c4ac30d75fd1eb44270";

  /** Paths of the texts that hold a canary and are not inside a secret. */
  function exposed(value: unknown, path: string): string[] {
    if (typeof value === "string") return value.includes(canary("")) ? [path] : [];
    if (typeof value !== "object" || value === null || "4dabf18193072939515e22adb298388d" in value) return [];
    return Object.entries(value).flatMap(([key, inner]) => exposed(inner, `${path}.${key}`));
  }

  test("reach the clouds as secrets and nothing else does", () => {
    for (const { resources } of [prod, dev]) for (const { name, inputs } of resources) expect(exposed(inputs, name)).toEqual([]);
    const secret = named(prod.resources, "repository-deployment-tests-HF_TOKEN").inputs["value"];
    expect(secret).toEqual({ "4dabf18193072939515e22adb298388d": signature, value: canary("HF_TOKEN") });
    const app = named(prod.resources, "github", "pulumi:providers:github").inputs["appAuth"];
    expect(app).toEqual({ "4dabf18193072939515e22adb298388d": signature, value: JSON.stringify({ id: "740001", installationId: "61200001", pemFile: canary("githubAppPrivateKey") }) });
  });

  test("are in no output", () => {
    expect(JSON.stringify([prod.result, dev.result])).not.toContain(canary(""));
  });

  test("that are optional may be missing, and then nothing is made of them", () => {
    expect(typed(dev.resources, "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret").map(({ name }) => name)).not.toContain("repository-notifications-SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL");
    expect(named(prod.resources, "repository-notifications-SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL").type).toBe("github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret");
  });
});

describe("registries", () => {
  const mutability = ({ inputs }: Registered): unknown[] => [inputs["name"], inputs["imageTagMutability"], inputs["imageTagMutabilityExclusionFilters"]];

  test("take each tag once, but for the movable ones", () => {
    expect(mutability(named(prod.resources, "registries-images"))).toEqual([
      "ai-dynamo/dynamo",
      "IMMUTABLE_WITH_EXCLUSION",
      [
        { filter: "main-*", filterType: "WILDCARD" },
        { filter: "nightly-*", filterType: "WILDCARD" },
      ],
    ]);
    expect(mutability(named(dev.resources, "registries-pull-request-images"))).toEqual(["ai-dynamo/dynamo-pull-request", "IMMUTABLE", undefined]);
    expect(typed(prod.resources, "aws:ecr/repository:Repository").map(({ name }) => name).sort()).toEqual(["registries-cache", "registries-images"]);
  });

  test("refuse a pull request's writes wherever its images do not belong", () => {
    const refused = (ran: Ran<unknown>): string[] => typed(ran.resources, "aws:ecr/repositoryPolicy:RepositoryPolicy").map(({ inputs }) => String(inputs["repository"])).sort();
    expect(refused(prod)).toEqual(["ai-dynamo/dynamo-cache"]);
    expect(refused(dev)).toEqual(["ai-dynamo/dynamo", "ai-dynamo/dynamo-cache"]);
    const [statement] = (JSON.parse(String(named(dev.resources, "registries-images-policy").inputs["policy"])) as { Statement: Record<string, unknown>[] }).Statement;
    expect(statement).toMatchObject({ Effect: "Deny", Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::444455556666:role/gpu-cicd-dev-pull-request-images" } } });
  });

  test("on Azure have neither an admin nor anonymous readers", () => {
    for (const { inputs } of [...typed(prod.resources, "azure-native:containerregistry:Registry"), ...typed(dev.resources, "azure-native:containerregistry:Registry")]) {
      expect([inputs["adminUserEnabled"], inputs["anonymousPullEnabled"]]).toEqual([false, false]);
    }
  });
});

describe("identities", () => {
  type Statement = { Sid?: string; Action: string[]; Resource: string | string[]; Condition?: unknown };
  const statements = (ran: Ran<unknown>, purpose: string): Statement[] =>
    (JSON.parse(String(named(ran.resources, `identities-${purpose}-permissions`).inputs["policy"])) as { Statement: Statement[] }).Statement;
  const resourcesOf = (all: Statement[], sid: string): unknown => all.find(({ Sid }) => Sid === sid)?.Resource;

  test("are taken with an exact subject, audience, environment and repository", () => {
    const policy: unknown = JSON.parse(String(named(dev.resources, "identities-main-images-role").inputs["assumeRolePolicy"]));
    expect(policy).toEqual({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
              "token.actions.githubusercontent.com:environment": "main-images",
              "token.actions.githubusercontent.com:repository_id": "1034502288",
              "token.actions.githubusercontent.com:sub": "repo:ai-dynamo@197234011/dynamo-ci-dev@1034502288:environment:main-images",
            },
          },
        },
      ],
    });
  });

  test("of pull requests push to their own repository where it is apart, and never to the caches", () => {
    const all = statements(dev, "pull-request-images");
    expect(resourcesOf(all, "PushImages")).toEqual(["arn:aws:ecr:us-west-2:111122223333:repository/ai-dynamo/dynamo-pull-request"]);
    expect(all.flatMap(({ Action }) => Action)).not.toContain("s3:PutObject");
    expect(resourcesOf(statements(prod, "pull-request-images"), "PushImages")).toEqual(["arn:aws:ecr:us-west-2:111122223333:repository/ai-dynamo/dynamo"]);
  });

  test("of previews read and nothing more", () => {
    expect(statements(prod, "preview").flatMap(({ Action }) => Action).filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
  });

  test("have no action on everything but the registry login, which AWS knows no resource for", () => {
    for (const purpose of ["pull-request-images", "main-images", "preview", "apply"]) {
      const wide = statements(prod, purpose).filter(({ Resource }) => [Resource].flat().includes("*"));
      expect(wide.flatMap(({ Action }) => Action)).toEqual(purpose.endsWith("-images") ? ["ecr:GetAuthorizationToken"] : []);
      expect(statements(prod, purpose).flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
    }
  });

  test("on Azure get their credentials one after another", async () => {
    const { resources } = await runStack("prod", (values) => ({ ...values, github: { ...(values["github"] as object), subjectForm: "both" } }));
    expect(named(resources, "identities-main-images-credential-2").dependsOn).toContain("identities-main-images-credential-1");
    expect(typed(resources, "azure-native:managedidentity:FederatedIdentityCredential")).toHaveLength(10);
  });

  test("on Azure hold these roles, each at the narrowest scope that serves, and none on the subscription", () => {
    const grants = typed(prod.resources, "azure-native:authorization:RoleAssignment");
    expect(grants.map(({ name, inputs }) => `${name} @ ${String(inputs["scope"])}`).sort()).toMatchSnapshot();
    expect(new Set(grants.map(({ inputs }) => inputs["roleAssignmentName"])).size).toBe(grants.length);
    expect(grants.every(({ deleteBeforeReplace }) => deleteBeforeReplace)).toBe(true);
  });
});

describe("clusters", () => {
  test("let nobody in but through Entra, and start their GPU pools from zero", () => {
    const cluster = named(prod.resources, "deployment-tests-aks-cluster");
    expect(cluster.inputs).toMatchObject({
      disableLocalAccounts: true,
      aadProfile: { managed: true, enableAzureRBAC: true },
      oidcIssuerProfile: { enabled: true },
      apiServerAccessProfile: { disableRunCommand: true, enablePrivateCluster: false, authorizedIPRanges: ["198.51.100.16/28", "203.0.113.0/24"] },
      networkProfile: { networkPluginMode: "overlay", networkDataplane: "cilium", networkPolicy: "cilium" },
    });
    expect(cluster.ignoreChanges).toEqual(["agentPoolProfiles[0].count"]);
    const pools = typed(prod.resources, "azure-native:containerservice:AgentPool");
    expect(pools.map(({ inputs }) => [inputs["agentPoolName"], inputs["minCount"], inputs["nodeTaints"]])).toEqual(
      expect.arrayContaining([
        ["gpu1", 0, ["sku=gpu:NoSchedule"]],
        ["bldamd", 0, ["gpu-cicd/runners=true:NoSchedule"]],
        ["cpu", 0, []],
      ]),
    );
    expect(pools.every(({ ignoreChanges }) => ignoreChanges.includes("count"))).toBe(true);
  });

  test("are private where no range is authorized", async () => {
    const { resources } = await runStack("dev", (values) => ({ ...values, deploymentCluster: { ...(values["deploymentCluster"] as object), authorizedIpRanges: [] } }));
    expect(named(resources, "deployment-tests-aks-cluster").inputs["apiServerAccessProfile"]).toEqual({
      disableRunCommand: true,
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
      privateDNSZone: "system",
    });
  });

  test("give deployment tests their rights after what narrows them", () => {
    const before = waitsFor(prod.resources, "deployment-tests-guard-open-binding");
    const bindings = typed(prod.resources, "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding").filter(({ name }) => name.startsWith("deployment-tests-guard-"));
    expect(bindings).toHaveLength(9);
    for (const { name } of bindings) expect(before).toContain(name);
  });

  test("deny a pod whose namespace lacks its quota or its default", () => {
    const binding = (policy: string): unknown => (named(prod.resources, `deployment-tests-guard-${policy}-binding`).inputs["spec"] as { paramRef: unknown }).paramRef;
    expect(binding("gpu-cicd-test-quota")).toEqual({ name: "deployment-test", parameterNotFoundAction: "Deny" });
    expect(binding("gpu-cicd-test-default-deny")).toEqual({ name: "default-deny", parameterNotFoundAction: "Deny" });
  });
});

describe("runners", () => {
  type Pod = { containers: { name: string; resources: { requests: object; limits: object }; securityContext?: { privileged?: boolean } }[]; initContainers?: Pod["containers"]; hostUsers?: boolean; nodeSelector: Record<string, string>; tolerations?: { key: string }[] };
  type Values = { template: { spec: Pod }; listenerTemplate: { spec: Pod }; containerMode?: { type: string }; githubConfigSecret: unknown };
  const valuesOf = (id: string): Values => named(prod.resources, `runners-${id}-release`).inputs["values"] as Values;
  const ids = ["builder-amd64", "builder-arm64", "tester-amd64-gpu", "tester-amd64-gpu-4", "tester-arm64", "deploy-tester"];

  test("go before their controller, and come after it, their nodes and their groups", () => {
    for (const id of ids) {
      const before = waitsFor(prod.resources, `runners-${id}-release`);
      for (const name of ["runners-controller", "runners-pods-binding", "runner-cluster-pool-gpu1", "repository-group-dynamo-testers", `runners-${id}-quota`, `runners-${id}-traffic`]) expect(before).toContain(name);
    }
  });

  test("use one version of both charts, and name their credential", () => {
    const releases = typed(prod.resources, "kubernetes:helm.sh/v3:Release").filter(({ inputs }) => String(inputs["chart"]).includes("gha-runner"));
    expect(new Set(releases.map(({ inputs }) => inputs["version"]))).toEqual(new Set(["0.15.1"]));
    expect(releases).toHaveLength(7);
    for (const id of ids) expect(valuesOf(id).githubConfigSecret).toBe("github-app");
  });

  test("ask for what they may use, no more and no less", () => {
    for (const id of ids) for (const { spec } of [valuesOf(id).template, valuesOf(id).listenerTemplate]) for (const { resources } of [...spec.containers, ...(spec.initContainers ?? [])]) expect(resources.limits).toEqual(resources.requests);
  });

  test("that build share their pod's size with a Docker daemon, which is privileged inside its own user namespace", () => {
    const { spec } = valuesOf("builder-amd64").template;
    expect(spec.hostUsers).toBe(false);
    const sizes = [...spec.containers, ...(spec.initContainers ?? []).filter(({ name }) => name === "docker")].map(({ resources }) => resources.requests as { cpu: string; memory: string });
    expect(sizes.reduce((sum, { cpu }) => sum + parseInt(cpu), 0)).toBe(14_000);
    expect(sizes.reduce((sum, { memory }) => sum + parseInt(memory), 0)).toBe(54 * 1024);
  });

  test("that test start each job in a pod with its GPUs, and hold no GPU themselves", () => {
    expect(valuesOf("tester-amd64-gpu-4").containerMode).toEqual({ type: "kubernetes-novolume" });
    const data = named(prod.resources, "runners-tester-amd64-gpu-4-job-pod").inputs["data"] as Record<string, string>;
    const job = (JSON.parse(data["job.yaml"] ?? "") as { spec: Pod & { automountServiceAccountToken: boolean } }).spec;
    expect(job.containers[0]?.resources.limits).toEqual({ cpu: "88000m", memory: "819200Mi", "ephemeral-storage": "400Gi", "nvidia.com/gpu": "4" });
    expect(job.nodeSelector).toEqual({ "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.azure.com/agentpool": "gpu4" });
    expect(job.automountServiceAccountToken).toBe(false);
    expect(JSON.stringify(valuesOf("tester-amd64-gpu-4").template)).not.toContain("nvidia.com/gpu");
  });

  test("have listeners on nodes that stay", () => {
    for (const id of ids) expect(valuesOf(id).listenerTemplate.spec.tolerations ?? []).toEqual([]);
  });

  test("are privileged nowhere but where a daemon builds", () => {
    const privileged = ids.filter((id) => JSON.stringify(valuesOf(id)).includes('"privileged":true'));
    expect(privileged).toEqual(["builder-amd64", "builder-arm64"]);
    for (const id of privileged) expect(valuesOf(id).template.spec.hostUsers).toBe(false);
  });

  test("have a quota of what all of them ask for", () => {
    expect((named(prod.resources, "runners-tester-amd64-gpu-4-quota").inputs["spec"] as { hard: unknown }).hard).toEqual({
      pods: "8",
      "requests.cpu": "354000m",
      "requests.memory": "3280896Mi",
      "requests.ephemeral-storage": "1616Gi",
      "requests.nvidia.com/gpu": "16",
    });
  });

  test("of dev live on the deployment-test cluster", () => {
    expect(named(dev.resources, "runners-controller").provider).toBe("deployment-tests-aks-kubernetes");
    expect(typed(dev.resources, "azure-native:containerservice:ManagedCluster")).toHaveLength(1);
  });
});

describe("GitHub", () => {
  test("demands exactly the required checks of main, each from its app, and lets one app by", () => {
    for (const name of ["protection-main", "protection-release"]) {
      const { inputs } = named(prod.resources, name);
      expect((inputs["rules"] as { requiredStatusChecks: { requiredChecks: unknown } }).requiredStatusChecks.requiredChecks).toEqual([
        { context: "DCO", integrationId: 1861 },
        { context: "backend-status-check", integrationId: 15368 },
        { context: "copyright-checks", integrationId: 15368 },
        { context: "dynamo-status-check", integrationId: 15368 },
        { context: "pre-commit", integrationId: 15368 },
      ]);
      expect(inputs["bypassActors"]).toEqual([{ actorId: 740001, actorType: "Integration", bypassMode: "always" }]);
      expect(inputs["enforcement"]).toBe("active");
    }
    expect(named(prod.resources, "protection-mirrors").inputs).toMatchObject({
      conditions: { refName: { includes: ["refs/heads/pull-request/*"], excludes: [] } },
      bypassActors: [{ actorId: 329410 }],
      rules: { creation: true, update: true, deletion: true },
    });
  });

  test("gets its files one after another, workflows last, before main is protected, and without starting CI", () => {
    const files = typed(prod.resources, "github:index/repositoryFile:RepositoryFile");
    const chain = [...files].sort((one, other) => waitsFor(prod.resources, one.name).size - waitsFor(prod.resources, other.name).size).map(({ inputs }) => String(inputs["file"]));
    const firstWorkflow = chain.findIndex((path) => path.startsWith(".github/workflows/"));
    expect(chain.slice(firstWorkflow).every((path) => path.startsWith(".github/workflows/"))).toBe(true);
    expect(chain.slice(0, firstWorkflow)).toEqual(expect.arrayContaining([".github/ci/plan.mjs", ".github/ci/verdict.mjs", ".github/CODEOWNERS"]));
    for (const { name, inputs } of files) {
      expect(inputs["commitMessage"]).toBe(`Update ${String(inputs["file"])} from the gpu-cicd stack [skip ci]`);
      expect(inputs["overwriteOnCreate"]).toBe(true);
      expect(Object.keys(inputs)).not.toContain("commitAuthor");
      expect(waitsFor(prod.resources, "protection-main")).toContain(name);
    }
  });

  test("hands secrets and variables to environments of these branches alone", () => {
    const policies = typed(prod.resources, "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy");
    expect(policies.map(({ inputs }) => `${String(inputs["repository"])} ${String(inputs["environment"])}: ${String(inputs["branchPattern"])}`).sort()).toEqual([
      "dynamo deployment-tests: main",
      "dynamo main-images: main",
      "dynamo main-images: release/*",
      "dynamo notifications: main",
      "dynamo notifications: release/*",
      "dynamo pull-request-images: pull-request/*",
      "gpu-cicd prod-apply: main",
      "gpu-cicd prod-preview: main",
      "gpu-cicd prod-preview: refs/pull/*/merge",
    ]);
    expect(named(prod.resources, "repository-infra-prod-apply").inputs).toMatchObject({ preventSelfReview: true, canAdminsBypass: false, reviewers: [{ teams: [9120044] }] });
  });

  test("tells jobs where things are", () => {
    const variables = typed(dev.resources, "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable").map(({ inputs }) => [`${String(inputs["environment"])}.${String(inputs["variableName"])}`, inputs["value"]]);
    expect(Object.fromEntries(variables)).toMatchObject({
      "pull-request-images.ECR_REGISTRY": "111122223333.dkr.ecr.us-west-2.amazonaws.com",
      "pull-request-images.ECR_REPOSITORY": "ai-dynamo/dynamo-pull-request",
      "pull-request-images.ACR_REGISTRY": "aidynamocidevpr.azurecr.io",
      "main-images.ECR_REPOSITORY": "ai-dynamo/dynamo",
      "main-images.ACR_REGISTRY": "aidynamocidev.azurecr.io",
      "main-images.ECR_CACHE_REPOSITORY": "ai-dynamo/dynamo-cache",
      "main-images.AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/gpu-cicd-dev-main-images",
      "deployment-tests.AKS_API_SERVER": "https://dynamo-dev.hcp.westus3.azmk8s.io:443",
      "deployment-tests.AZURE_PRINCIPAL_ID": "principal-of-identities-deployment-tests-identity",
    });
  });
});

test("bad config registers nothing and is an error without a stack trace", async () => {
  await expect(runStack("prod", (values) => ({ ...values, schedule: { cron: "never" } }))).rejects.toMatchObject({
    __pulumiRunError: true,
    message: expect.stringContaining("gpu-cicd:schedule.cron") as string,
  });
});

test("changing a GPU class's size changes its sets and nothing else", async () => {
  const { resources } = await runStack("prod", (values) => ({ ...values, runnerClasses: { "tester-amd64-gpu": { pod: { cpu: 18 } } } }));
  const texts = (all: readonly Registered[]): Map<string, string> => new Map(all.map((resource) => [`${resource.type}::${resource.name}`, JSON.stringify(resource.inputs)]));
  const before = texts(prod.resources);
  const changed = [...texts(resources)].filter(([key, text]) => before.get(key) !== text).map(([key]) => key.split("::")[1]);
  expect(changed.filter((name) => !name?.startsWith("workflows-")).sort()).toEqual([
    "runners-tester-amd64-gpu-job-pod",
    "runners-tester-amd64-gpu-quota",
    "runners-tester-amd64-gpu-release",
  ]);
  expect(resources).toHaveLength(prod.resources.length);
});
