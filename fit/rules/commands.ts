/** What the pipeline's commands name: make targets, compose services, Cargo workspaces, scripts. */
import { posix } from "node:path";
import { commandsOf } from "../commands";
import { config, file } from "../model";
import { listed, once, shownFault, type FitInput, type Rule } from "./rule";

const directoryMissing: Rule = {
  id: "command-directory-missing",
  title: "Every command runs in a folder of the repository.",
  find: ({ pipeline, readings }) =>
    once(
      commandsOf(pipeline)
        .filter(({ directory }) => !readings.hasFolder(directory))
        .map(({ path, directory }) => ({ where: config(path), about: directory, found: `directory ${directory}`, allowed: "a folder of the repository", mend: "Name the folder in which the command works." })),
    ),
};

const makeTargetMissing: Rule = {
  id: "make-target-missing",
  title: "Every target of make that a command names is in its Makefile.",
  find: ({ pipeline, readings }) =>
    once(
      commandsOf(pipeline).flatMap(({ path, make }) => {
        if (make === undefined) return [];
        const read = readings.makefiles.get(make.folder);
        if (read?.ok !== true) {
          return read === undefined ? [] : [{ where: config(path), about: "Makefile", found: `make in ${make.folder}, where ${shownFault(read.fault)}`, allowed: "a folder with a Makefile", mend: "Correct the command or its directory." }];
        }
        // A pattern rule may make what has no rule of its own.
        if (read.value.some((target) => target.includes("%"))) return [];
        return make.targets.filter((target) => !read.value.includes(target)).map((target) => ({ where: config(path), about: target, found: `make ${target}, which the Makefile of ${make.folder} does not have`, allowed: listed(read.value, 40), mend: "Name a target of the Makefile." }));
      }),
    ),
};

const scriptMissing: Rule = {
  id: "script-missing",
  title: "Every script of the repository that a command runs is there.",
  find: ({ pipeline, readings }) =>
    once(
      commandsOf(pipeline).flatMap(({ path, scripts }) =>
        scripts.filter((script) => !readings.has(script)).map((script) => {
          const beside = readings.files.filter((each) => posix.dirname(each) === posix.dirname(script) && posix.extname(each) === posix.extname(script));
          return { where: config(path), about: script, found: `${script}, which is not in the repository`, allowed: `a file of the repository; beside it are ${listed(beside)}`, mend: "Correct the command." };
        }),
      ),
    ),
};

const composeMissing: Rule = {
  id: "compose-service-missing",
  title: "Every service that is started is in its compose file.",
  find: ({ pipeline: { core }, readings }: FitInput) => {
    if (core.services === undefined) return [];
    const { compose, names } = core.services;
    const read = readings.compose.get(compose);
    if (read === undefined) return [];
    if (!read.ok) return [{ where: config("core.services.compose"), about: compose, found: `${compose}: ${shownFault(read.fault)}`, allowed: "a compose file of the repository", mend: "Name the compose file." }];
    return names.filter((name) => !read.value.includes(name)).map((name) => ({ where: config("core.services.names"), about: name, found: `${name}, which ${compose} does not have`, allowed: listed(read.value), mend: "Name a service of the compose file." }));
  },
};

const workspaceMissing: Rule = {
  id: "cargo-workspace-missing",
  title: "Every Cargo workspace has its Cargo.toml, and every member that it names.",
  find: ({ readings }) =>
    [...readings.cargo].flatMap(([folder, read]) => {
      const manifest = posix.join(folder, "Cargo.toml");
      if (!read.ok) return [{ where: read.fault.kind === "missing" ? config("core.workspaces") : file(manifest, read.fault.line), about: folder, found: `${manifest}: ${shownFault(read.fault)}`, allowed: "the folder of a Cargo.toml", mend: "Name the folder of the workspace or package." }];
      return read.value.missing.map((member) => ({ where: file(manifest), about: member, found: `member ${member}, which is not in the repository`, allowed: "a folder with a Cargo.toml", mend: "Take it out of the workspace: cargo refuses all of it." }));
    }),
};

const featureMissing: Rule = {
  id: "cargo-feature-missing",
  title: "Every Cargo feature that is asked for is one of the workspace.",
  find: ({ pipeline, readings }) => {
    const asked = [
      ...commandsOf(pipeline).flatMap(({ path, cargo }) => (cargo === undefined ? [] : [{ path, ...cargo }])),
      ...pipeline.core.workspaces.map(({ directory, features }) => ({ path: "core.workspaces", folder: directory, features })),
    ];
    return once(
      asked.flatMap(({ path, folder, features }) => {
        const read = readings.cargo.get(folder);
        if (read?.ok !== true) return [];
        const missing = features.filter((feature) => !read.value.features.includes(feature.split("/").at(-1)!));
        return missing.map((feature) => ({ where: config(path), about: feature, found: `feature ${feature}, which no package of ${folder} has`, allowed: listed(read.value.features, 40), mend: "Name a feature of the workspace's packages." }));
      }),
    );
  },
};

export const commandRules: readonly Rule[] = [directoryMissing, makeTargetMissing, scriptMissing, composeMissing, workspaceMissing, featureMissing];
