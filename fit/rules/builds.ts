/** Dockerfiles and what the builds of a pipeline give them. */
import { posix } from "node:path";
import picomatch from "picomatch";
import { FACT_PLACEHOLDERS, placeholdersOf, RUN_PLACEHOLDERS } from "../../pipeline/build";
import { config, file } from "../model";
import type { Dockerfile, Stage } from "../readings";
import { expand, isImageReference, PREDEFINED, stageAmong, stageNamed, stageValues, type Values } from "../stages";
import { listed, once, shownFault, type Rule } from "./rule";
import { builds, facts, isWritten, TESTS, walks, type Walk } from "./walks";

const dockerfileMissing: Rule = {
  id: "dockerfile-missing",
  title: "Every Dockerfile that the pipeline builds is in the repository, or written by the build's prepare command.",
  find: (input) =>
    builds(input).flatMap(({ path, build }) => {
      const read = input.readings.dockerfiles.get(build.dockerfile);
      if (isWritten(build) || read === undefined || read.ok || read.fault.kind !== "missing") return [];
      const others = input.readings.files.filter((each) => /(^|\/)(Dockerfile[^/]*|[^/]*\.Dockerfile)$/i.test(each) && posix.dirname(each) === posix.dirname(build.dockerfile));
      return [{ where: config(`${path}.dockerfile`), about: build.dockerfile, found: build.dockerfile, allowed: `a file of the repository; beside it are ${listed(others)}`, mend: "Name the Dockerfile, or the command that writes it under build.prepare." }];
    }),
};

const dockerfileUnreadable: Rule = {
  id: "dockerfile-unreadable",
  title: "Every Dockerfile that the pipeline builds can be parsed.",
  find: (input) =>
    once(
      builds(input).flatMap(({ build }) => {
        const read = input.readings.dockerfiles.get(build.dockerfile);
        if (isWritten(build) || read === undefined || read.ok || read.fault.kind === "missing") return [];
        return [{ where: file(build.dockerfile, read.fault.line), about: "syntax", found: shownFault(read.fault), allowed: "a Dockerfile", mend: "Correct the file; no build of it starts." }];
      }),
    ),
};

const contextMissing: Rule = {
  id: "context-missing",
  title: "Every build context is a folder of the repository.",
  find: (input) =>
    builds(input).flatMap(({ path, build }) => {
      const named = Object.entries(build.contexts).filter(([, folder]) => folder !== "empty").map(([name, folder]) => ({ at: `${path}.contexts.${name}`, folder }));
      return [{ at: `${path}.context`, folder: build.context }, ...named]
        .filter(({ folder }) => !input.readings.hasFolder(folder))
        .map(({ at, folder }) => ({ where: config(at), about: folder, found: folder, allowed: "a folder of the repository", mend: "Name the folder that the Dockerfile copies from." }));
    }),
};

const stageMissing: Rule = {
  id: "stage-missing",
  title: "Every target is a stage of its Dockerfile.",
  find: (input) =>
    builds(input).flatMap(({ path, build }) => {
      const read = input.readings.dockerfiles.get(build.dockerfile);
      if (isWritten(build) || read?.ok !== true) return [];
      const fields = [{ field: "target", target: build.target }, ...(build.testTarget === undefined ? [] : [{ field: "testTarget", target: build.testTarget }])];
      return fields
        .filter(({ target }) => stageNamed(read.value, target) === undefined)
        .map(({ field, target }) => ({
          where: config(`${path}.${field}`),
          about: target,
          found: `${target}, which ${build.dockerfile} does not have`,
          allowed: listed(read.value.stages.flatMap(({ name }) => name ?? [])),
          mend: "Name a stage of the Dockerfile.",
        }));
    }),
};

const parentStageMissing: Rule = {
  id: "parent-stage-missing",
  title: "Where an image is made of another one of the same commit, that image and its stage are there.",
  find: (input) =>
    builds(input).filter(({ path }) => !path.endsWith(TESTS)).flatMap(({ path, build }) =>
      build.from.flatMap(({ arg, image, target }) => {
        const { core, components } = input.pipeline;
        const parent = image === core.id ? core.build : components.find(({ id }) => id === image)?.build;
        const allowed = listed([core.id, ...components.map(({ id }) => id)]);
        const at = `${path}.from.${arg}`;
        if (parent === undefined) return [{ where: config(at), about: image, found: image, allowed, mend: "Name the core container or a component." }];
        const read = input.readings.dockerfiles.get(parent.dockerfile);
        if (target === undefined || read?.ok !== true || isWritten(parent) || stageNamed(read.value, target) !== undefined) return [];
        return [{ where: config(at), about: target, found: `${target}, which ${parent.dockerfile} does not have`, allowed: listed(read.value.stages.flatMap(({ name }) => name ?? [])), mend: "Name a stage of that image." }];
      }),
    ),
};

/** An argument is wanted where its value is part of an image's name, or a command uses it without asking first. */
const argumentMissing: Rule = {
  id: "argument-missing",
  title: "Every argument without a default that a FROM or a RUN needs is given.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned, dockerfile, given, globals, stages }) => {
        const declared = new Map([...dockerfile.args].map((each) => [each.name, each.line]));
        const wanted = [...stages.flatMap((stage) => neededByFrom(stage, globals)), ...stages.flatMap((stage) => neededByCommands(stage, globals, given))];
        return [...new Map(wanted.map((each) => [each.name, each])).values()].map(({ name, line, why }) => ({
          where: file(planned.build.dockerfile, declared.get(name) ?? line),
          about: `${planned.path}:${name}`,
          found: `${planned.path}.args gives no ${name} (${facts(planned)}); ${why} on line ${line}`,
          allowed: `a value for ${name}`,
          mend: `Put ${name} into ${planned.path}.args, or into an entry of overrides where it differs by CUDA version or architecture.`,
        }));
      }),
    ).filter((each, index, all) => all.findIndex((other) => other.about === each.about) === index),
};

interface Needed {
  readonly name: string;
  readonly line: number;
  readonly why: string;
}

function neededByFrom(stage: Stage, globals: Values): Needed[] {
  const { text, missing } = expand(stage.from, globals);
  if (missing.length === 0 || isImageReference(text)) return [];
  return missing.map((name) => ({ name, line: stage.line, why: `FROM ${stage.from} needs it` }));
}

function neededByCommands(stage: Stage, globals: Values, given: Values): Needed[] {
  const values = stageValues(stage, globals, given);
  const declared = new Set(stage.args.map(({ name }) => name));
  const set = new Set(stage.environment);
  // A variable that one command of the stage asks for may be empty in the others too.
  const optional = new Set(stage.variables.filter((use) => use.optional).map(({ name }) => name));
  return stage.variables.filter(({ name }) => declared.has(name) && !values.has(name) && !set.has(name) && !optional.has(name)).map(({ name, line }) => ({ name, line, why: "a command uses it" }));
}

const argumentUndeclared: Rule = {
  id: "argument-undeclared",
  title: "Every argument that a build is given is declared by its Dockerfile.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned, dockerfile, given }) => {
        const declared = new Set([...dockerfile.args, ...dockerfile.stages.flatMap(({ args }) => args)].map(({ name }) => name));
        const parents = new Set(planned.build.from.map(({ arg }) => arg));
        return [...given.keys()].filter((name) => !declared.has(name) && !PREDEFINED.has(name)).map((name) => ({
          where: config(parents.has(name) ? `${planned.path}.from` : `${planned.path}.args.${name}`),
          about: name,
          found: `${name}, which ${planned.build.dockerfile} does not declare`,
          allowed: listed([...declared].sort(), 40),
          mend: "Take it out, or declare it with ARG in the Dockerfile: a build ignores it as it is.",
        }));
      }),
    ),
};

const templateUnknown: Rule = {
  id: "argument-template",
  title: "Every placeholder of an argument stands for something.",
  find: (input) =>
    builds(input).flatMap(({ path, build }) => {
      const known: readonly string[] = [...FACT_PLACEHOLDERS, ...RUN_PLACEHOLDERS];
      const texts = [...Object.entries(build.args), ...build.overrides.flatMap(({ args }) => Object.entries(args)), ...(build.prepare === undefined ? [] : [["prepare", build.prepare.run] as const])];
      return texts.flatMap(([name, value]) =>
        placeholdersOf(value).filter((each) => !known.includes(each)).map((each) => ({ where: config(`${path}.args.${name}`), about: each, found: `{${each}} in ${JSON.stringify(value)}`, allowed: listed(known.map((one) => `{${one}}`)), mend: "Use one of these." })),
      );
    }),
};

const baseInvalid: Rule = {
  id: "base-image-invalid",
  title: "Every FROM names a stage or an image.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned, dockerfile, globals, stages }) =>
        stages.flatMap((stage) => {
          const { text, missing } = expand(stage.from, globals);
          const earlier = dockerfile.stages.slice(0, dockerfile.stages.indexOf(stage));
          if (missing.length > 0 || text === "scratch" || isImageReference(text) || stageAmong(earlier, text) || text in planned.build.contexts) return [];
          return [{ where: file(planned.build.dockerfile, stage.line), about: stage.from, found: `FROM ${stage.from} is ${JSON.stringify(text)} (${facts(planned)})`, allowed: "an earlier stage, or a reference such as nvcr.io/nvidia/cuda:12.9.0-base", mend: `Correct the values in ${planned.path}.args.` }];
        }),
      ),
    ),
};

const sameBase: Rule = {
  id: "same-base",
  title: "Images of two CUDA versions are made of different images.",
  find: (input) => {
    const targets = walks(input).filter(({ planned }) => planned.facts.cuda !== undefined && planned.path !== "core.build" && !planned.path.endsWith(TESTS)).map((walk) => ({ walk, base: basesOf(walk) }));
    return once(
      targets.flatMap(({ walk, base }, index) =>
        targets.slice(0, index).flatMap(({ walk: other, base: otherBase }) => {
          const alike = walk.planned.path === other.planned.path && walk.planned.facts.arch === other.planned.facts.arch && walk.planned.facts.cuda !== other.planned.facts.cuda;
          if (!alike || base !== otherBase) return [];
          return [{
            where: config(`${walk.planned.path}.overrides`),
            about: `${other.planned.facts.cuda}=${walk.planned.facts.cuda}`,
            found: `CUDA ${other.planned.facts.cuda} and ${walk.planned.facts.cuda} (${walk.planned.facts.arch}) are both made of ${base}`,
            allowed: "a base of its own for each CUDA version",
            mend: "Give the argument that names the base image in an entry of overrides for each CUDA version.",
          }];
        }),
      ),
    );
  },
};

/** The outside images that a build is made of, as far as they are named by arguments. */
function basesOf({ stages, globals, dockerfile }: Walk): string {
  const images = stages.filter(({ from }) => from.includes("$")).map(({ from }) => expand(from, globals).text);
  return [...new Set(images.filter((image) => stageAmong(dockerfile.stages, image) === undefined))].sort().join(" and ");
}

const secretMissing: Rule = {
  id: "secret-missing",
  title: "Every secret that a Dockerfile mounts is given.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned, stages }) =>
        stages.flatMap(({ secrets }) => secrets).filter(({ id, required }) => !(id in planned.build.secrets) && (required || !planned.path.endsWith(TESTS))).map(({ id, line }) => ({
          where: file(planned.build.dockerfile, line),
          about: `${planned.path}:${id}`,
          found: `a mount of secret ${id}, which ${planned.path}.secrets does not give`,
          allowed: listed(Object.keys(planned.build.secrets)),
          mend: `Put ${id} into ${planned.path}.secrets, with the credential that it takes.`,
        })),
      ),
    ).filter((each, index, all) => all.findIndex((other) => other.about === each.about) === index),
};

const secretUnused: Rule = {
  id: "secret-unused",
  title: "Every secret that a build is given is mounted by its Dockerfile.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned, stages }) => {
        const asked = new Set(stages.flatMap(({ secrets }) => secrets).map(({ id }) => id));
        return Object.keys(planned.build.secrets).filter((id) => !asked.has(id) && !(id in planned.build.mounts)).map((id) => ({ where: config(`${planned.path}.secrets.${id}`), about: id, found: `${id}, which no RUN of ${planned.build.dockerfile} mounts`, allowed: listed(asked), mend: "Take it out: what nothing asks for is not handed out." }));
      }),
    ),
};

const mountMissing: Rule = {
  id: "mount-missing",
  title: "Where a secret is mounted beside one of the Dockerfile's, the Dockerfile mounts that one.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned: { path, build }, stages }) => {
        const asked = new Set(stages.flatMap(({ secrets }) => secrets).map(({ id }) => id));
        return Object.entries(build.mounts).filter(([, { beside }]) => !asked.has(beside)).map(([id, { beside }]) => ({
          where: config(`${path}.mounts.${id}`),
          about: id,
          found: `${id} beside ${beside}, which no RUN of ${build.dockerfile} mounts`,
          allowed: listed(asked),
          mend: "Name a secret that the Dockerfile mounts: the build fails as it is.",
        }));
      }),
    ),
};

const testStageApart: Rule = {
  id: "test-stage-apart",
  title: "The stage that tests run in is made of the stage that is published.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned: { path, build }, dockerfile, globals }) => {
        const [published, tested] = [stageNamed(dockerfile, build.target), build.testTarget === undefined ? undefined : stageNamed(dockerfile, build.testTarget)];
        if (published === undefined || tested === undefined || madeOf(dockerfile, tested, globals).includes(published)) return [];
        return [{ where: config(`${path}.testTarget`), about: build.testTarget!, found: `${build.testTarget}, which is not made of ${build.target}`, allowed: `a stage that is FROM ${build.target}, directly or by others`, mend: "Make the test stage of what is published: what passes its tests would not be what is pushed." }];
      }),
    ),
};

/** A stage and those that it is FROM. */
function madeOf(dockerfile: Dockerfile, stage: Stage, globals: Values): Stage[] {
  const parent = stageAmong(dockerfile.stages.slice(0, dockerfile.stages.indexOf(stage)), expand(stage.from, globals).text);
  return parent === undefined ? [stage] : [stage, ...madeOf(dockerfile, parent, globals)];
}

const copySourceUnknown: Rule = {
  id: "copy-source-unknown",
  title: "Everything that is copied from is a stage, a named context or an image.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned, dockerfile, globals, given, stages }) =>
        stages.flatMap((stage) => {
          const earlier = dockerfile.stages.slice(0, dockerfile.stages.indexOf(stage));
          const values = new Map([...globals, ...stageValues(stage, globals, given)]);
          return stage.stages.flatMap(({ from, line }) => {
            const name = expand(from, values).text;
            // An image without registry and tag is more often a stage or a context that is not there.
            if (stageAmong(earlier, name) || name in planned.build.contexts || (/[./:@]/.test(name) && isImageReference(name))) return [];
            return [{
              where: file(planned.build.dockerfile, line),
              about: `${planned.path}:${name}`,
              found: `--from=${from}, which is ${name === from ? "no earlier stage" : JSON.stringify(name)}`,
              allowed: `a stage (${listed(earlier.flatMap((each) => each.name ?? []))}), a context of ${planned.path}.contexts, or an image with its registry or tag`,
              mend: `Name the context in ${planned.path}.contexts, or correct the Dockerfile.`,
            }];
          });
        }),
      ),
    ).filter((each, index, all) => all.findIndex((other) => other.about === each.about) === index),
};

const copiedFileMissing: Rule = {
  id: "copied-file-missing",
  title: "Everything that a Dockerfile takes from its context is in the repository.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned: { build }, stages }) =>
        stages.flatMap(({ context }) =>
          context.flatMap(({ path, line }) => {
            if (path.includes("$") || build.prepare?.writes.some((each) => each.startsWith(posix.join(build.context, path)))) return [];
            const full = posix.normalize(posix.join(build.context, path)).replace(/\/+$/, "").replace(/^\/+/, "");
            const there = /[*?[]/.test(full) ? input.readings.files.some((each) => picomatch.isMatch(each, [full, `${full}/**`], { dot: true })) : input.readings.has(full) || input.readings.hasFolder(full);
            return there ? [] : [{ where: file(build.dockerfile, line), about: path, found: `${full}, which is not in the repository`, allowed: `a file or folder of ${build.context}`, mend: "Correct the path, or the build's context." }];
          }),
        ),
      ),
    ),
};

const lfsNotTaken: Rule = {
  id: "lfs-not-taken",
  title: "A build that takes in files of Git LFS has them in its checkout.",
  find: (input) =>
    once(
      walks(input).flatMap(({ planned: { build, path }, stages }) => {
        if (build.lfs) return [];
        const sources = stages.flatMap(({ context }) => context.map((use) => posix.normalize(posix.join(build.context, use.path)).replace(/\/+$/, "")));
        const taken = input.readings.lfsPointers.filter((pointer) => sources.some((source) => source === "." || pointer === source || pointer.startsWith(`${source}/`)));
        return taken.length === 0 ? [] : [{ where: config(`${path}.lfs`), about: "lfs", found: `false, while the build takes in ${listed(taken, 3)} as a pointer`, allowed: "true", mend: `Set ${path}.lfs to true.` }];
      }),
    ),
};

export const buildRules: readonly Rule[] = [
  dockerfileMissing,
  dockerfileUnreadable,
  contextMissing,
  stageMissing,
  parentStageMissing,
  argumentMissing,
  argumentUndeclared,
  templateUnknown,
  baseInvalid,
  sameBase,
  secretMissing,
  secretUnused,
  mountMissing,
  testStageApart,
  copySourceUnknown,
  copiedFileMissing,
  lfsNotTaken,
];

