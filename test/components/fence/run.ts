/**
 * A run of a deployment test, step by step: the scripts of the rendered workflow, with real kubectl, Helm and jq, as the test's identity. What needs a node
 * is left out: waiting for pods, hooks that are pods, and forwarding a port; the virtual cluster's API server is one of its own.
 */
import { spawn } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { toolPath } from "../../../sandbox/tools/index";
import { contentOf, workflows } from "../../workflows/support";
import type { FencedCluster } from "./cluster";
import { writeCharts } from "./charts";

export interface Ran {
  readonly code: number;
  readonly text: string;
}

export const REGISTRY = "orbitci.azurecr.io";
const RELEASE = "test";

export class DeploymentRun {
  private outputs: Readonly<Record<string, string>> = {};

  private constructor(
    private readonly folder: string,
    private readonly cluster: FencedCluster,
    private readonly id: string,
  ) {}

  static async start(cluster: FencedCluster, identity: string, id: string): Promise<DeploymentRun> {
    const folder = join(cluster.directory, `run-${id}`);
    await mkdir(join(folder, "bin"), { recursive: true });
    await mkdir(join(folder, "kubeconfigs"));
    await writeCharts(folder);
    const run = new DeploymentRun(folder, cluster, id);
    await run.shim("kubectl", `case "$*" in port-forward*) exec sleep 5 ;; esac\nas=()\nif [[ "\${KUBECONFIG}" == */identity && "$1" != config ]]; then as=(--as ${identity}); fi\nexec "${await toolPath("kubectl")}" "$@" "\${as[@]}"`);
    await run.shim(
      "helm",
      `arguments=()\nwhile (( $# )); do case "$1" in --wait) ;; --timeout) shift ;; oci://*) echo "$1" >"${folder}/chart"; arguments+=("${folder}/virtual") ;; *) arguments+=("$1") ;; esac; shift; done\nif [[ "\${arguments[0]} \${arguments[1]}" == "upgrade dynamo-platform" ]]; then arguments+=(--set hookPods=false); fi\nexec "${await toolPath("helm")}" "\${arguments[@]}"`,
    );
    await writeFile(join(folder, "objects.json"), contentOf(".github/ci/deployment-namespace.json"));
    const { text } = await cluster.kubectl("config", "view", "--raw", "--minify", "--output=json");
    await writeFile(run.kubeconfig("identity"), text);
    return run;
  }

  get namespace(): string {
    return this.outputs["name"] ?? "";
  }

  get ticket(): string {
    return this.outputs["ticket"] ?? "";
  }

  /** Account that the run works as. */
  get account(): string {
    return `system:serviceaccount:${this.namespace}:deployment-test`;
  }

  /** Account of the run's virtual control plane. */
  get controlPlane(): string {
    return `system:serviceaccount:${this.namespace}:vc-${RELEASE}`;
  }

  kubeconfig(name: "identity" | "account" | "virtual"): string {
    return join(this.folder, "kubeconfigs", name);
  }

  /** The chart that Helm was told to install as the virtual cluster. */
  async installed(): Promise<string> {
    return (await readFile(join(this.folder, "chart"), "utf8")).trim();
  }

  async file(name: string): Promise<string> {
    return readFile(join(this.folder, name), "utf8");
  }

  /** Runs a step of the workflow. */
  step(name: string, env: Readonly<Record<string, string>>): Promise<Ran> {
    const script = workflows["deployment-test.yml"]?.jobs["deploy"]?.steps?.find((each) => each.name === name)?.run;
    if (script === undefined) throw new Error(`the workflow has no step ${name}`);
    return this.bash(script, { OBJECTS: "objects.json", NAMESPACE: this.namespace, REGISTRY, ...env });
  }

  makeNamespace(): Promise<Ran> {
    return this.step("Make the namespace", { KUBECONFIG: this.kubeconfig("identity"), PREFIX: "orbit-run-", NAMESPACES: "6", RUN: `${this.id}-1`, WAIT_MINUTES: "0" });
  }

  takeRights(): Promise<Ran> {
    return this.step("Take rights in it", { KUBECONFIG: this.kubeconfig("identity"), TICKET: this.ticket, ACCOUNT_KUBECONFIG: this.kubeconfig("account") });
  }

  putUpFence(): Promise<Ran> {
    return this.step("Put up the fence", { KUBECONFIG: this.kubeconfig("account") });
  }

  listImages(): Promise<Ran> {
    return this.step("Look at the operator's images", { CHART: "operator", OPERATOR: `${REGISTRY}/orbit/serving@sha256:${"d".repeat(64)}`, CACHE: "mirror" });
  }

  startVirtualCluster(): Promise<Ran> {
    return this.step("Start the virtual cluster", { KUBECONFIG: this.kubeconfig("account"), RELEASE, CHART: `charts/virtual@sha256:${"c".repeat(64)}`, PORT: "8443", TIMEOUT: "5m", VIRTUAL_KUBECONFIG: this.kubeconfig("virtual") });
  }

  installOperator(inside: "virtual" | "account"): Promise<Ran> {
    return this.step("Install the operator", { KUBECONFIG: this.kubeconfig(inside), CHART: "operator", CRDS: "definitions", TIMEOUT: "10m", HF_TOKEN: "token" });
  }

  deployGraph(): Promise<Ran> {
    return this.step("Deploy the graph", { KUBECONFIG: this.kubeconfig("virtual"), MANIFEST: "graph.yaml", IMAGE: `${REGISTRY}/orbit/serving@sha256:${"e".repeat(64)}`, TIMEOUT: "1s" });
  }

  remove(): Promise<Ran> {
    return this.step("Remove everything", { KUBECONFIG: this.kubeconfig("account") });
  }

  /** All steps until something could run. @throws Error at the first that fails */
  async untilFenced(): Promise<void> {
    for (const step of [() => this.makeNamespace(), () => this.takeRights(), () => this.putUpFence()]) {
      const { code, text } = await step();
      if (code !== 0) throw new Error(text);
    }
  }

  private async shim(name: string, body: string): Promise<void> {
    const path = join(this.folder, "bin", name);
    await writeFile(path, `#!/bin/bash\n${body}\n`);
    await chmod(path, 0o755);
  }

  private async bash(script: string, env: Readonly<Record<string, string>>): Promise<Ran> {
    const file = join(this.folder, "script.sh");
    const outputs = join(this.folder, "outputs");
    await writeFile(file, script);
    await writeFile(outputs, "");
    const home = { HOME: this.folder, RUNNER_TEMP: this.folder, GITHUB_OUTPUT: outputs, GITHUB_STEP_SUMMARY: join(this.folder, "summary") };
    const answer = await new Promise<Ran>((resolve) => {
      const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", file], { cwd: this.folder, env: { ...this.cluster.environment, ...home, ...env, PATH: `${join(this.folder, "bin")}:${process.env["PATH"] ?? ""}` } });
      let text = "";
      child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
      child.stderr.on("data", (chunk: Buffer) => (text += chunk.toString()));
      child.on("exit", (code) => resolve({ code: code ?? 1, text }));
    });
    const written = (await readFile(outputs, "utf8")).split("\n").filter((line) => line !== "");
    this.outputs = { ...this.outputs, ...Object.fromEntries(written.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])) };
    return answer;
  }
}
