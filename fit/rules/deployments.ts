/** Charts and manifests that deployment tests install, and whether a virtual cluster holds them. */
import type { DeploymentTest } from "../../pipeline/model";
import { config, file } from "../model";
import { listed, once, shownFault, type FitInput, type Rule } from "./rule";

const GRAPH_KIND = "DynamoGraphDeployment";

const chartMissing: Rule = {
  id: "chart-missing",
  title: "The operator's charts are in the repository, with the charts that they name by a path.",
  find: ({ pipeline, readings }) =>
    [...readings.charts].flatMap(([folder, read]) => {
      if (!read.ok) {
        const missing = read.fault.kind === "missing";
        return [{ where: missing ? config(folder === pipeline.deployments.crdsChart ? "deployments.crdsChart" : "deployments.operatorChart") : file(`${folder}/Chart.yaml`, read.fault.line), about: folder, found: `${folder}/Chart.yaml: ${shownFault(read.fault)}`, allowed: "the folder of a Helm chart", mend: "Name the chart's folder." }];
      }
      return read.value.missing.map((path) => ({ where: file(`${folder}/Chart.yaml`), about: path, found: `a dependency on ${path}, which is no chart of the repository`, allowed: "a path of a chart", mend: "Correct the dependency's repository." }));
    }),
};

const manifestMissing: Rule = {
  id: "manifest-missing",
  title: "The manifest of every deployed graph is in the repository, and is of a graph.",
  find: ({ pipeline, readings }) =>
    pipeline.deployments.tests.flatMap((test) => {
      const read = readings.manifests.get(test.manifest);
      const at = pathOf(test);
      if (read === undefined) return [];
      if (!read.ok) {
        const beside = readings.files.filter((each) => each.startsWith(`examples/backends/${test.framework}/deploy/`) && /\.ya?ml$/.test(each));
        return [{ where: read.fault.kind === "missing" ? config(`${at}.manifest`) : file(test.manifest, read.fault.line), about: test.manifest, found: `${test.manifest}: ${shownFault(read.fault)}`, allowed: `a manifest of the repository, such as ${listed(beside, 6)}`, mend: "Name the graph's manifest." }];
      }
      if (read.value.kinds.includes(GRAPH_KIND)) return [];
      return [{ where: file(test.manifest), about: "kind", found: `the kinds ${listed(read.value.kinds)}`, allowed: GRAPH_KIND, mend: "Name the manifest of the graph: the test waits for one." }];
    }),
};

const graphGpus: Rule = {
  id: "graph-gpus",
  title: "A graph takes as many GPUs as config says.",
  find: ({ pipeline, readings }) =>
    pipeline.deployments.tests.flatMap((test) => {
      const read = readings.manifests.get(test.manifest);
      if (read?.ok !== true || read.value.gpus === undefined || read.value.gpus === test.gpus) return [];
      return [{ where: config(`${pathOf(test)}.gpus`), about: test.manifest, found: `${test.gpus}, while ${test.manifest} asks for ${read.value.gpus}`, allowed: String(read.value.gpus), mend: "Say what the manifest asks for: quotas and pools are reckoned from it." }];
    }),
};

/**
 * Kinds that act on nodes, or on objects of the whole cluster that a virtual cluster shares with no other. Inside it they would be made and do nothing, as
 * it has no nodes of its own and syncs none of these (vcluster 0.36.1, chart/values.yaml, sync.toHost).
 */
const OF_THE_HOST: Readonly<Record<string, string>> = {
  DaemonSet: "there is no node of its own to run on",
  Node: "nodes are the shared cluster's",
  PersistentVolume: "volumes are the shared cluster's; a claim is synced, and gets one",
  StorageClass: "storage classes are the shared cluster's; a claim names one of them",
  CSIDriver: "storage drivers are the shared cluster's",
  RuntimeClass: "runtimes are the shared cluster's nodes'",
  Ingress: "nothing of a test is reached from outside",
};

const chartKindRefused: Rule = {
  id: "chart-kind-refused",
  title: "Every kind of object that the operator's charts have works in the virtual cluster of a test.",
  find: ({ readings }: FitInput) =>
    once(
      [...readings.charts.values()].flatMap((read) =>
        (read.ok ? read.value.objects : [])
          .filter(({ kind }) => kind in OF_THE_HOST)
          .map(({ path, line, kind, apiVersion }) => ({
            where: file(path, line),
            about: kind,
            found: `a ${kind} of ${apiVersion || "an API that the template computes"}, which does nothing in a virtual cluster: ${OF_THE_HOST[kind]!}`,
            allowed: `kinds other than ${listed(Object.keys(OF_THE_HOST))}`,
            mend: "Leave the object out by the chart's values, or excuse it where the test does without.",
          })),
      ),
    ),
};

function pathOf({ framework, profile }: DeploymentTest): string {
  return `deployments.tests.${framework}-${profile}`;
}

export const deploymentRules: readonly Rule[] = [chartMissing, manifestMissing, graphGpus, chartKindRefused];
