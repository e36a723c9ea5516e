/**
 * The build matrix: which container images a mode builds, and the tags that they are pushed under.
 *
 * A tag is `{prefix}{framework}[-cuda13]-{arch}`. The seed writes `vllm-amd64` for CUDA 12 and says that a CUDA 13 image carries `-cuda13`
 * before its architecture. The rule is applied to every CUDA 13 image, also where a framework is built only for CUDA 13: TRT-LLM at 13.0 is
 * `main-trtllm-cuda13-amd64`. A tag then always tells the CUDA major version, and moving a framework to another version moves no tag's meaning.
 */
import type { Arch, ComponentImage, CudaVersion, Framework, ImageBuild, Mode, Pipeline } from "./model";
import type { Image } from "./plan";

/** The CUDA major version whose images carry no CUDA part in their tag. */
const UNMARKED_CUDA_MAJOR = "12";

/** What the tag of the image that tests run in has behind that of its image, where it is another one. */
export const TEST_SUFFIX = "-test";

/** Where a tag stands in for a commit that is not known yet. */
export const SHA_PLACEHOLDER = "{sha}";

/**
 * The framework images of one mode, in the order of the pipeline: framework, CUDA version, architecture.
 * @param prefix tag prefix; the mode's own when left out. Release branches pass `pipeline.releaseTagPrefix`.
 */
export function images(pipeline: Pipeline, mode: Mode, prefix: string = pipeline.tagPrefixes[mode]): Image[] {
  return pipeline.frameworks.flatMap((framework) =>
    framework.cuda[mode].flatMap((cuda) => framework.architectures.map((arch) => frameworkImage(framework, cuda, arch, prefix))),
  );
}

/** The component images (operator, frontend) that a mode can build, in the order of the pipeline. */
export function componentImages(pipeline: Pipeline, mode: Mode, prefix: string = pipeline.tagPrefixes[mode]): Image[] {
  return pipeline.components
    .filter((component) => component.modes.includes(mode))
    .flatMap((component) => component.architectures.map((arch) => componentImage(component, arch, prefix)));
}

/** Framework and component images of one mode: those that registries keep under a tag of the mode. */
export function publishedImages(pipeline: Pipeline, mode: Mode, prefix: string = pipeline.tagPrefixes[mode]): Image[] {
  return [...images(pipeline, mode, prefix), ...componentImages(pipeline, mode, prefix)];
}

/** The most that a run of one mode can build: what is published, and what that is made of. */
export function allImages(pipeline: Pipeline, mode: Mode, prefix: string = pipeline.tagPrefixes[mode]): Image[] {
  const published = publishedImages(pipeline, mode, prefix);
  return [...published, ...baseImages(pipeline, published, prefix)];
}

/** The images that some are made of, directly or by others, each once. Those that are components' own images are not among them. */
export function baseImages(pipeline: Pipeline, made: readonly Image[], prefix: string): Image[] {
  const bases = new Map<string, Image>();
  const open = [...made];
  for (let image = open.pop(); image !== undefined; image = open.pop()) {
    for (const { image: base } of parentsOf(pipeline, image, prefix)) {
      if (base.subject.kind !== "base" || bases.has(base.id)) continue;
      bases.set(base.id, base);
      open.push(base);
    }
  }
  return [...bases.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** An image of the same commit that another one is made of, and the build argument that takes it. */
export interface ParentImage {
  readonly arg: string;
  readonly image: Image;
}

/** The images that one is made of, in the order of its contract. What names no image of the pipeline is left out; coherence refuses it. */
export function parentsOf(pipeline: Pipeline, image: Image, prefix = ""): ParentImage[] {
  return (contractOf(pipeline, image)?.from ?? []).flatMap(({ arg, image: id, target }) => {
    const parent = parentImage(pipeline, id, target, image.arch, prefix);
    return parent === undefined ? [] : [{ arg, image: parent }];
  });
}

function parentImage({ core, components }: Pipeline, id: string, target: string | undefined, arch: Arch, prefix: string): Image | undefined {
  const component = components.find((each) => each.id === id);
  if (component !== undefined && (target === undefined || target === component.build.target)) return componentImage(component, arch, prefix);
  if (component !== undefined) return baseImage(component.id, `${component.id}-${target}`, arch, target ?? component.build.target, prefix);
  if (id !== core.id) return undefined;
  const stage = target ?? core.build.target;
  return baseImage(core.id, stage === core.build.target ? core.id : `${core.id}-${stage}`, arch, stage, prefix);
}

function baseImage(of: string, name: string, arch: Arch, stage: string, prefix: string): Image {
  const id = `${name.toLowerCase()}-${arch}`;
  return { id, subject: { kind: "base", id: of }, arch, stage, tag: prefix + id };
}

/** How an image is built; a base's stage is in the place of the contract's. Undefined for a subject that the pipeline does not have. */
export function contractOf({ frameworks, components, core }: Pipeline, { subject, stage }: Pick<Image, "subject" | "stage">): ImageBuild | undefined {
  const own = subject.kind === "framework" ? frameworks : [core, ...components];
  const build = own.find(({ id }) => id === subject.id)?.build;
  if (build === undefined || stage === undefined || stage === build.target) return build;
  // What tests run in is the image's own; its other stages have none.
  const rest = Object.fromEntries(Object.entries(build).filter(([field]) => field !== "testTarget" && field !== "testDockerfile")) as ImageBuild;
  return { ...rest, target: stage };
}

/** The CUDA version that an image is built for; undefined for one without CUDA. */
export function cudaOf({ core }: Pipeline, { subject, cuda }: Image): CudaVersion | undefined {
  return subject.kind === "base" && subject.id === core.id ? core.cuda : cuda;
}

/** The part of a tag that tells the CUDA version: nothing for 12, `-cuda13` for 13.0. Two minors of one major share it; coherence refuses that. */
export function cudaTagPart(cuda: CudaVersion): string {
  const [major] = cuda.split(".");
  return major === UNMARKED_CUDA_MAJOR ? "" : `-cuda${major}`;
}

/** Tag prefixes that move from commit to commit, such as `main-`: those without `{sha}`. Registries let exactly these be overwritten. */
export function movablePrefixes(pipeline: Pipeline): string[] {
  return [...new Set(Object.values(pipeline.tagPrefixes))].filter((prefix) => !prefix.includes(SHA_PLACEHOLDER));
}

/** One kind of tag, for registries and documents. */
export interface TagPattern {
  readonly mode: Mode | "release";
  readonly prefix: string;
  /** With placeholders, such as `{sha}-{framework}[-cuda13]-{arch}`. */
  readonly pattern: string;
  /** A tag that the pattern gives, with `abc123` for the commit. */
  readonly example: string;
  readonly movable: boolean;
}

/** The tag patterns of every mode and of release branches. */
export function tagPatterns(pipeline: Pipeline): TagPattern[] {
  const ofMode = (Object.keys(pipeline.tagPrefixes) as Mode[]).map((mode) => tagPattern(pipeline, mode, mode, pipeline.tagPrefixes[mode]));
  return [...ofMode, tagPattern(pipeline, "release", "post-merge", pipeline.releaseTagPrefix)];
}

function tagPattern(pipeline: Pipeline, kind: Mode | "release", mode: Mode, prefix: string): TagPattern {
  const built = publishedImages(pipeline, mode, prefix);
  const cudaParts = [...new Set(built.map((image) => (image.cuda ? cudaTagPart(image.cuda) : "")))].filter((part) => part !== "");
  return {
    mode: kind,
    prefix,
    pattern: `${prefix}{framework}${cudaParts.map((part) => `[${part}]`).join("")}-{arch}`,
    example: (built[0]?.tag ?? prefix).replace(SHA_PLACEHOLDER, "abc123"),
    movable: !prefix.includes(SHA_PLACEHOLDER),
  };
}

function frameworkImage(framework: Framework, cuda: CudaVersion, arch: Arch, prefix: string): Image {
  const id = `${framework.id}${cudaTagPart(cuda)}-${arch}`;
  return { id, subject: { kind: "framework", id: framework.id }, cuda, arch, tag: prefix + id };
}

function componentImage(component: ComponentImage, arch: Arch, prefix: string): Image {
  const id = `${component.id}-${arch}`;
  return { id, subject: { kind: "component", id: component.id }, arch, tag: prefix + id };
}
