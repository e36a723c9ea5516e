/** Reads what a pipeline names, and what the repository has beside it. */
import type { Pipeline } from "../../pipeline/model";
import { GENERATED_BY } from "../../workflows/names";
import { commandsOf } from "../commands";
import type { Dockerfile, Read, Readings } from "../readings";
import { readCargo, readMakefile } from "./build-files";
import { readDockerfile } from "./dockerfile";
import { readCodeowners, readWorkflows, rulesetFiles, WORKFLOW_PATTERN } from "./governance";
import { readHeaders } from "./headers";
import { readPytest } from "./pytest";
import type { Tree } from "./tree";
import { readChart, readCompose, readManifest } from "./yaml-files";

/** Everything that the rules judge. @param delivered paths of the files that the pipeline delivers @throws Error where git or Python fails */
export async function readAll(tree: Tree, pipeline: Pipeline, delivered: ReadonlySet<string>): Promise<Readings> {
  const { frameworks, components, core, deployments } = pipeline;
  const dockerfiles = [...frameworks, ...components, core].flatMap(({ build }) => [build.dockerfile, ...(build.testDockerfile === undefined ? [] : [build.testDockerfile.dockerfile])]);
  const manifests = deployments.tests.map(({ manifest }) => manifest);
  const commands = commandsOf(pipeline);
  tree.load([...dockerfiles, ...manifests]);
  return {
    commit: tree.commit,
    files: tree.files,
    has: (path) => tree.has(path),
    hasFolder: (path) => tree.hasFolder(path),
    dockerfiles: byPath(dockerfiles, (path) => dockerfileOf(tree, path)),
    pytest: readPytest(tree),
    charts: byPath([deployments.operatorChart, ...(deployments.crdsChart === "" ? [] : [deployments.crdsChart])], (path) => readChart(tree, path)),
    manifests: byPath(manifests, (path) => readManifest(tree, path)),
    compose: byPath(core.services === undefined ? [] : [core.services.compose], (path) => readCompose(tree, path)),
    makefiles: byPath(commands.flatMap(({ make }) => make?.folder ?? []), (folder) => readMakefile(tree, folder)),
    cargo: byPath([...core.workspaces.map(({ directory }) => directory), ...commands.flatMap(({ cargo }) => cargo?.folder ?? [])], (folder) => readCargo(tree, folder)),
    workflows: await readWorkflows(tree, tree.files.filter((path) => WORKFLOW_PATTERN.test(path))),
    codeowners: readCodeowners(tree),
    rulesetFiles: rulesetFiles(tree.files),
    headers: readHeaders(tree, pipeline.copyright),
    generated: generatedAmong(tree, delivered),
    lfsPointers: tree.lfsPointers(),
  };
}

/** Delivered files that are in the repository and carry the header of every generated file. */
function generatedAmong(tree: Tree, delivered: ReadonlySet<string>): Set<string> {
  return new Set(
    [...delivered].filter((path) => {
      const text = tree.has(path) ? tree.text(path) : undefined;
      return text?.ok === true && text.value.includes(GENERATED_BY);
    }),
  );
}

function byPath<Value>(paths: readonly string[], read: (path: string) => Value): ReadonlyMap<string, Value> {
  return new Map([...new Set(paths)].map((path) => [path, read(path)]));
}

function dockerfileOf(tree: Tree, path: string): Read<Dockerfile> {
  const text = tree.text(path);
  return text.ok ? readDockerfile(text.value) : text;
}
