/** What a build is given: the contract of an image, for one CUDA version and architecture. */
import type { Arch, BuildOverride, CoreBuild, CudaVersion, ImageBuild, Pipeline } from "./model";
import { baseImages, contractOf, cudaOf, publishedImages } from "./images";
import type { Image } from "./plan";

/** What the templates of a contract stand for. */
export interface BuildFacts {
  readonly framework: string;
  /** Undefined for an image without CUDA. */
  readonly cuda: CudaVersion | undefined;
  readonly arch: Arch;
}

/** What `uname -m` calls an architecture, as base images and wheels do. */
const MACHINE: Readonly<Record<Arch, string>> = { amd64: "x86_64", arm64: "aarch64" };

/** Placeholders that the run of a build knows: the commit and where the compiler cache is. */
export const RUN_PLACEHOLDERS = ["commit", "cacheBucket", "cacheRegion", "cachePrefix"] as const;
export type RunPlaceholder = (typeof RUN_PLACEHOLDERS)[number];

/** Placeholders that the pipeline knows. */
export const FACT_PLACEHOLDERS = ["framework", "cuda", "arch", "machine"] as const;

/** Names in braces, but not the shell's own `${NAME}`. */
const PLACEHOLDER = /(?<!\$)\{([A-Za-z]+)\}/g;

/** Names in braces, in order. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, name]) => name ?? "");
}

/** Fills in what the pipeline knows; the rest stays, for the run. An image without CUDA has an empty version. */
export function fillFacts(template: string, { framework, cuda, arch }: BuildFacts): string {
  const facts: Readonly<Record<(typeof FACT_PLACEHOLDERS)[number], string>> = { framework, cuda: cuda ?? "", arch, machine: MACHINE[arch] };
  return template.replace(PLACEHOLDER, (whole, name: string) => (name in facts ? facts[name as keyof typeof facts] : whole));
}

/** Fills in what the run knows. */
export function fillRun(template: string, values: Readonly<Record<RunPlaceholder, string>>): string {
  return template.replace(PLACEHOLDER, (whole, name: string) => values[name as RunPlaceholder] ?? whole);
}

/** Tells whether an override is for a CUDA version and architecture. */
export function overrideFits({ cuda, arch }: BuildOverride, facts: BuildFacts): boolean {
  return (cuda === undefined || cuda === facts.cuda) && (arch === undefined || arch === facts.arch);
}

/** Build arguments by name, sorted, with what the pipeline knows filled in. Images of the same commit are not among them. */
export function buildArguments(build: ImageBuild, facts: BuildFacts): Readonly<Record<string, string>> {
  const merged = Object.assign({}, build.args, ...build.overrides.filter((each) => overrideFits(each, facts)).map(({ args }) => args)) as Readonly<Record<string, string>>;
  return Object.fromEntries(Object.entries(merged).map(([name, value]) => [name, fillFacts(value, facts)] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether a value is of the compiler cache, and so of no use to a build that may not reach it. */
export function needsCompilerCache(template: string): boolean {
  return placeholdersOf(template).some((name) => name.startsWith("cache"));
}

/** One build that the pipeline makes. */
export interface PlannedBuild {
  /** Path of the contract in config, such as `frameworks.vllm.build`. */
  readonly path: string;
  readonly title: string;
  readonly build: ImageBuild;
  readonly facts: BuildFacts;
}

/** Every build of every mode, once for each CUDA version and architecture. */
export function plannedBuilds(pipeline: Pipeline): PlannedBuild[] {
  const { frameworks, components, core } = pipeline;
  return [
    ...frameworks.flatMap(({ id, title, build, cuda, architectures }) =>
      [...new Set(Object.values(cuda).flat())].flatMap((version) => architectures.map((arch) => ({ path: `frameworks.${id}.build`, title, build, facts: { framework: id, cuda: version, arch } }))),
    ),
    ...components.flatMap(({ id, title, build, architectures }) => architectures.map((arch) => ({ path: `components.${id}.build`, title, build, facts: { framework: id, cuda: undefined, arch } }))),
    ...plannedBases(pipeline),
    { path: "core.build", title: "core container", build: core.build, facts: { framework: core.id, cuda: core.cuda, arch: "amd64" } },
  ];
}

/** Builds of images that others are made of. The core container's own on amd64 is built for its checks anyway. */
function plannedBases(pipeline: Pipeline): PlannedBuild[] {
  const { core, components } = pipeline;
  const made = (["pull-request", "post-merge", "nightly"] as const).flatMap((mode) => baseImages(pipeline, publishedImages(pipeline, mode), ""));
  const once = [...new Map(made.map((image) => [image.id, image])).values()];
  return once.flatMap((image) => {
    const build = contractOf(pipeline, image);
    const { id } = image.subject;
    if (build === undefined || (id === core.id && image.arch === "amd64" && build === core.build)) return [];
    const title = id === core.id ? "core container" : components.find((each) => each.id === id)?.title ?? id;
    return [{ path: id === core.id ? "core.build" : `components.${id}.build`, title, build, facts: buildFacts(pipeline, image) }];
  });
}

/** What the templates of an image's contract stand for. */
export function buildFacts(pipeline: Pipeline, image: Image): BuildFacts {
  return { framework: image.subject.id, cuda: cudaOf(pipeline, image), arch: image.arch };
}

/** One Rust command in one workspace. */
export interface RustCommand {
  readonly name: string;
  readonly run: string;
  /** Relative to the repository's root. */
  readonly directory: string;
}

/** The core's Rust commands, once for each workspace in which they run. A command with a directory of its own, or without a workspace, runs once. */
export function rustCommands({ rust, workspaces }: CoreBuild): RustCommand[] {
  return rust.flatMap(({ name, run, directory, only }) => {
    const wanted = workspaces.filter((each) => only.length === 0 || only.includes(each.directory));
    if (directory !== undefined || workspaces.length === 0) return [{ name, run: run.replaceAll("{features}", ""), directory: directory ?? "." }];
    return wanted.map((each) => ({ name: `${name} (${each.directory})`, run: run.replaceAll("{features}", each.features.join(",")), directory: each.directory }));
  });
}
