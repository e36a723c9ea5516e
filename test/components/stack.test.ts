/**
 * The whole program under mocks: which resources there are, under whom, protected or not, with which inputs and in which order. That the
 * engine and the clouds take them is for the rehearsals to show.
 */
import { canary, named, runStack, typed, type Ran, type Registered } from "./support";

jest.setTimeout(300_000);

let large: Ran<Record<string, unknown>>;
let small: Ran<Record<string, unknown>>;
beforeAll(async () => {
  large = await runStack("large");
  small = await runStack("small");
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
  test("of large", () => expect(lines(large.resources)).toMatchSnapshot());
  test("of small", () => expect(lines(small.resources)).toMatchSnapshot());

  test("have a name of their own beneath their parent's", () => {
    for (const { resources } of [large, small]) {
      expect(new Set(resources.map(({ name, type }) => `${type}::${name}`)).size).toBe(resources.length);
      for (const { name, parent } of resources) if (parent !== undefined && !parent.endsWith("large") && !parent.endsWith("small")) expect(name.startsWith(`${parent}-`)).toBe(true);
    }
  });

  test("use the providers that were made for them", () => {
    const own: Record<string, RegExp> = { aws: /^aws$/, "azure-native": /^azure$/, github: /^github$/, kubernetes: /^(deployment-tests-aks|runner-cluster)-kubernetes$/ };
    for (const { type, provider, name } of large.resources) {
      const [kind = ""] = type.split(":");
      if (own[kind] !== undefined) expect(`${name}: ${provider}`).toMatch(new RegExp(`: ${own[kind].source.slice(1)}`));
    }
  });

  test("with state are protected in large and not in small", () => {
    const isProtected = ({ resources }: Ran<unknown>): string[] => resources.filter(({ protect }) => protect).map(({ name }) => name).sort();
    expect(isProtected(large)).toEqual(["deployment-tests-aks-cluster", "registries-acr", "registries-cache", "registries-images", "resource-group", "runner-cluster-cluster"]);
    expect(isProtected(small)).toEqual([]);
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
    for (const { resources } of [large, small]) for (const { name, inputs } of resources) expect(exposed(inputs, name)).toEqual([]);
    const secret = named(large.resources, "repository-launches-HF_TOKEN").inputs["value"];
    expect(secret).toEqual({ "4dabf18193072939515e22adb298388d": signature, value: canary("HF_TOKEN") });
    const app = named(large.resources, "github", "pulumi:providers:github").inputs["appAuth"];
    expect(app).toEqual({ "4dabf18193072939515e22adb298388d": signature, value: JSON.stringify({ id: "6101", installationId: "61010", pemFile: canary("githubAppPrivateKey") }) });
  });

  test("are in no output", () => {
    expect(JSON.stringify([large.result, small.result])).not.toContain(canary(""));
  });

  test("that are optional may be missing, and then nothing is made of them", () => {
    expect(typed(small.resources, "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret").map(({ name }) => name)).not.toContain("repository-bulletin-SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL");
    expect(named(large.resources, "repository-bulletin-SLACK_NOTIFY_NIGHTLY_WEBHOOK_URL").type).toBe("github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret");
  });
});

describe("registries", () => {
  const mutability = ({ inputs }: Registered): unknown[] => [inputs["name"], inputs["imageTagMutability"], inputs["imageTagMutabilityExclusionFilters"]];

  test("take each tag once, but for the movable ones", () => {
    expect(mutability(named(large.resources, "registries-images"))).toEqual([
      "orbit/serving",
      "IMMUTABLE_WITH_EXCLUSION",
      [
        { filter: "trunk-*", filterType: "WILDCARD" },
        { filter: "night-*", filterType: "WILDCARD" },
      ],
    ]);
    expect(mutability(named(small.resources, "registries-pull-request-images"))).toEqual(["orbit/serving-try-pull-request", "IMMUTABLE", undefined]);
    expect(typed(large.resources, "aws:ecr/repository:Repository").map(({ name }) => name).sort()).toEqual(["registries-cache", "registries-images"]);
  });

  test("refuse a pull request's writes wherever its images do not belong", () => {
    const refused = (ran: Ran<unknown>): string[] => typed(ran.resources, "aws:ecr/repositoryPolicy:RepositoryPolicy").map(({ inputs }) => String(inputs["repository"])).sort();
    expect(refused(large)).toEqual(["orbit/serving-cache"]);
    expect(refused(small)).toEqual(["orbit/serving-try", "orbit/serving-try-cache"]);
    const [statement] = (JSON.parse(String(named(small.resources, "registries-images-policy").inputs["policy"])) as { Statement: Record<string, unknown>[] }).Statement;
    expect(statement).toMatchObject({ Effect: "Deny", Principal: "*", Condition: { ArnEquals: { "aws:PrincipalArn": "arn:aws:iam::210987654321:role/gpu-cicd-small-pull-request-images" } } });
  });

  test("on Azure have neither an admin nor anonymous readers", () => {
    for (const { inputs } of [...typed(large.resources, "azure-native:containerregistry:Registry"), ...typed(small.resources, "azure-native:containerregistry:Registry")]) {
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
    const policy: unknown = JSON.parse(String(named(small.resources, "identities-main-images-role").inputs["assumeRolePolicy"]));
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
              "token.actions.githubusercontent.com:environment": "trunk-images",
              "token.actions.githubusercontent.com:job_workflow_ref": ["image.yml", "image-publish.yml", "ci-test-suite.yml"].map((file) => `orbit-lab/engine-try/.github/workflows/${file}@refs/heads/trunk`),
              "token.actions.githubusercontent.com:ref": "refs/heads/trunk",
              "token.actions.githubusercontent.com:repository_id": "5404",
              "token.actions.githubusercontent.com:sub": "repo:orbit-lab@5101/engine-try@5404:environment:trunk-images",
            },
          },
        },
      ],
    });
  });

  test("of releases and mirrors are taken on any branch of theirs, and releases write no cache", () => {
    const where = (purpose: string): unknown => (JSON.parse(String(named(large.resources, `identities-${purpose}-role`).inputs["assumeRolePolicy"])) as { Statement: { Condition: { StringLike?: unknown } }[] }).Statement[0]!.Condition.StringLike;
    expect(where("release-images")).toMatchObject({ "token.actions.githubusercontent.com:ref": "refs/heads/stable/*" });
    expect(where("pull-request-images")).toEqual({
      "token.actions.githubusercontent.com:job_workflow_ref": ["image.yml", "pr.yaml"].map((file) => `orbit-lab/engine/.github/workflows/${file}@refs/heads/pull-request/*`),
      "token.actions.githubusercontent.com:ref": "refs/heads/pull-request/*",
    });
    expect(where("main-images")).toBeUndefined();
    const all = statements(large, "release-images").concat(statements(large, "release-images-cache"));
    expect(resourcesOf(all, "PushImages")).toEqual(["arn:aws:ecr:us-west-2:111122223333:repository/orbit/serving"]);
    expect(all.flatMap(({ Action }) => Action)).not.toContain("s3:PutObject");
  });

  test("of pull requests push to their own repository where it is apart, and never to the caches", () => {
    const all = statements(small, "pull-request-images").concat(statements(small, "pull-request-images-cache"));
    expect(resourcesOf(all, "PushImages")).toEqual(["arn:aws:ecr:us-west-2:111122223333:repository/orbit/serving-try-pull-request"]);
    expect(all.flatMap(({ Action }) => Action)).not.toContain("s3:PutObject");
    expect(resourcesOf(statements(large, "pull-request-images"), "PushImages")).toEqual(["arn:aws:ecr:us-west-2:111122223333:repository/orbit/serving"]);
  });

  test("of builds reach the compiler cache and nothing else, and from no file that only publishes", () => {
    for (const purpose of ["pull-request-images", "main-images", "release-images"]) {
      const reach = statements(large, `${purpose}-cache`).flatMap(({ Action, Resource }) => [Action, Resource].flat(2));
      expect(reach.filter((each) => !/^(?:s3:|arn:aws:s3:::)/.test(each))).toEqual([]);
      expect(reach.includes("s3:PutObject")).toBe(purpose === "main-images");
      expect(statements(large, purpose).flatMap(({ Action }) => Action).filter((action) => action.startsWith("s3:"))).toEqual([]);
      expect(String(named(large.resources, `identities-${purpose}-cache-role`).inputs["assumeRolePolicy"])).not.toContain("image-publish.yml");
    }
  });

  test("of previews read and nothing more", () => {
    expect(statements(large, "preview").flatMap(({ Action }) => Action).filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
  });

  test("have no action on everything but the registry login, which AWS knows no resource for", () => {
    for (const purpose of ["pull-request-images", "main-images", "release-images", "preview", "apply"]) {
      const wide = statements(large, purpose).filter(({ Resource }) => [Resource].flat().includes("*"));
      expect(wide.flatMap(({ Action }) => Action)).toEqual(purpose.endsWith("-images") ? ["ecr:GetAuthorizationToken"] : []);
      expect(statements(large, purpose).flatMap(({ Action }) => Action).filter((action) => action.includes("*"))).toEqual([]);
    }
  });

  test("on Azure get their credentials one after another", async () => {
    const { resources } = await runStack("large", (values) => ({ ...values, github: { ...(values["github"] as object), subjectForm: "both" } }));
    expect(named(resources, "identities-main-images-credential-2").dependsOn).toContain("identities-main-images-credential-1");
    expect(typed(resources, "azure-native:managedidentity:FederatedIdentityCredential")).toHaveLength(12);
  });

  test("on Azure hold these roles, each at the narrowest scope that serves, and none on the subscription", () => {
    const grants = typed(large.resources, "azure-native:authorization:RoleAssignment");
    expect(grants.map(({ name, inputs }) => `${name} @ ${String(inputs["scope"])}`).sort()).toMatchSnapshot();
    expect(new Set(grants.map(({ inputs }) => inputs["roleAssignmentName"])).size).toBe(grants.length);
    expect(grants.every(({ deleteBeforeReplace }) => deleteBeforeReplace)).toBe(true);
  });
});

describe("clusters", () => {
  test("let nobody in but through Entra, and start their GPU pools from zero", () => {
    const cluster = named(large.resources, "deployment-tests-aks-cluster");
    expect(cluster.inputs).toMatchObject({
      disableLocalAccounts: true,
      aadProfile: { managed: true, enableAzureRBAC: true },
      oidcIssuerProfile: { enabled: true },
      apiServerAccessProfile: { disableRunCommand: true, enablePrivateCluster: false, authorizedIPRanges: ["198.51.100.32/28", "203.0.113.0/24"] },
      networkProfile: { networkPluginMode: "overlay", networkDataplane: "cilium", networkPolicy: "cilium" },
    });
    expect(cluster.ignoreChanges).toEqual(["agentPoolProfiles[0].count", "kubernetesVersion"]);
    const pools = typed(large.resources, "azure-native:containerservice:AgentPool");
    expect(pools.map(({ inputs }) => [inputs["agentPoolName"], inputs["minCount"], inputs["nodeTaints"]])).toEqual(
      expect.arrayContaining([
        ["gone", 0, ["sku=gpu:NoSchedule"]],
        ["famd", 0, ["gpu-cicd/runners=true:NoSchedule"]],
        ["cpu", 0, []],
      ]),
    );
    expect(pools.every(({ ignoreChanges }) => ignoreChanges.includes("count"))).toBe(true);
  });

  test("are private where no range is authorized", async () => {
    const { resources } = await runStack("large", (values) => {
      const runners = values["runners"] as { readonly cluster: object };
      return { ...values, runners: { ...runners, cluster: { ...runners.cluster, authorizedIpRanges: [] } } };
    });
    expect(named(resources, "runner-cluster-cluster").inputs["apiServerAccessProfile"]).toEqual({
      disableRunCommand: true,
      enablePrivateCluster: true,
      enablePrivateClusterPublicFQDN: false,
      privateDNSZone: "system",
    });
  });

  test("get their pools and maintenance windows one after another: AKS takes one operation at a time", () => {
    const ofCluster = (cluster: string): string[] => {
      const inside = large.resources.filter(({ type, inputs }) => /:(AgentPool|MaintenanceConfiguration)$/.test(type) && inputs["resourceName"] === cluster);
      return inside.sort((one, other) => waitsFor(large.resources, one.name).size - waitsFor(large.resources, other.name).size).map(({ name }) => name);
    };
    for (const [cluster, count] of [["orbit-launches", 4], ["orbit-runners", 8]] as const) {
      const chain = ofCluster(cluster);
      expect(chain).toHaveLength(count);
      chain.slice(1).forEach((name, index) => expect(waitsFor(large.resources, name)).toContain(chain[index]));
    }
  });

  test("have a system pool whose name comes before every other's", () => {
    const pools = typed(large.resources, "azure-native:containerservice:AgentPool").map(({ inputs }) => String(inputs["agentPoolName"]));
    expect([...pools, "a0system"].sort()[0]).toBe("a0system");
    for (const { inputs } of typed(large.resources, "azure-native:containerservice:ManagedCluster")) expect(inputs["agentPoolProfiles"]).toMatchObject([{ name: "a0system" }]);
  });

  test("give deployment tests their rights after what narrows them", () => {
    const before = waitsFor(large.resources, "deployment-tests-guard-open-binding");
    const bindings = typed(large.resources, "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding").filter(({ name }) => name.startsWith("deployment-tests-guard-"));
    expect(bindings).toHaveLength(14);
    for (const { name } of bindings) expect(before).toContain(name);
  });

  test("deny a pod whose namespace lacks its quota or its default", () => {
    const binding = (policy: string): unknown => (named(large.resources, `deployment-tests-guard-${policy}-binding`).inputs["spec"] as { paramRef: unknown }).paramRef;
    expect(binding("gpu-cicd-test-quota")).toEqual({ name: "deployment-test", parameterNotFoundAction: "Deny" });
    expect(binding("gpu-cicd-test-default-deny")).toEqual({ name: "default-deny", parameterNotFoundAction: "Deny" });
  });
});

describe("runners", () => {
  type Pod = { containers: { name: string; resources: { requests: object; limits: object }; securityContext?: { privileged?: boolean } }[]; initContainers?: Pod["containers"]; hostUsers?: boolean; nodeSelector: Record<string, string>; tolerations?: { key: string }[] };
  type Values = { template: { spec: Pod }; listenerTemplate: { spec: Pod }; containerMode?: { type: string }; githubConfigSecret: unknown };
  const valuesOf = (id: string): Values => named(large.resources, `runners-${id}-release`).inputs["values"] as Values;
  const ids = ["forge-amd", "forge-arm", "bench-gpu", "bench-gpu-2", "bench-arm", "launcher"];

  test("go before their controller, and come after it, their nodes and their groups", () => {
    for (const id of ids) {
      const before = waitsFor(large.resources, `runners-${id}-release`);
      for (const name of ["runners-controller", "runners-pods-binding", "runner-cluster-pool-gone", "repository-group-orbit-benches", `runners-${id}-quota`, `runners-${id}-traffic`]) expect(before).toContain(name);
    }
  });

  test("use one version of both charts, and name their credential", () => {
    const releases = typed(large.resources, "kubernetes:helm.sh/v3:Release").filter(({ inputs }) => String(inputs["chart"]).includes("gha-runner"));
    expect(new Set(releases.map(({ inputs }) => inputs["version"]))).toEqual(new Set(["0.15.1"]));
    expect(releases).toHaveLength(7);
    for (const id of ids) expect(valuesOf(id).githubConfigSecret).toBe("github-app");
  });

  test("ask for what they may use, no more and no less", () => {
    for (const id of ids) for (const { spec } of [valuesOf(id).template, valuesOf(id).listenerTemplate]) for (const { resources } of [...spec.containers, ...(spec.initContainers ?? [])]) expect(resources.limits).toEqual(resources.requests);
  });

  test("that build share their pod's size with a Docker daemon, which is privileged inside its own user namespace", () => {
    const { spec } = valuesOf("forge-amd").template;
    expect(spec.hostUsers).toBe(false);
    const sizes = [...spec.containers, ...(spec.initContainers ?? []).filter(({ name }) => name === "docker")].map(({ resources }) => resources.requests as { cpu: string; memory: string });
    expect(sizes.reduce((sum, { cpu }) => sum + parseInt(cpu), 0)).toBe(13_000);
    expect(sizes.reduce((sum, { memory }) => sum + parseInt(memory), 0)).toBe(50 * 1024);
  });

  test("that test start each job in a pod with its GPUs, and hold no GPU themselves", () => {
    expect(valuesOf("bench-gpu-2").containerMode).toEqual({ type: "kubernetes-novolume" });
    const data = named(large.resources, "runners-bench-gpu-2-job-pod").inputs["data"] as Record<string, string>;
    const job = (JSON.parse(data["job.yaml"] ?? "") as { spec: Pod & { automountServiceAccountToken: boolean } }).spec;
    expect(job.containers[0]?.resources.limits).toEqual({ cpu: "42000m", memory: "389120Mi", "ephemeral-storage": "300Gi", "nvidia.com/gpu": "2" });
    expect(job.nodeSelector).toEqual({ "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64", "kubernetes.azure.com/agentpool": "gtwo" });
    expect(job.automountServiceAccountToken).toBe(false);
    expect(JSON.stringify(valuesOf("bench-gpu-2").template)).not.toContain("nvidia.com/gpu");
  });

  test("have listeners on nodes that stay", () => {
    for (const id of ids) expect(valuesOf(id).listenerTemplate.spec.tolerations ?? []).toEqual([]);
  });

  test("are privileged nowhere but where a daemon builds", () => {
    const privileged = ids.filter((id) => JSON.stringify(valuesOf(id)).includes('"privileged":true'));
    expect(privileged).toEqual(["forge-amd", "forge-arm"]);
    for (const id of privileged) expect(valuesOf(id).template.spec.hostUsers).toBe(false);
  });

  const jobPod = (ran: Ran<unknown>, id: string): unknown =>
    JSON.parse((named(ran.resources, `runners-${id}-job-pod`).inputs["data"] as Record<string, string>)["job.yaml"]!) as unknown;
  const labelsOf = (ran: Ran<unknown>, id: string): unknown => (named(ran.resources, `runners-${id}-jobs-namespace`).inputs["metadata"] as { labels: unknown }).labels;

  test("give tests the pod of their contract, and their namespaces say what it may have", () => {
    expect(jobPod(large, "bench-gpu")).toMatchObject({
      spec: {
        securityContext: { runAsUser: 0, fsGroup: 1001 },
        containers: [{ name: "$job", securityContext: { allowPrivilegeEscalation: false, capabilities: { add: ["IPC_LOCK"] } }, volumeMounts: [{ name: "shared-memory", mountPath: "/dev/shm" }] }],
        volumes: [{ name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "4Gi" } }],
      },
    });
    expect(labelsOf(large, "bench-gpu")).toMatchObject({ "pod-security.kubernetes.io/enforce": "privileged", "gpu-cicd/job-pods": "true", "gpu-cicd/memlock": "unlimited", "gpu-cicd/shared-memory-gib": "4" });
  });

  test("give no more where tests are only collected, or ask for nothing", () => {
    for (const [ran, id, user] of [[large, "bench-arm", 0], [small, "bench-gpu", 2000]] as const) {
      const pod = jobPod(ran, id);
      expect(pod).toMatchObject({ spec: { securityContext: { runAsUser: user } } });
      expect(JSON.stringify(pod)).not.toMatch(/capabilities|shared-memory/);
      expect(labelsOf(ran, id)).toMatchObject({ "pod-security.kubernetes.io/enforce": "baseline", "gpu-cicd/memlock": "node", "gpu-cicd/shared-memory-gib": "0" });
    }
  });

  test("have a quota of what all of them ask for, and their jobs another", () => {
    const hard = (id: string): unknown => (named(large.resources, `runners-${id}-quota`).inputs["spec"] as { hard: unknown }).hard;
    expect(hard("bench-gpu-2")).toEqual({ pods: "3", "requests.cpu": "1500m", "requests.memory": "3072Mi", "requests.ephemeral-storage": "12Gi", "requests.nvidia.com/gpu": "0" });
    expect(hard("bench-gpu-2-jobs")).toEqual({
      pods: "3",
      // The service beside the tests among it.
        "requests.cpu": "126750m",
      "requests.memory": "1168896Mi",
      "requests.ephemeral-storage": "906Gi",
      "requests.nvidia.com/gpu": "6",
    });
  });

  test("start jobs where no credential lies, with an account that has rights nowhere else", () => {
    const { spec } = valuesOf("bench-gpu-2").template as unknown as { spec: { serviceAccountName: string; containers: { env: { name: string; value: string }[] }[] } };
    const { runnerScaleSetName: label } = valuesOf("bench-gpu-2") as unknown as { runnerScaleSetName: string };
    expect(spec.serviceAccountName).toBe("job-starter");
    expect(spec.containers[0]?.env).toContainEqual({ name: "ACTIONS_RUNNER_KUBERNETES_NAMESPACE", value: `jobs-${label}` });
    const bindings = typed(large.resources, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding").map(({ inputs }) => inputs as unknown as { metadata: { namespace: string }; subjects: { name: string; namespace: string }[] });
    const ofRunners = bindings.filter(({ subjects }) => subjects.some(({ namespace }) => namespace === `arc-${label}`));
    expect(ofRunners.map(({ metadata, subjects }) => [metadata.namespace, subjects])).toEqual([[`jobs-${label}`, [{ kind: "ServiceAccount", name: "job-starter", namespace: `arc-${label}` }]]]);
    const secrets = typed(large.resources, "kubernetes:core/v1:Secret").map(({ inputs }) => (inputs["metadata"] as { namespace: string }).namespace);
    expect(secrets.filter((namespace) => namespace.startsWith("jobs-"))).toEqual([]);
    expect(secrets).toContain(`arc-${label}`);
  });

  test("of small live on the deployment-test cluster", () => {
    expect(named(small.resources, "runners-controller").provider).toBe("deployment-tests-aks-kubernetes");
    expect(typed(small.resources, "azure-native:containerservice:ManagedCluster")).toHaveLength(1);
  });
});

describe("GitHub", () => {
  test("demands exactly the required checks of main, each from its app, and lets one app by", () => {
    for (const name of ["protection-main", "protection-release"]) {
      const { inputs } = named(large.resources, name);
      expect((inputs["rules"] as { requiredStatusChecks: { requiredChecks: unknown } }).requiredStatusChecks.requiredChecks).toEqual([
        { context: "core-gate", integrationId: 15368 },
        { context: "images-gate", integrationId: 15368 },
        { context: "leaks", integrationId: 7722 },
        { context: "licences", integrationId: 15368 },
        { context: "sign-off", integrationId: 7711 },
        { context: "tidy", integrationId: 15368 },
      ]);
      expect(inputs["bypassActors"]).toEqual([{ actorId: 6101, actorType: "Integration", bypassMode: "always" }]);
      expect(inputs["enforcement"]).toBe("active");
    }
    expect(named(large.resources, "protection-mirrors").inputs).toMatchObject({
      conditions: { refName: { includes: ["refs/heads/pull-request/*", "refs/heads/pull-request/*/**/*", "refs/heads/pull-request"], excludes: [] } },
      bypassActors: [{ actorId: 6303 }],
      rules: { creation: true, update: true, deletion: true },
    });
  });

  test("lets the named teams alone create release branches and write tags, and nobody where none is named", () => {
    const managers = [{ actorId: 7001, actorType: "Team", bypassMode: "always" }];
    expect(named(large.resources, "protection-releases-born").inputs).toMatchObject({
      target: "branch",
      enforcement: "active",
      conditions: { refName: { includes: ["refs/heads/stable/*", "refs/heads/stable/*/**/*", "refs/heads/stable"], excludes: [] } },
      bypassActors: managers,
      rules: { creation: true },
    });
    expect(named(large.resources, "protection-tags").inputs).toMatchObject({ target: "tag", conditions: { refName: { includes: ["~ALL"] } }, bypassActors: managers, rules: { creation: true, update: true, deletion: true } });
    expect(named(small.resources, "protection-tags").inputs["bypassActors"]).toEqual([]);
  });

  test("gets its files one after another, workflows last, before main is protected, and without starting CI", () => {
    const files = typed(large.resources, "github:index/repositoryFile:RepositoryFile");
    const chain = [...files].sort((one, other) => waitsFor(large.resources, one.name).size - waitsFor(large.resources, other.name).size).map(({ inputs }) => String(inputs["file"]));
    const firstWorkflow = chain.findIndex((path) => path.startsWith(".github/workflows/"));
    expect(chain.slice(firstWorkflow).every((path) => path.startsWith(".github/workflows/"))).toBe(true);
    expect(chain.slice(0, firstWorkflow)).toEqual(expect.arrayContaining([".github/ci/plan.mjs", ".github/ci/verdict.mjs", ".github/CODEOWNERS"]));
    for (const { name, inputs } of files) {
      expect(inputs["commitMessage"]).toBe(`Update ${String(inputs["file"])} from the gpu-cicd stack [skip ci]`);
      expect(inputs["overwriteOnCreate"]).toBe(true);
      expect(Object.keys(inputs)).not.toContain("commitAuthor");
      expect(waitsFor(large.resources, "protection-main")).toContain(name);
    }
  });

  test("hands secrets and variables to environments of these branches alone", () => {
    const policies = typed(large.resources, "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy");
    expect(policies.map(({ inputs }) => `${String(inputs["repository"])} ${String(inputs["environment"])}: ${String(inputs["branchPattern"])}`).sort()).toEqual([
      "engine bulletin: stable/*",
      "engine bulletin: trunk",
      "engine launches: trunk",
      "engine stable-images: stable/*",
      "engine trunk-images: trunk",
      "engine vetted-images: pull-request/*",
      "engine-infra large-apply: trunk",
      "engine-infra large-preview: refs/pull/*/merge",
      "engine-infra large-preview: trunk",
    ]);
    expect(named(large.resources, "repository-infra-large-apply").inputs).toMatchObject({ preventSelfReview: true, canAdminsBypass: false, reviewers: [{ teams: [7001] }] });
  });

  test("tells jobs where things are", () => {
    const variables = typed(small.resources, "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable").map(({ inputs }) => [`${String(inputs["environment"])}.${String(inputs["variableName"])}`, inputs["value"]]);
    expect(Object.fromEntries(variables)).toMatchObject({
      "vetted-images.ECR_REGISTRY": "111122223333.dkr.ecr.us-west-2.amazonaws.com",
      "vetted-images.ECR_REPOSITORY": "orbit/serving-try-pull-request",
      "vetted-images.ACR_REGISTRY": "orbittrypr.azurecr.io",
      "trunk-images.ECR_REPOSITORY": "orbit/serving-try",
      "trunk-images.ACR_REGISTRY": "orbittry.azurecr.io",
      "trunk-images.ECR_CACHE_REPOSITORY": "orbit/serving-try-cache",
      "trunk-images.AWS_ROLE_ARN": "arn:aws:iam::111122223333:role/gpu-cicd-small-main-images",
      "trunk-images.AWS_CACHE_ROLE_ARN": "arn:aws:iam::111122223333:role/gpu-cicd-small-main-images-cache",
      "launches.AKS_API_SERVER": "https://orbit-try.hcp.westus3.azmk8s.io:443",
      "launches.ACR_REGISTRY": "orbittry.azurecr.io",
    });
  });
});

test("bad config registers nothing and is an error without a stack trace", async () => {
  await expect(runStack("large", (values) => ({ ...values, schedule: { cron: "never" } }))).rejects.toMatchObject({
    __pulumiRunError: true,
    message: expect.stringContaining("gpu-cicd:schedule.cron") as string,
  });
});

/** The classes with one of another size. */
function resized(classes: unknown, id: string, size: object): unknown {
  return (classes as { readonly id: string; readonly pod?: object }[]).map((each) => (each.id === id ? { ...each, pod: { ...each.pod, ...size } } : each));
}

test("changing a GPU class's size changes its sets and nothing else", async () => {
  const { resources } = await runStack("large", (values) => ({ ...values, runnerClasses: resized(values["runnerClasses"], "bench-gpu", { cpu: 18 }) }));
  const texts = (all: readonly Registered[]): Map<string, string> => new Map(all.map((resource) => [`${resource.type}::${resource.name}`, JSON.stringify(resource.inputs)]));
  const before = texts(large.resources);
  const changed = [...texts(resources)].filter(([key, text]) => before.get(key) !== text).map(([key]) => key.split("::")[1]);
  expect(changed.filter((name) => !name?.startsWith("workflows-")).sort()).toEqual([
    "runners-bench-gpu-job-pod",
    "runners-bench-gpu-jobs-quota",
    "runners-bench-gpu-release",
  ]);
  expect(resources).toHaveLength(large.resources.length);
});
