/**
 * A production stack's life in one sandbox: it comes up and is looked at with plain clients, drifts and is repaired, a change of its config is
 * previewed, and it is destroyed. The clouds' answers are the sandbox's (docs/rehearsal.md says what that leaves open); no node, no image and
 * no job runs.
 */
import { readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { Canaries } from "./canaries";
import { LONG, Rehearsal, WRITES, diagnosticsOf, errorsOf, planOf } from "./harness";
import { commandLine, processTree, proportionalSetSize } from "./processes";

jest.setTimeout(2 * LONG);

let rehearsal: Rehearsal;
let printed: string;
/** A test that needs Linux's own view of processes. */
const onLinux = process.platform === "linux" ? test : test.skip;
beforeAll(async () => {
  ({ rehearsal, printed } = await Rehearsal.rehearse("prod"));
}, 2 * LONG);
afterAll(() => rehearsal?.stop(), LONG);

const REPOSITORY = "repos/ai-dynamo/dynamo";
const ENFORCED = "pod-security.kubernetes.io/enforce";
/** Id of the app in Pulumi.prod.yaml that reports the checks of jobs. */
const VERDICT_APP = 740006;

/** GitHub's answer to a request with the sandbox's own token. */
async function github<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { GITHUB_API_URL, GITHUB_TOKEN_FILE } = await rehearsal.environment();
  const authorization = `Bearer ${(await readFile(GITHUB_TOKEN_FILE!, "utf8")).trim()}`;
  const response = await fetch(`${GITHUB_API_URL}/${path}`, { method, headers: { authorization, "content-type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** Azure Resource Manager's answer. */
async function arm<T>(method: string, path: string, body?: unknown): Promise<T> {
  const { ARM_ENDPOINT, ARM_ACCESS_TOKEN_FILE } = await rehearsal.environment();
  const authorization = `Bearer ${(await readFile(ARM_ACCESS_TOKEN_FILE!, "utf8")).trim()}`;
  const response = await fetch(`${ARM_ENDPOINT}${path}`, { method, headers: { authorization, "content-type": "application/json" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}

async function aws<T>(...args: string[]): Promise<T> {
  const { ECRClient, DescribeRepositoriesCommand, PutImageTagMutabilityCommand } = await import("@aws-sdk/client-ecr");
  const environment = await rehearsal.environment();
  const client = new ECRClient({
    endpoint: environment["AWS_ENDPOINT_URL"]!,
    region: environment["AWS_REGION"]!,
    credentials: { accessKeyId: environment["AWS_ACCESS_KEY_ID"]!, secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"]! },
  });
  const [operation, repositoryName] = args;
  if (operation === "describe") return (await client.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName!] }))).repositories![0] as T;
  return (await client.send(new PutImageTagMutabilityCommand({ repositoryName: repositoryName!, imageTagMutability: "MUTABLE" }))) as T;
}

const kubectl = (context: string, ...args: string[]): Promise<string> => rehearsal.command(join(rehearsal.client.layout.bin, "kubectl"), "--context", context, ...args);

interface Ruleset {
  readonly id: number;
  readonly name: string;
  readonly rules: { readonly type: string; readonly parameters?: { readonly required_status_checks?: readonly { readonly context: string; readonly integration_id: number }[] } }[];
}

async function mainRuleset(): Promise<Ruleset> {
  const { id } = (await github<Ruleset[]>("GET", `${REPOSITORY}/rulesets`)).find(({ name }) => name === "main")!;
  return github("GET", `${REPOSITORY}/rulesets/${id}`);
}

async function clusterPath(): Promise<string> {
  const { id } = (await rehearsal.state()).find(({ urn }) => urn.endsWith("::deployment-tests-aks-cluster"))!;
  return `${id!}?api-version=2025-09-01`;
}

/**
 * The daemon, which holds the four provider servers, GitHub, ARM and AWS's gateway; its watchdog; etcd; an API server and its controllers for
 * each cluster; AWS's emulator. Not the engine and the program, which end with each command. Memory is the proportional set size: what is a
 * process's own, and its share of what several map.
 */
onLinux("the sandbox's processes take less than 1.5 GB together", async () => {
  const pids = await processTree(rehearsal.client.pid);
  const programs = (await Promise.all(pids.map(commandLine))).map((line) => line.split(" ")[0]!.split("/").at(-1));
  for (const program of ["node", "sh", "etcd", "kube-apiserver", "kube-controller-manager"]) expect(programs).toContain(program);
  expect(programs.filter((program) => program === "kube-apiserver").length).toBeGreaterThanOrEqual(2);
  const sizes = await Promise.all(pids.map(proportionalSetSize));
  console.log(programs.map((p, i) => `${p} ${Math.round(sizes[i]! / 1e6)} MB`).join("\n"));
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1.5e9);
});

describe("what was created", () => {
  test("the second preview found nothing to do", () => {
    expect(printed).toMatch(/^again: no changes, \d+ unchanged/m);
  });

  test("ECR lets exactly the movable tags be overwritten", async () => {
    expect(await aws("describe", "ai-dynamo/dynamo")).toMatchObject({
      imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
      imageTagMutabilityExclusionFilters: [
        { filter: "main-*", filterType: "WILDCARD" },
        { filter: "nightly-*", filterType: "WILDCARD" },
      ],
    });
  });

  test("main requires exactly the five checks, each from its app", async () => {
    const checks = (await mainRuleset()).rules.find(({ type }) => type === "required_status_checks")!.parameters!.required_status_checks!;
    expect([...checks].sort((a, b) => (a.context < b.context ? -1 : 1)).map(({ context, integration_id }) => [context, integration_id])).toEqual([
      ["DCO", 1861],
      ["backend-status-check", VERDICT_APP],
      ["copyright-checks", VERDICT_APP],
      ["dynamo-status-check", VERDICT_APP],
      ["pre-commit", VERDICT_APP],
    ]);
  });

  test("the nightly run is scheduled in the delivered file", async () => {
    const { content } = await github<{ content: string }>("GET", `${REPOSITORY}/contents/.github/workflows/ci-test-suite.yml`);
    expect(Buffer.from(content, "base64").toString("utf8")).toContain("    - cron: 0 0 * * *\n      timezone: America/Los_Angeles\n");
  });

  test("the clusters know Entra alone, and every user pool starts from zero", async () => {
    await kubectl("dynamo-deployment-tests", "label", "namespace", "gpu-cicd-guard", `${ENFORCED}=privileged`, "--overwrite");
    const path = await clusterPath();
    const cluster = await arm<{ properties: { disableLocalAccounts: boolean } }>("GET", path);
    expect(cluster.properties.disableLocalAccounts).toBe(true);
    const pools = await arm<{ value: { name: string; properties: { mode: string; minCount: number } }[] }>("GET", path.replace("?", "/agentPools?"));
    expect(pools.value.filter(({ properties }) => properties.mode === "User").map(({ name, properties }) => [name, properties.minCount]).sort()).toEqual([
      ["cpu", 0],
      ["gpu", 0],
    ]);
  });

  test("each scale set's namespace has its quota, network policy and cleaner's binding", async () => {
    const namespaces = (await kubectl("dynamo-runners", "get", "namespaces", "-l", "gpu-cicd/runners=true", "-o", "jsonpath={.items[*].metadata.name}")).split(" ").sort();
    expect(namespaces).toEqual(["prod-builder-amd-v1", "prod-builder-arm-v1", "prod-default-v1", "prod-tester-amd-gpu-4-v1", "prod-tester-amd-gpu-v1", "prod-tester-amd-v1", "prod-tester-arm-v1"].map((label) => `arc-${label}`).concat(["prod-tester-amd-gpu-4-v1", "prod-tester-amd-gpu-v1", "prod-tester-amd-v1", "prod-tester-arm-v1"].map((label) => `jobs-${label}`)));
    for (const namespace of namespaces) {
      const kinds = await kubectl("dynamo-runners", "-n", namespace, "get", "resourcequotas,networkpolicies,rolebindings", "-o", "jsonpath={.items[*].kind}");
      expect(new Set(kinds.split(" "))).toEqual(new Set(["ResourceQuota", "NetworkPolicy", "RoleBinding"]));
    }
  });

  test("the deployment tests' identity works in namespaces that it made, and nowhere else", async () => {
    const identity = (await rehearsal.state()).find(({ urn, type }) => type.endsWith(":UserAssignedIdentity") && urn.includes("deployment-tests"))!;
    const as = String(identity.outputs!["principalId"]);
    const can = async (...args: string[]): Promise<boolean> => (await kubectl("dynamo-deployment-tests", "auth", "can-i", ...args, "--as", as).catch(() => "no")).trim().startsWith("yes");
    expect(await can("create", "namespaces")).toBe(true);
    expect(await can("create", "pods", "-n", "dynamo-ci-1")).toBe(false);
    const create = (manifest: object, ...args: string[]): Promise<string> => applied(manifest, as, ...args);
    const namespace = (name: string, labels: object): object => ({ apiVersion: "v1", kind: "Namespace", metadata: { name, labels } });
    const labels = { "gpu-cicd/deployment-test": "true", "gpu-cicd/expires-after-minutes": "60", "pod-security.kubernetes.io/enforce": "baseline" };
    await expect(create(namespace("elsewhere", labels))).rejects.toThrow("the name must be dynamo-ci- and a number from 1 to 6");
    await expect(create(namespace("dynamo-ci-1", {}))).rejects.toThrow(/denied request/);
    for (const where of ["kube-system", "default", "gpu-cicd-guard"]) {
      expect(await can("get", "secrets", "-n", where)).toBe(false);
      expect(await can("create", "pods", "-n", where)).toBe(false);
    }
  });
});

/** Creates an object as somebody else. */
async function applied(manifest: object, as: string, ...args: string[]): Promise<string> {
  const file = join(rehearsal.directory, "manifest.json");
  await writeFile(file, JSON.stringify(manifest));
  return kubectl("dynamo-deployment-tests", "create", "-f", file, "--as", as, ...args);
}

describe("drift", () => {
  const drifted = [
    "update aws:ecr/repository:Repository registries-images",
    "update azure-native:containerservice:ManagedCluster deployment-tests-aks-cluster",
    // Nobody touched it: Azure answers with the pools that were made after it, which a read of azure-native takes for changed (docs/operations.md).
    "update azure-native:containerservice:ManagedCluster runner-cluster-cluster",
    "update github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret repository-main-images-HF_TOKEN",
    "update github:index/repositoryRuleset:RepositoryRuleset protection-main",
    "update kubernetes:core/v1:Namespace deployment-tests-guard-namespace",
    "delete kubernetes:core/v1:ResourceQuota runners-builder-amd64-quota",
    "delete kubernetes:core/v1:Secret runners-builder-amd64-github-app",
    "delete kubernetes:helm.sh/v3:Release runners-tester-amd64-gpu-release",
  ].sort();

  test("is named, exactly", async () => {
    const ruleset = await mainRuleset();
    const without = ruleset.rules.map((rule) => (rule.type === "required_status_checks" ? { ...rule, parameters: { ...rule.parameters, required_status_checks: rule.parameters!.required_status_checks!.filter(({ context }) => context !== "pre-commit") } } : rule));
    await github("PUT", `${REPOSITORY}/rulesets/${ruleset.id}`, { rules: without });
    await aws("make-mutable", "ai-dynamo/dynamo");
    await kubectl("dynamo-runners", "-n", "arc-prod-builder-amd-v1", "delete", "resourcequota", "runners");
    await kubectl("dynamo-runners", "-n", "arc-prod-builder-amd-v1", "delete", "secret", "github-app");
    await kubectl("dynamo-runners", "-n", "arc-prod-tester-amd-gpu-v1", "delete", "secret", "-l", "owner=helm");
    const path = await clusterPath();
    const cluster = await arm<{ properties: Record<string, unknown> }>("GET", path);
    await arm("PUT", path, { ...cluster, properties: { ...cluster.properties, disableLocalAccounts: false } });
    await replaceSecret("main-images", "HF_TOKEN");

    expect(planOf(await rehearsal.succeed("refresh", "--preview-only"))).toEqual(drifted);
  });

  test("is not repaired by an update that fails on what carries a secret, which says what failed and not the secret", async () => {
    const types = ["github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret", "kubernetes:core/v1:Secret", "kubernetes:helm.sh/v3:Release"];
    for (const type of types) await rehearsal.order({ type, operation: WRITES, status: 500 });
    const failed = await rehearsal.pulumi("up", "--yes", "--skip-preview", "--refresh", "--continue-on-error");
    expect(failed.code).not.toBe(0);
    const said = errorsOf(failed);
    for (const name of ["repository-main-images-HF_TOKEN", "runners-builder-amd64-github-app", "runners-tester-amd64-gpu-release"]) expect(said).toContain(name);
    expect(said.match(/500 InternalServerError/g)).toHaveLength(types.length);
    expect((await Canaries.of(rehearsal)).in(said + failed.output + failed.events)).toEqual([]);
    await rehearsal.clearFaults();
  });

  test("is repaired, a field that was edited with kubectl too, which kubectl then manages", async () => {
    await rehearsal.succeed("up", "--yes", "--skip-preview", "--refresh");
    const guard = JSON.parse(await kubectl("dynamo-deployment-tests", "get", "namespace", "gpu-cicd-guard", "-o", "json")) as { metadata: { labels: object } };
    expect(guard.metadata.labels).toMatchObject({ [ENFORCED]: "restricted" });
    expect(planOf(await rehearsal.succeed("preview", "--refresh", "--expect-no-changes"))).toEqual([]);
    expect(await aws("describe", "ai-dynamo/dynamo")).toMatchObject({ imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" });
    expect((await mainRuleset()).rules.find(({ type }) => type === "required_status_checks")!.parameters!.required_status_checks).toHaveLength(5);
  });
});

/** Puts another value in the place of a secret, as somebody with rights on the repository could. */
async function replaceSecret(environment: string, name: string): Promise<void> {
  const base = `${REPOSITORY}/environments/${environment}/secrets`;
  const { key, key_id } = await github<{ key: string; key_id: string }>("GET", `${base}/public-key`);
  const sodium = (await import("libsodium-wrappers")).default;
  await sodium.ready;
  const sealed = sodium.crypto_box_seal(sodium.from_string("another"), sodium.from_base64(key, sodium.base64_variants.ORIGINAL));
  await github("PUT", `${base}/${name}`, { encrypted_value: sodium.to_base64(sealed, sodium.base64_variants.ORIGINAL), key_id });
}

describe("a change of config", () => {
  /** The plan after a change of the stack's config, which is then taken back. */
  async function planned(change: (config: ReturnType<typeof parseDocument>) => void): Promise<readonly string[]> {
    const before = await readFile(rehearsal.configFile, "utf8");
    const config = parseDocument(before);
    change(config);
    await writeFile(rehearsal.configFile, config.toString());
    try {
      return planOf(await rehearsal.succeed("preview"));
    } finally {
      await writeFile(rehearsal.configFile, before);
    }
  }

  test("one GPU class's size touches its pool, its quota and its set", async () => {
    const plan = await planned((config) => {
      config.setIn(["config", "gpu-cicd:runnerClasses", "tester-amd64-gpu"], { maxRunners: 12 });
    });
    expect(plan.filter((line) => !line.includes("repositoryFile"))).toEqual([...["jobs-quota", "quota"].map((name) => `update kubernetes:core/v1:ResourceQuota runners-tester-amd64-gpu-${name}`), "update kubernetes:helm.sh/v3:Release runners-tester-amd64-gpu-release"]);
    // The pipeline that the plan program reads, and the document that names the maxima; no workflow changes.
    expect(plan.filter((line) => line.includes("repositoryFile"))).toEqual(
      ["ci/pipeline.json", "workflows/TROUBLESHOOTING.md"].map((path) => `update github:index/repositoryFile:RepositoryFile workflows-.github/${path}`),
    );
  });

  test("another VM size replaces the pool, and nothing else", async () => {
    const plan = await planned((config) => {
      const pools = config.getIn(["config", "gpu-cicd:deploymentCluster", "nodePools"]) as { items: { get(key: string): unknown; set(key: string, value: unknown): void }[] };
      pools.items.find((pool) => pool.get("name") === "cpu")!.set("vmSize", "Standard_D8ds_v5");
    });
    expect(plan.filter((line) => !line.startsWith("create-replacement") && !line.startsWith("delete-replaced"))).toEqual(["replace azure-native:containerservice:AgentPool deployment-tests-aks-pool-cpu"]);
  });
});

/** After updates that came through, failed and repaired: all of them have left their logs. */
describe("no secret is in the clear", () => {
  let canaries: Canaries;
  beforeAll(async () => {
    canaries = await Canaries.of(rehearsal);
  });

  test("in a debug log of the engine, which would hold every value that it hands to a provider: it keeps none", async () => {
    expect(await readFile(join(rehearsal.client.layout.pulumiHome, "logs"), "utf8")).toBe("");
  });

  test("in any file of the sandbox: state, its history and backups, events, logs, the clouds' own", async () => {
    expect(canaries.keys.length).toBeGreaterThanOrEqual(4);
    const { bin, directory, logs, state } = rehearsal.client.layout;
    for (const place of [state, logs]) expect(await readdir(place)).not.toEqual([]);
    // The API servers' own store holds the runners' credential, as any cluster's does. What was bundled and linked is older than the secrets.
    const etcd = (path: string): boolean => path.includes("/etcd/");
    expect(await canaries.inFiles(directory, (path) => etcd(path) || path.startsWith(`${bin}/`))).toEqual([]);
    expect((await canaries.inFiles(directory, (path) => !etcd(path))).some((found) => found.startsWith("gpu-cicd:runnerAppPrivateKey in "))).toBe(true);
  });

  test("in what the command line says", async () => {
    expect(canaries.in(printed)).toEqual([]);
    expect(canaries.in(await rehearsal.text("stack", "export"))).toEqual([]);
    expect(canaries.in(await rehearsal.text("stack", "output", "--json", "--show-secrets"))).toEqual([]);
    expect(canaries.in(await rehearsal.text("config", "--json"))).toEqual([]);
    expect(canaries.in(await rehearsal.text("stack", "export", "--show-secrets"))).toEqual(canaries.keys);
  });

  test("in the delivered files, as GitHub serves them", async () => {
    const files = (await rehearsal.state()).filter(({ type }) => type === "github:index/repositoryFile:RepositoryFile").map(({ outputs }) => String(outputs!["file"]));
    expect(files).toContain(".github/workflows/ci-test-suite.yml");
    for (const file of files) {
      const { content } = await github<{ content: string }>("GET", `${REPOSITORY}/contents/${file}`);
      expect([file, canaries.in(Buffer.from(content, "base64").toString("utf8"))]).toEqual([file, []]);
    }
  });

  onLinux("in an argument of a process of the sandbox", async () => {
    const lines = await Promise.all((await processTree(rehearsal.client.pid)).map(commandLine));
    expect(lines.join("\n")).toContain("kube-apiserver");
    expect(canaries.in(lines.join("\n"))).toEqual([]);
  });
});

test("destroy removes all that is not protected, in an order that the clouds accept", async () => {
  const refused = await rehearsal.pulumi("destroy", "--yes", "--skip-preview");
  expect(refused.code).not.toBe(0);
  expect(diagnosticsOf(refused).join("\n")).toContain("protect");
  await rehearsal.text("state", "unprotect", "--all", "--yes");
  const destroyed = await rehearsal.succeed("destroy", "--yes", "--skip-preview");
  // The refused run had begun with what nothing protected.
  const order = [...refused.steps, ...destroyed.steps].filter(({ op }) => op === "delete").map(({ name }) => name);
  expect(order.indexOf("runners-builder-amd64-release")).toBeLessThan(order.indexOf("runners-controller"));
  expect(order).toContain("runners-builder-amd64-release");
  expect(await rehearsal.state()).toEqual([]);
  expect(await github<unknown[]>("GET", `${REPOSITORY}/rulesets`)).toEqual([]);
});
