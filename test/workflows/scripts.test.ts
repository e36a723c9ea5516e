/**
 * The shell scripts of the rendered steps, run as GitHub runs them (`bash --noprofile --norc -eo pipefail`), with stand-ins for docker,
 * kubectl and helm that write down what they were asked. They prove the scripts' own logic, not those tools'.
 */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allJobs, contentOf, parsedWorkflows, settings, withMirrorBot, workflows } from "./support";
import { renderFiles } from "../../workflows/index";
import { git } from "./program-host";

const DIGEST = `sha256:${"d".repeat(64)}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "script-"));
  mkdirSync(join(folder, "bin"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** The script of a step, by file, job and the step's name. */
function script(file: string, job: string, step: string): string {
  const found = workflows[file]?.jobs[job]?.steps?.find(({ name }) => name === step)?.run;
  if (found === undefined) throw new Error(`${file} ${job} has no script ${step}`);
  return found;
}

/** Puts a stand-in on the path. It notes its arguments and its input, then runs the body. */
function standIn(name: string, body = ""): void {
  const path = join(folder, "bin", name);
  writeFileSync(path, `#!/bin/bash\necho "${name} $*" >>"${folder}/calls"\n${body}\n`);
  chmodSync(path, 0o755);
}

interface Ran {
  readonly status: number | null;
  readonly log: string;
  readonly calls: readonly string[];
  readonly outputs: string;
  readonly summary: string;
}

function run(text: string, env: Readonly<Record<string, string>>, cwd = folder): Ran {
  const path = join(folder, "script.sh");
  writeFileSync(path, text);
  const at = (name: string): string => join(folder, name);
  const result = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", path], {
    cwd,
    encoding: "utf8",
    env: { PATH: `${folder}/bin:${process.env.PATH}`, HOME: folder, GITHUB_OUTPUT: at("outputs"), GITHUB_STEP_SUMMARY: at("summary"), RUNNER_TEMP: folder, ...env },
  });
  const read = (name: string): string => (existsSync(at(name)) ? readFileSync(at(name), "utf8") : "");
  return { status: result.status, log: result.stdout + result.stderr, calls: read("calls").split("\n").filter((line) => line !== ""), outputs: read("outputs"), summary: read("summary") };
}

const every = allJobs({ ...workflows, ...parsedWorkflows(renderFiles(withMirrorBot, settings)) }).flatMap(({ file, id, job }) =>
  (job.steps ?? []).flatMap(({ name, run: text }) => (text === undefined ? [] : [[`${file} ${id}: ${name}`, text] as const])),
);

test.each(every)("bash reads %s", (_where, text) => {
  expect(spawnSync("bash", ["-n"], { input: text, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});

describe("an image", () => {
  const env = { IMAGE: "vllm-amd64", TAG: "abc-vllm-amd64", ECR_IMAGE: "ecr/repo", ACR_IMAGE: "acr/repo", DIGEST };

  test("that is there already is found by its tag", () => {
    standIn("docker", `echo '"${DIGEST}"'`);
    const ran = run(script("image.yml", "build", "Look for this commit's image"), env);
    expect(ran).toMatchObject({ status: 0, outputs: `digest=${DIGEST}\n`, calls: ["docker buildx imagetools inspect ecr/repo:abc-vllm-amd64 --format {{json .Manifest.Digest}}"] });
  });

  test("that is not there gives no digest", () => {
    standIn("docker", "exit 1");
    expect(run(script("image.yml", "build", "Look for this commit's image"), env)).toMatchObject({ status: 0, outputs: "digest=\n" });
  });

  test("is tagged in ECR last, so that a tag there is in both", () => {
    standIn("docker");
    expect(run(script("image.yml", "build", "Tag"), env).calls).toEqual([
      `docker buildx imagetools create --tag acr/repo:abc-vllm-amd64 acr/repo@${DIGEST}`,
      `docker buildx imagetools create --tag ecr/repo:abc-vllm-amd64 ecr/repo@${DIGEST}`,
    ]);
  });

  test("is handed on by its digest", () => {
    const ran = run(script("image.yml", "build", "Show the result"), env);
    expect(ran.outputs).toBe(`digest=${DIGEST}\nreference=acr/repo@${DIGEST}\n`);
    expect(ran.summary).toContain(`| ECR | \`ecr/repo@${DIGEST}\` |`);
  });
});

describe("tests of an image", () => {
  const env = { SUITE: "unit", MARKERS: "pre_merge and {framework} and gpu_1", FRAMEWORK: "vllm", IMAGE: "vllm-amd64", COLLECT_ONLY: "" };
  const text = script("image.yml", "test", "Test");

  test("run with the framework in their markers", () => {
    standIn("python3");
    expect(run(text, env)).toMatchObject({ status: 0, calls: ["python3 -m pytest --strict-markers -m pre_merge and vllm and gpu_1 --junitxml=reports/unit.xml"] });
  });

  test("are collected and not run where there is no GPU, and the reason is said", () => {
    standIn("python3");
    const ran = run(text, { ...env, COLLECT_ONLY: "No GPU." });
    expect(ran.calls).toEqual(["python3 -m pytest --strict-markers -m pre_merge and vllm and gpu_1 --collect-only --quiet"]);
    expect(ran.log).toContain("::notice::Collected and not run: No GPU.");
  });

  test.each([
    [1, 1, ""],
    [2, 2, ""],
    [5, 5, "::error::No test of suite unit fits 'pre_merge and vllm and gpu_1' in vllm-amd64: a suite without tests does not pass for one that ran."],
  ])("pytest's exit %i ends with %i", (code, status, said) => {
    standIn("python3", `exit ${code}`);
    const ran = run(text, env);
    expect(ran.status).toBe(status);
    expect(ran.log).toContain(said);
  });
});

describe("publishing", () => {
  const text = script("image-publish.yml", "publish", "Tag");
  const env = { TAG: "main-vllm-amd64", MOVABLE: "true", DIGEST, ECR_IMAGE: "ecr/repo", ACR_IMAGE: "acr/repo", GITHUB_SHA: "new", GITHUB_REPOSITORY: "o/r", GITHUB_API_URL: "http://127.0.0.1:9", GITHUB_TOKEN: "t" };
  const moved = [`docker buildx imagetools create --tag acr/repo:main-vllm-amd64 acr/repo@${DIGEST}`, `docker buildx imagetools create --tag ecr/repo:main-vllm-amd64 ecr/repo@${DIGEST}`];
  const inspect = "docker buildx imagetools inspect ecr/repo:main-vllm-amd64 --format {{json .Image}}";

  function holding(revision: string | undefined): void {
    const image = revision === undefined ? "exit 1" : `echo '{"config":{"Labels":{"org.opencontainers.image.revision":"${revision}"}}}'`;
    standIn("docker", `if [[ "$3" == inspect ]]; then ${image}; fi`);
  }

  test("makes a tag that is not there", () => {
    holding(undefined);
    expect(run(text, env)).toMatchObject({ status: 0, calls: [inspect, ...moved] });
  });

  test("moves a tag of the same commit without asking", () => {
    holding("new");
    expect(run(text, env).calls).toEqual([inspect, ...moved]);
  });

  test("leaves a tag that names a commit where it is", () => {
    holding("new");
    const ran = run(text, { ...env, MOVABLE: "false" });
    expect(ran.calls).toEqual([inspect]);
    expect(ran.log).toContain("main-vllm-amd64 is there already");
  });

  test.each([
    ["behind", true],
    ["diverged", true],
    ["ahead", false],
  ])("when the tag's commit is %s, moves it: %s", async (status, moves) => {
    standIn("curl", `cat >>"${folder}/headers"; echo '{"status":"${status}"}'`);
    holding("other");
    const ran = run(text, env);
    expect(ran.status).toBe(0);
    expect(ran.calls.filter((call) => call.startsWith("docker"))).toEqual([inspect, ...(moves ? moved : [])]);
    expect(ran.calls.find((call) => call.startsWith("curl"))).toBe("curl --fail --silent --show-error --header @- http://127.0.0.1:9/repos/o/r/compare/new...other");
    expect(readFileSync(join(folder, "headers"), "utf8")).toBe("Authorization: Bearer t\n");
  });

  test("fails when GitHub does not answer, instead of moving the tag back", () => {
    holding("other");
    const ran = run(text, env);
    expect(ran.status).not.toBe(0);
    expect(ran.calls).toEqual([inspect]);
  });
});

describe("SPDX headers", () => {
  const text = script("copyright-checks.yml", "copyright-checks", "Look for SPDX headers");
  const env = { PATTERNS: "*.py *.sh" };
  const header = "# SPDX-FileCopyrightText: x\n# SPDX-License-Identifier: Apache-2.0\n";

  function repository(files: Readonly<Record<string, string>>): string {
    const directory = join(folder, "repository");
    mkdirSync(join(directory, "lib"), { recursive: true });
    for (const [path, content] of Object.entries(files)) writeFileSync(join(directory, path), content);
    git(directory, "init", "--quiet");
    git(directory, "add", "--all");
    return directory;
  }

  test("are found in every file that needs one", () => {
    const directory = repository({ "a.py": header, "lib/b.sh": header, "data.json": "{}" });
    expect(run(text, env, directory)).toMatchObject({ status: 0, log: "Every file has its SPDX header.\n" });
  });

  test("that are missing, or missing a line, are named once each", () => {
    const directory = repository({ "a.py": "print()\n", "lib/b c.sh": "# SPDX-License-Identifier: MIT\n", "ok.py": header });
    const ran = run(text, env, directory);
    expect(ran.status).toBe(1);
    expect(ran.log.trim().split("\n")).toEqual([
      "::error file=a.py::No SPDX-FileCopyrightText and SPDX-License-Identifier lines.",
      "::error file=lib/b c.sh::No SPDX-FileCopyrightText and SPDX-License-Identifier lines.",
    ]);
  });
});

describe("a deployment test", () => {
  const env = { NAMESPACE: "dynamo-ci-77-1-vllm-agg" };
  const step = (name: string): string => script("deployment-test.yml", "deploy", name);

  test("makes its namespace, its rights, then what the guard asks for, then the token, in that order", () => {
    writeFileSync(join(folder, "objects.json"), contentOf(".github/ci/deployment-namespace.json"));
    standIn("kubectl", `for argument in "$@"; do case "$argument" in --filename=-) cat ;; --from-file=HF_TOKEN=*) cat "\${argument#--from-file=HF_TOKEN=}" ;; esac; done >>"${folder}/$$-$(wc -l <"${folder}/calls")"`);
    const ran = run(step("Make the namespace"), { ...env, OBJECTS: "objects.json", AZURE_PRINCIPAL_ID: "principal-1", HF_TOKEN: "hf-secret" });
    expect(ran.status).toBe(0);
    expect(ran.calls.map((call) => call.replace(/\/dev\/fd\/\d+/, "FD"))).toEqual([
      "kubectl create --filename=-",
      "kubectl create --namespace=dynamo-ci-77-1-vllm-agg --filename=-",
      "kubectl create --namespace=dynamo-ci-77-1-vllm-agg --filename=-",
      "kubectl create secret generic hf-token-secret --namespace=dynamo-ci-77-1-vllm-agg --from-file=HF_TOKEN=FD",
    ]);
    expect(ran.calls.join()).not.toContain("hf-secret");
    expect(ran.outputs).toBe("made=true\n");
  });

  test("gives the operator's chart the image by digest", () => {
    standIn("helm");
    const ran = run(step("Install the operator"), { ...env, CHART: "deploy/helm", OPERATOR: `acr/repo@${DIGEST}`, TIMEOUT: "10m" });
    expect(JSON.parse(readFileSync(join(folder, "operator-values.json"), "utf8"))).toEqual({
      "dynamo-operator": {
        namespaceRestriction: { enabled: true, allowedNamespaces: ["dynamo-ci-77-1-vllm-agg"] },
        controllerManager: { manager: { image: { repository: "acr/repo@sha256", tag: "d".repeat(64) } } },
      },
    });
    expect(ran.calls).toEqual([
      "helm dependency build deploy/helm",
      `helm upgrade dynamo-platform deploy/helm --install --skip-crds --namespace dynamo-ci-77-1-vllm-agg --values ${folder}/operator-values.json --wait --timeout 10m`,
    ]);
  });

  test("puts the image under test into every container of the graph", () => {
    const graph = { kind: "DynamoGraphDeployment", spec: { services: { Frontend: { extraPodSpec: { mainContainer: { image: "old:1" } } }, Worker: { extraPodSpec: { mainContainer: { image: "old:2", args: ["image"] } } } } } };
    standIn("kubectl", `if [[ "$2" == --dry-run=client ]]; then echo '${JSON.stringify(graph)}'; elif [[ "$1" == apply ]]; then cat >"${folder}/applied"; fi`);
    const ran = run(step("Deploy the graph"), { ...env, MANIFEST: "agg.yaml", IMAGE: `acr/repo@${DIGEST}`, TIMEOUT: "30m" });
    expect(ran.status).toBe(0);
    expect(readFileSync(join(folder, "applied"), "utf8").match(new RegExp(`"image": "acr/repo@${DIGEST}"`, "g"))).toHaveLength(2);
    expect(ran.calls.at(-1)).toBe("kubectl wait dynamographdeployments --all --for=condition=Ready --namespace=dynamo-ci-77-1-vllm-agg --timeout=30m");
  });

  test("says that the namespace is there as soon as it is, so that it is removed whatever fails next", () => {
    writeFileSync(join(folder, "objects.json"), contentOf(".github/ci/deployment-namespace.json"));
    standIn("kubectl", 'cat >/dev/null; if [[ "$2" == --namespace=* ]]; then exit 1; fi');
    const ran = run(step("Make the namespace"), { ...env, OBJECTS: "objects.json", AZURE_PRINCIPAL_ID: "p", HF_TOKEN: "t" });
    expect([ran.status, ran.outputs]).toEqual([1, "made=true\n"]);
    const steps = workflows["deployment-test.yml"]?.jobs.deploy?.steps ?? [];
    expect(steps.at(-1)).toMatchObject({ name: "Remove everything", if: "always() && steps.namespace.outputs.made == 'true'" });
  });

  test("removes graph, operator and namespace", () => {
    standIn("helm");
    standIn("kubectl");
    expect(run(step("Remove everything"), env).calls).toEqual([
      "kubectl delete dynamographdeployments --all --namespace=dynamo-ci-77-1-vllm-agg --timeout=3m",
      "helm uninstall dynamo-platform --namespace dynamo-ci-77-1-vllm-agg --ignore-not-found --wait --timeout 3m",
      "kubectl delete namespace dynamo-ci-77-1-vllm-agg --timeout=4m",
    ]);
  });

  test("a failed clean-up goes on with the rest, fails and says what is left", () => {
    standIn("helm", "exit 1");
    standIn("kubectl", 'if [[ "$1 $2" == "delete namespace" ]]; then exit 1; fi');
    const ran = run(step("Remove everything"), env);
    expect(ran.status).toBe(1);
    expect(ran.calls).toHaveLength(3);
    expect(ran.log).toContain("::error title=Clean-up failed::dynamo-ci-77-1-vllm-agg: operator namespace could not be removed.");
  });
});

test("a graph without a frontend is named as the reason", () => {
  standIn("kubectl", `echo '{"items":[{"metadata":{"name":"other"}}]}'`);
  const ran = run(script("deployment-test.yml", "deploy", "Ask for one completion"), { NAMESPACE: "n", MODEL: "m" });
  expect(ran).toMatchObject({ status: 1, log: "::error::The graph has no frontend service.\n", calls: ["kubectl get services --namespace=n --output=json"] });
});

test("asks for one completion and fails when the answer is empty", async () => {
  for (const [content, expected] of [
    ["The sea is wide.", 0],
    ["", 1],
  ] as const) {
    const answers = JSON.stringify({ model: "m", choices: [{ message: { role: "assistant", content } }] });
    standIn("kubectl", 'if [[ "$1" == get ]]; then echo \'{"items":[{"metadata":{"name":"other"}},{"metadata":{"name":"vllm-agg-frontend"}}]}\'; else exec sleep 60; fi');
    standIn("curl", `case "$*" in *v1/models*) echo '{"data":[{"id":"m"}]}' ;; *) echo '${answers}' ;; esac`);
    const ran = run(script("deployment-test.yml", "deploy", "Ask for one completion"), { NAMESPACE: "n", MODEL: "m" });
    expect(ran.status).toBe(expected);
    expect(ran.calls).toContain("kubectl port-forward --namespace=n service/vllm-agg-frontend 8000:8000");
    expect(JSON.parse(readFileSync(join(folder, "question.json"), "utf8"))).toMatchObject({ model: "m", max_tokens: 32 });
    rmSync(join(folder, "calls"));
  }
});
