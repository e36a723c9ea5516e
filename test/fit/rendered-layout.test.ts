/** The second example of docs/examples: a layout whose Dockerfiles are rendered and whose tests run in images of their own. It is held to what it says, on a small repository. */
import { join } from "node:path";
import { readStackFile } from "../../config/file";
import { fit } from "../../fit";
import { plannedBuilds } from "../../pipeline/build";
import { gaps } from "../../workflows/gate/proofs/proofs";
import { World } from "../../workflows/gate/proofs/world";
import { headed, Repository } from "./repository";
import { parsedWorkflows } from "../workflows/support";

jest.setTimeout(300_000);

const ROOT = join(__dirname, "..", "..");
const stack = readStackFile(ROOT, "prod", join(ROOT, "docs", "examples", "rendered-layout.yaml"));
const workflows = parsedWorkflows(stack.files);

const images = Object.entries(workflows["pr.yaml"]!.jobs).filter(([, { uses }]) => uses?.endsWith("/image.yml"));

test("every image but the operator's is rendered before it is built, for its own CUDA version and architecture", () => {
  const rendered = images.filter(([id]) => !id.startsWith("operator"));
  expect(rendered.map(([id]) => id).sort()).toEqual(["frontend-amd64", "frontend-arm64", "sglang-cuda13-amd64", "sglang-cuda13-arm64", "trtllm-cuda13-amd64", "trtllm-cuda13-arm64", "vllm-cuda13-amd64", "vllm-cuda13-arm64"]);
  for (const [id, { with: given }] of rendered) {
    const [framework = "", arch = ""] = [id.split("-")[0], id.split("-").at(-1)];
    const command = String(given!["prepare"]);
    expect(command).toContain(`--platform linux/${arch} `);
    expect(command).toContain(framework === "frontend" ? "--framework dynamo --target frontend" : `--framework ${framework} --target runtime`);
    if (framework !== "frontend") expect(command).toContain(`--cuda-version ${framework === "trtllm" ? "13.1" : "13.0"} `);
    expect(command).not.toMatch(/\{\w+\}/);
    expect(given).toMatchObject({ dockerfile: "container/rendered.Dockerfile", "prepare-writes": "container/rendered.Dockerfile\n", parents: "" });
  }
});

test("frameworks are tested in an image that is made of the published one; a token that is worth more than the cache is given to none", () => {
  for (const [id, { with: given }] of images) {
    const tested = /^(vllm|sglang|trtllm)-/.test(id);
    expect([given!["test-target"], given!["test-arg"]]).toEqual(tested ? ["test_image", "BASE_IMAGE"] : ["", ""]);
    expect(String(given!["secret-envs"])).not.toMatch(/token-file|web-identity|role-arn/);
  }
});

test("the core's commands run on the checkout, its tests in the test image, in every file that has the job", () => {
  for (const file of ["dynamo-status-check.yml", "ci-test-suite.yml"]) {
    const steps = workflows[file]!.jobs["core"]!.steps!;
    const directories = (start: RegExp): unknown[] => steps.filter(({ name }) => start.test(name ?? "")).map(({ env }) => env!["DIRECTORY"]);
    expect(directories(/^tests/)).toEqual(["/checkout", "/checkout/lib/llm", "/checkout/lib/bindings/python", "/checkout/lib/runtime/examples"]);
    expect(new Set(directories(/^pytest/))).toEqual(new Set(["/workspace"]));
    expect(steps.map(({ name }) => name)).toEqual(expect.arrayContaining(["Prepare the build", "Build what commands run in", "Start the services"]));
  }
});

test("no pull request merges that should not, and none waits for ever", async () => {
  expect(gaps(await World.of(stack.pipeline, stack.files))).toEqual([]);
});

test("nothing is made of what is not there", () => {
  expect(plannedBuilds(stack.pipeline).filter(({ build }) => build.from.length > 0)).toEqual([]);
});

describe("against a repository of this layout", () => {
  const FILES = {
    "container/render.py": headed("print('FROM ubuntu:24.04 AS runtime')\n"),
    "container/Dockerfile.test": headed("ARG BASE_IMAGE\nFROM ${BASE_IMAGE} AS test_image\nRUN --mount=type=secret,id=pip-index-url,env=PIP_INDEX_URL pip install pytest\n"),
    "container/compliance/list.txt": headed(""),
    "deploy/operator/Dockerfile": headed("FROM golang:1.26 AS builder\nCOPY --from=compliance . /c\nCOPY --from=operator-chart . /chart\n"),
    "deploy/operator/Makefile": "check test:\n\ttrue\n",
    "deploy/helm/charts/platform/components/operator/Chart.yaml": headed("apiVersion: v2\nname: operator\nversion: 1.0.0\n"),
    "dev/docker-compose.yml": headed("services:\n  nats-server:\n    image: nats\n  etcd-server:\n    image: etcd\n"),
    "Cargo.toml": headed("[workspace]\nmembers = ['lib/llm']\n"),
    "lib/llm/Cargo.toml": headed('[package]\nname = "llm"\n[features]\nblock-manager = []\nmedia-ffmpeg = []\ntesting-nixl = []\nintegration = []\n'),
    "lib/bindings/python/Cargo.toml": headed('[package]\nname = "bindings"\n'),
    "lib/runtime/examples/Cargo.toml": headed('[package]\nname = "examples"\n'),
  };
  /** Rules about builds and commands; the small repository has little else. */
  const OF_BUILDS = /^(dockerfile|context|stage|parent|argument|base|same|secret|mount|test-stage|copy|copied|lfs|command|make|script|compose|cargo)/;

  async function found(change: Readonly<Record<string, string | undefined>>): Promise<string[]> {
    const files = Object.fromEntries(Object.entries({ ...FILES, ...change }).filter((entry): entry is [string, string] => entry[1] !== undefined));
    const repository = new Repository(files);
    try {
      const { misfits } = await fit({ folder: repository.folder, pipeline: stack.pipeline, delivered: [], excuses: [] });
      return [...new Set(misfits.filter(({ rule }) => OF_BUILDS.test(rule)).map(({ rule, about }) => `${rule} ${about}`))];
    } finally {
      repository.remove();
    }
  }

  test("it fits", async () => expect(await found({})).toEqual([]));

  test.each<[string, Readonly<Record<string, string | undefined>>, readonly string[]]>([
    ["the program that renders is gone", { "container/render.py": undefined }, ["script-missing container/render.py"]],
    ["the Dockerfile of the tests is gone", { "container/Dockerfile.test": undefined }, ["dockerfile-missing container/Dockerfile.test"]],
    ["its stage has another name", { "container/Dockerfile.test": headed("ARG BASE_IMAGE\nFROM ${BASE_IMAGE} AS tests\n") }, ["stage-missing test_image"]],
    ["it takes the image under another name", { "container/Dockerfile.test": headed("ARG IMAGE=x:1\nFROM ${IMAGE} AS test_image\n") }, ["argument-undeclared BASE_IMAGE"]],
    ["it has to have a secret", { "container/Dockerfile.test": headed("ARG BASE_IMAGE\nFROM ${BASE_IMAGE} AS test_image\nRUN --mount=type=secret,id=key,required=true x\n") }, ["secret-missing core.build.testDockerfile:key"]],
    ["a context of the operator is gone", { "container/compliance/list.txt": undefined }, ["context-missing container/compliance"]],
    ["the services have moved", { "dev/docker-compose.yml": undefined }, ["compose-service-missing dev/docker-compose.yml"]],
    ["a feature is gone", { "lib/llm/Cargo.toml": headed('[package]\nname = "llm"\n[features]\nblock-manager = []\nmedia-ffmpeg = []\nintegration = []\n') }, ["cargo-feature-missing testing-nixl"]],
  ])("%s", async (_, change, expected) => expect(await found(change)).toEqual(expect.arrayContaining([...expected])));
});
