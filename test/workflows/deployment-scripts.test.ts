/** The shell scripts of a deployment test, run as GitHub runs them, with stand-ins for kubectl and Helm that write down what they were asked. */
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { contentOf, workflows } from "./support";
import { folder, run, script, standIn, type Ran } from "./script-host";

const DIGEST = `sha256:${"d".repeat(64)}`;

describe("before a deployment, both images", () => {
  const OWN = `reg.example.org/images@${DIGEST}`;
  const verify = (image: string, operator = `reg.example.org/operator@${DIGEST}`): Ran =>
    run(script("deployment-test.yml", "verify", "Verify the images"), { IMAGE: image, OPERATOR: operator, REGISTRY: "reg.example.org", GITHUB_REPOSITORY: "o/r", GITHUB_REF: "refs/heads/main", GITHUB_SHA: "c".repeat(40), SIGNER: "https://signer", ISSUER: "https://issuer" });

  test("are asked about: file, issuer, ref and commit of the run that attested them", () => {
    standIn("gh");
    const ran = verify(OWN);
    const asked = `--repo o/r --cert-identity https://signer --cert-oidc-issuer https://issuer --source-ref refs/heads/main --source-digest ${"c".repeat(40)}`;
    expect(ran.status).toBe(0);
    expect(ran.calls).toEqual([`gh attestation verify oci://${OWN} ${asked}`, `gh attestation verify oci://reg.example.org/operator@${DIGEST} ${asked}`]);
  });

  test("are both told of where nobody attested them, and the job fails", () => {
    standIn("gh", "exit 1");
    const ran = verify(OWN);
    expect(ran.status).toBe(1);
    expect(ran.log.match(/did not attest/g)).toHaveLength(2);
  });

  test.each(["stranger.example.org/images@" + DIGEST, "reg.example.org/images:latest", "reg.example.org.stranger.example/images@" + DIGEST, "reg.example.org/images@sha256:00", `reg.example.org/a b@${DIGEST}`, ""])(
    "are ours by registry and digest: %j is refused, whatever is attested",
    (image) => {
      standIn("gh");
      const ran = verify(image);
      expect(ran.status).toBe(1);
      expect(ran.log).toContain("Allowed is an image of reg.example.org, by its digest.");
    },
  );

  test("of which there is one where nothing is deployed with an operator", () => {
    standIn("gh");
    expect(verify(OWN, "")).toMatchObject({ status: 0 });
  });
});

describe("a deployment test", () => {
  const step = (name: string): string => script("deployment-test.yml", "deploy", name);
  const objects = (): string => {
    writeFileSync(join(folder, "objects.json"), contentOf(".github/ci/deployment-namespace.json"));
    return "objects.json";
  };
  const taken = (...names: readonly string[]): string =>
    `input="$(cat)"; name="$(jq -r .metadata.name <<<"\${input}")"; case " ${names.join(" ")} " in *" \${name} "*) echo "Error from server (AlreadyExists): namespaces \\"\${name}\\" already exists" >&2; exit 1 ;; esac; echo "\${input}" >"${folder}/made"`;
  const make = (): Ran => run(step("Make the namespace"), { OBJECTS: objects(), PREFIX: "orbit-run-", NAMESPACES: "3", RUN: "77-1", WAIT_MINUTES: "1" });

  test("takes the first free namespace, with a ticket that no log shows", () => {
    standIn("kubectl", taken("orbit-run-1"));
    const ran = make();
    expect(ran.status).toBe(0);
    const [name = "", ticket = ""] = ran.outputs.trim().split("\n");
    expect(name).toBe("name=orbit-run-2");
    expect(ticket).toMatch(/^ticket=[0-9a-f]{48}$/);
    expect(ran.log).toContain(`::add-mask::${ticket.slice(7)}\n`);
    const { metadata } = JSON.parse(readFileSync(join(folder, "made"), "utf8")) as { metadata: { labels: Record<string, string> } };
    expect(metadata.labels).toMatchObject({ "gpu-cicd/ticket": ticket.slice(7), "gpu-cicd/run": "77-1", "gpu-cicd/deployment-test": "true" });
  });

  test("waits where none is free, and says so in the end", () => {
    standIn("kubectl", taken("orbit-run-1", "orbit-run-2", "orbit-run-3"));
    standIn("sleep");
    const ran = make();
    expect([ran.status, ran.outputs]).toEqual([1, ""]);
    expect(ran.log).toContain("::error title=No namespace is free::All 3 namespaces were taken for 1 minutes.");
    expect(ran.calls.filter((call) => call.startsWith("kubectl"))).toHaveLength(6);
  });

  test("stops at once where it is refused for another reason", () => {
    standIn("kubectl", 'cat >/dev/null; echo "Error from server (Forbidden): no" >&2; exit 1');
    const ran = make();
    expect([ran.status, ran.calls.length]).toEqual([1, 1]);
    expect(ran.log).toContain("::error::Error from server (Forbidden): no");
  });

  test("shows its ticket with each right, and keeps its token from others and from the log", () => {
    standIn("kubectl", `case "$*" in "config view"*) echo '{"users":[{"name":"u","user":{"exec":{}}}]}' ;; "create --raw"*) cat >"${folder}/request"; echo '{"status":{"token":"the-token"}}' ;; *) cat >"${folder}/access" ;; esac`);
    const ran = run(step("Take rights in it"), { OBJECTS: objects(), NAMESPACE: "orbit-run-2", TICKET: "t1", ACCOUNT_KUBECONFIG: join(folder, "account") });
    expect(ran.status).toBe(0);
    type Access = { items: { kind: string; metadata: { annotations: unknown }; subjects?: { namespace: string }[] }[] };
    const { items } = JSON.parse(readFileSync(join(folder, "access"), "utf8")) as Access;
    expect(items.map(({ kind, metadata, subjects }) => [kind, metadata.annotations, subjects?.map(({ namespace }) => namespace)])).toEqual([
      ["ServiceAccount", { "gpu-cicd/ticket": "t1" }, undefined],
      ["RoleBinding", { "gpu-cicd/ticket": "t1" }, ["orbit-run-2"]],
      ["RoleBinding", { "gpu-cicd/ticket": "t1" }, ["orbit-run-2"]],
    ]);
    expect(JSON.parse(readFileSync(join(folder, "request"), "utf8"))).toMatchObject({ kind: "TokenRequest", metadata: { annotations: { "gpu-cicd/ticket": "t1" } } });
    expect(readFileSync(join(folder, "account-token"), "utf8").trim()).toBe("the-token");
    expect(statSync(join(folder, "account-token")).mode & 0o077).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "account"), "utf8"))).toEqual({ users: [{ name: "u", user: { tokenFile: join(folder, "account-token") } }] });
    expect(ran.log + ran.calls.join()).not.toContain("the-token");
  });

  test("finds each image of the chart, and where it is cached", () => {
    standIn("helm", `if [[ "$1" == template ]]; then printf '%s\\n' '  image: alpine' '      - image: "bitnami/kubectl:1.30" # a hook' "  image: 'quay.io/a/b:1@sha256:00'" '  image: reg.example.org/own/x:1' '  image: alpine' '  imagePullPolicy: Always' '  image: localhost/z'; fi`);
    const ran = run(step("Look at the operator's images"), { CHART: "ops/stage", OPERATOR: `acr/repo@${DIGEST}`, CACHE: "mirror", REGISTRY: "reg.example.org" });
    expect(ran.status).toBe(0);
    expect(JSON.parse(readFileSync(join(folder, "images.json"), "utf8"))).toEqual({
      alpine: "reg.example.org/mirror/docker.io/library/alpine",
      "bitnami/kubectl:1.30": "reg.example.org/mirror/docker.io/bitnami/kubectl:1.30",
      "localhost/z": "reg.example.org/mirror/localhost/z",
      "quay.io/a/b:1@sha256:00": "reg.example.org/mirror/quay.io/a/b:1@sha256:00",
    });
    expect(JSON.parse(readFileSync(join(folder, "operator-values.json"), "utf8"))).toEqual({ "dynamo-operator": { controllerManager: { manager: { image: { repository: "acr/repo@sha256", tag: "d".repeat(64) } } } } });
    expect(ran.calls.slice(0, 2)).toEqual(["helm dependency list ops/stage --max-col-width 200", "helm dependency build ops/stage"]);
  });

  test("tells Helm each repository of the chart's dependencies, once: it builds a locked chart from no other", () => {
    const rows = ["NAME\tVERSION\tREPOSITORY\tSTATUS", "own\t1\tfile://own \tok", "nats\t1\thttps://charts.example.org/nats  \tmissing", "etcd\t1\toci://reg.example.org/charts\tmissing", "box\t1\thttps://charts.example.org/nats  \tmissing", "top\t1\thttps://charts.example.org/a \tmissing", ""];
    standIn("helm", `if [[ "$1 $2" == "dependency list" ]]; then printf '%b\\n' ${rows.map((row) => `'${row.replaceAll("\t", "\\t")}'`).join(" ")}; fi`);
    const ran = run(step("Look at the operator's images"), { CHART: "ops/stage", OPERATOR: `acr/repo@${DIGEST}`, CACHE: "mirror", REGISTRY: "reg.example.org" });
    expect(ran.calls.slice(1, 4)).toEqual(["helm repo add dependency-1 https://charts.example.org/a", "helm repo add dependency-2 https://charts.example.org/nats", "helm dependency build ops/stage"]);
  });

  test("starts the virtual cluster from the registry alone, and reaches it by its own kubeconfig", () => {
    writeFileSync(join(folder, "images.json"), '{"alpine":"reg/mirror/alpine"}');
    standIn("helm");
    standIn("kubectl", `case "$*" in "get secret"*) echo '{"data":{"config":"e30="}}' ;; port-forward*) exec /bin/sleep 0.2 ;; esac`);
    const ran = run(step("Start the virtual cluster"), { OBJECTS: objects(), NAMESPACE: "orbit-run-2", REGISTRY: "reg.example.org", RELEASE: "test", CHART: `charts/virtual@${DIGEST}`, PORT: "8443", TIMEOUT: "5m", VIRTUAL_KUBECONFIG: join(folder, "virtual") });
    run(step("Remove everything"), { NAMESPACE: "orbit-run-2" });
    expect(ran).toMatchObject({ status: 0 });
    expect(ran.calls[0]).toBe(`helm upgrade test oci://reg.example.org/charts/virtual@${DIGEST} --install --namespace orbit-run-2 --values ${folder}/cluster-values.json --wait --timeout 5m`);
    expect(readFileSync(join(folder, "virtual"), "utf8").trim()).toBe("{}");
    const values = readFileSync(join(folder, "cluster-values.json"), "utf8");
    expect(values).not.toContain("{registry}");
    expect(JSON.parse(values)).toMatchObject({ sync: { toHost: { pods: { translateImage: { alpine: "reg/mirror/alpine" } } } }, controlPlane: { statefulSet: { image: { registry: "reg.example.org", repository: "mirror/virtual/plane" } } } });
  });

  test("installs definitions, operator and token inside of it", () => {
    standIn("helm");
    standIn("kubectl", `for argument in "$@"; do case "$argument" in --from-file=HF_TOKEN=*) cat "\${argument#--from-file=HF_TOKEN=}" >"${folder}/token" ;; esac; done`);
    const ran = run(step("Install the operator"), { CHART: "ops/stage", CRDS: "ops/definitions", TIMEOUT: "10m", HF_TOKEN: "hf-secret" });
    expect(ran.status).toBe(0);
    expect(ran.calls.map((call) => call.replace(/\/dev\/fd\/\d+/, "FD"))).toEqual([
      "helm upgrade dynamo-crds ops/definitions --install --namespace default --wait --timeout 10m",
      `helm upgrade dynamo-platform ops/stage --install --namespace default --values ${folder}/operator-values.json --wait --timeout 10m`,
      "kubectl create secret generic hf-token-secret --from-file=HF_TOKEN=FD",
    ]);
    expect(readFileSync(join(folder, "token"), "utf8")).toBe("hf-secret");
    expect(ran.calls.join()).not.toContain("hf-secret");
    expect(run(step("Install the operator"), { CHART: "ops/stage", CRDS: "", TIMEOUT: "10m", HF_TOKEN: "x" }).calls.filter((call) => call.includes("dynamo-crds"))).toHaveLength(1);
  });

  test("puts the image under test into every container of the graph, and lets its GPU pods onto GPU nodes", () => {
    const graph = { kind: "DynamoGraphDeployment", spec: { services: { Frontend: { extraPodSpec: { mainContainer: { image: "old:1" } } }, Worker: { resources: { limits: { gpu: "1" } }, extraPodSpec: { mainContainer: { image: "old:2", args: ["image"] } } } } } };
    standIn("kubectl", `if [[ "$2" == --dry-run=client ]]; then echo '${JSON.stringify(graph)}'; elif [[ "$1" == apply ]]; then cat >"${folder}/applied"; fi`);
    const ran = run(step("Deploy the graph"), { MANIFEST: "agg.yaml", IMAGE: `acr/repo@${DIGEST}`, TIMEOUT: "30m" });
    expect(ran.status).toBe(0);
    const image = `acr/repo@${DIGEST}`;
    expect(JSON.parse(readFileSync(join(folder, "applied"), "utf8"))).toEqual({
      kind: "DynamoGraphDeployment",
      spec: {
        services: {
          Frontend: { extraPodSpec: { mainContainer: { image } } },
          Worker: { resources: { limits: { gpu: "1" } }, extraPodSpec: { mainContainer: { image, args: ["image"] }, tolerations: [{ key: "sku", operator: "Equal", value: "gpu", effect: "NoSchedule" }, { key: "kubernetes.azure.com/scalesetpriority", operator: "Equal", value: "spot", effect: "NoSchedule" }] } },
        },
      },
    });
    expect(ran.calls.at(-1)).toBe("kubectl wait dynamographdeployments --all --for=condition=Ready --timeout=30m");
  });

  test("removes all by one deletion, whatever failed before", () => {
    standIn("kubectl");
    expect(run(step("Remove everything"), { NAMESPACE: "orbit-run-2" }).calls).toEqual(["kubectl delete namespace orbit-run-2 --wait=false"]);
    const steps = workflows["deployment-test.yml"]?.jobs.deploy?.steps ?? [];
    expect(steps.at(-1)).toMatchObject({ name: "Remove everything", if: "always() && steps.namespace.outputs.name != ''" });
  });

  test("a failed clean-up fails and says what is left", () => {
    standIn("kubectl", "exit 1");
    const ran = run(step("Remove everything"), { NAMESPACE: "orbit-run-2" });
    expect(ran.status).toBe(1);
    expect(ran.log).toContain("::error title=Clean-up failed::orbit-run-2 could not be removed.");
  });
});

test("a graph without a frontend is named as the reason", () => {
  standIn("kubectl", `echo '{"items":[{"metadata":{"name":"other"}}]}'`);
  const ran = run(script("deployment-test.yml", "deploy", "Ask for one completion"), { MODEL: "m" });
  expect(ran).toMatchObject({ status: 1, log: "::error::The graph has no frontend service.\n", calls: ["kubectl get services --output=json"] });
});

test("asks for one completion and fails when the answer is empty", async () => {
  for (const [content, expected] of [
    ["The sea is wide.", 0],
    ["", 1],
  ] as const) {
    const answers = JSON.stringify({ model: "m", choices: [{ message: { role: "assistant", content } }] });
    standIn("kubectl", 'if [[ "$1" == get ]]; then echo \'{"items":[{"metadata":{"name":"other"}},{"metadata":{"name":"alpha-agg-frontend"}}]}\'; else exec sleep 60; fi');
    standIn("curl", `case "$*" in *v1/models*) echo '{"data":[{"id":"m"}]}' ;; *) echo '${answers}' ;; esac`);
    const ran = run(script("deployment-test.yml", "deploy", "Ask for one completion"), { MODEL: "m" });
    expect(ran.status).toBe(expected);
    expect(ran.calls).toContain("kubectl port-forward service/alpha-agg-frontend 8000:8000");
    expect(JSON.parse(readFileSync(join(folder, "question.json"), "utf8"))).toMatchObject({ model: "m", max_tokens: 32 });
    rmSync(join(folder, "calls"));
  }
});
