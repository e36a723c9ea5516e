/** The tools of the sandbox and of the tests: where each comes from, and which versions found on the machine will do. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import githubSdk from "@pulumi/github/package.json";
import type { ToolName } from "../cloud";
import type { VersionRange } from "./version";

export type AnyTool = ToolName | "pulumi-resource-github" | "helm" | "actionlint" | "act" | "zizmor";

/** Built with Go from a module of this folder, at the version its go.mod pins. */
export interface GoSource {
  readonly kind: "go";
  /** Folder beside this file that holds go.mod and go.sum. */
  readonly module: string;
  /** Package of the command. */
  readonly command: string;
  /** Module whose pinned version is the tool's version. */
  readonly versionOf: string;
  /** Go files beside go.mod that the tool is built from, where it is no command of another module. */
  readonly files?: readonly string[];
  /** Variables that the tool prints as its version; `{version}`, `{major}` and `{minor}` are filled in. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** Installed from PyPI into a virtual environment of its own. */
export interface PythonSource {
  readonly kind: "python";
  /** File in `python/` with every package at its exact version. */
  readonly requirements: string;
  readonly package: string;
}

export interface Tool {
  readonly source: GoSource | PythonSource;
  /** How to ask an executable for its version, and which versions are used instead of building one. Absent: never looked for. */
  readonly onMachine?: { readonly arguments: readonly string[]; readonly range: VersionRange };
}

const KUBERNETES_VERSION = {
  "k8s.io/component-base/version.gitVersion": "v{version}",
  "k8s.io/component-base/version.gitMajor": "{major}",
  "k8s.io/component-base/version.gitMinor": "{minor}",
  "k8s.io/client-go/pkg/version.gitVersion": "v{version}",
  "k8s.io/client-go/pkg/version.gitMajor": "{major}",
  "k8s.io/client-go/pkg/version.gitMinor": "{minor}",
};

function kubernetes(command: string, version: readonly string[], range: VersionRange): Tool {
  const source: GoSource = {
    kind: "go",
    module: "kubernetes",
    command: `k8s.io/kubernetes/cmd/${command}`,
    versionOf: "k8s.io/kubernetes",
    variables: KUBERNETES_VERSION,
  };
  return { source, onMachine: { arguments: version, range } };
}

export const TOOLS: Readonly<Record<AnyTool, Tool>> = {
  pulumi: {
    source: {
      kind: "go",
      module: "pulumi",
      command: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
      versionOf: "github.com/pulumi/pulumi/pkg/v3",
      variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": "v{version}" },
    },
    // Not older than what rehearsals are tested with. The SDK may be newer: it asks an engine what it can do (SupportsFeature of the resource monitor).
    onMachine: { arguments: ["version"], range: { least: [3, 274, 0], below: [4, 0, 0] } },
  },
  etcd: {
    source: { kind: "go", module: "etcd", command: "go.etcd.io/etcd/server/v3", versionOf: "go.etcd.io/etcd/server/v3" },
    // Releases of the API server since 1.34 are made for etcd 3.6 (kubernetes/kubernetes CHANGELOG, build/dependencies.yaml).
    onMachine: { arguments: ["--version"], range: { least: [3, 6, 0], below: [3, 8, 0] } },
  },
  // The ranges of these three fit each other in every mixture, built or found: a controller manager is never newer than its API server,
  // and kubectl is within one minor version of it (kubernetes.io/releases/version-skew-policy).
  "kube-apiserver": kubernetes("kube-apiserver", ["--version"], { least: [1, 36, 0], below: [1, 38, 0] }),
  "kube-controller-manager": kubernetes("kube-controller-manager", ["--version"], { least: [1, 36, 0], below: [1, 37, 0] }),
  kubectl: kubernetes("kubectl", ["version", "--client", "--output=yaml"], { least: [1, 36, 0], below: [1, 38, 0] }),
  // moto's answers change with every release, and moto_server tells nobody its version.
  moto_server: { source: { kind: "python", requirements: "moto.txt", package: "moto" } },
  // Never looked for on the PATH: plugins are found in Pulumi's own folder (sandbox/plugins/choice.ts).
  "pulumi-resource-github": {
    source: {
      kind: "go",
      module: "pulumi-github",
      command: "gpu-cicd/sandbox/tools/pulumi-github",
      files: ["main.go"],
      versionOf: "github.com/integrations/terraform-provider-github/v6",
      variables: { "main.Version": githubSdk.version },
    },
  },
  // Renders charts for the comparison with their models; releases of Helm 3 render alike.
  helm: {
    source: { kind: "go", module: "helm", command: "helm.sh/helm/v3/cmd/helm", versionOf: "helm.sh/helm/v3", variables: { "helm.sh/helm/v3/internal/version.version": "v{version}" } },
    onMachine: { arguments: ["version", "--short"], range: { least: [3, 18, 0], below: [4, 0, 0] } },
  },
  actionlint: {
    source: { kind: "go", module: "actionlint", command: "github.com/rhysd/actionlint/cmd/actionlint", versionOf: "github.com/rhysd/actionlint", variables: { "github.com/rhysd/actionlint.version": "{version}" } },
    onMachine: { arguments: ["-version"], range: { least: [1, 7, 12], below: [1, 8, 0] } },
  },
  act: {
    source: { kind: "go", module: "act", command: "github.com/nektos/act", versionOf: "github.com/nektos/act", variables: { "main.version": "{version}" } },
    // Only this release: what the tests make up for in act differs from one to the next.
    onMachine: { arguments: ["--version"], range: { least: [0, 2, 89], below: [0, 2, 90] } },
  },
  zizmor: {
    source: { kind: "python", requirements: "zizmor.txt", package: "zizmor" },
    onMachine: { arguments: ["--version"], range: { least: [1, 32, 0], below: [1, 33, 0] } },
  },
};

export const TOOL_NAMES = Object.keys(TOOLS) as readonly AnyTool[];

/** The version that is built or installed when the machine has none that fits. */
export function pinnedVersion(name: AnyTool): string {
  const { source } = TOOLS[name];
  const [file, pattern] =
    source.kind === "go"
      ? [join(__dirname, source.module, "go.mod"), new RegExp(`^\\s*(?:require )?${escaped(source.versionOf)} v(\\S+)`, "m")]
      : [join(__dirname, "python", source.requirements), new RegExp(`^${escaped(source.package)}==(\\S+)`, "m")];
  const found = pattern.exec(readFileSync(file, "utf8"))?.[1];
  if (found === undefined) throw new Error(`${file} does not pin a version of ${name}`);
  return found;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
