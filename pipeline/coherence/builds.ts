/** Build contracts: each build is given all that it needs, and what images are made of is there before them. */
import { buildArguments, FACT_PLACEHOLDERS, needsCompilerCache, placeholdersOf, plannedBuilds, RUN_PLACEHOLDERS, type BuildFacts } from "../build";
import type { Arch, Credential, CudaVersion, Finding, ImageBuild, Mode, Pipeline } from "../model";
import type { Check, PipelineInput } from "./check";
import { each, listed, shown, unless } from "./check";

const EVERY_MODE: readonly Mode[] = ["pull-request", "post-merge", "nightly"];

/** One contract, and every CUDA version and architecture that it is used for. */
interface Contract {
  readonly path: string;
  readonly id: string;
  readonly build: ImageBuild;
  readonly uses: readonly BuildFacts[];
  /** Modes in which it is built as an image that is pushed. */
  readonly modes: readonly Mode[];
  readonly cuda: readonly CudaVersion[];
  readonly architectures: readonly Arch[];
}

function contracts(pipeline: Pipeline): Contract[] {
  const { frameworks, components, core } = pipeline;
  const planned = plannedBuilds(pipeline);
  const uses = (path: string): BuildFacts[] => planned.filter((build) => build.path === path).map(({ facts }) => facts);
  return [
    ...frameworks.map(({ id, build, cuda, architectures }, index) => ({ path: `pipeline.frameworks[${index}].build`, id, build, uses: uses(`frameworks.${id}.build`), modes: EVERY_MODE, cuda: [...new Set(Object.values(cuda).flat())], architectures })),
    ...components.map(({ id, build, modes, architectures }, index) => ({ path: `pipeline.components[${index}].build`, id, build, uses: uses(`components.${id}.build`), modes, cuda: [], architectures })),
    { path: "pipeline.core.build", id: core.id, build: core.build, uses: uses("core.build"), modes: EVERY_MODE, cuda: [core.cuda], architectures: [...new Set(uses("core.build").map(({ arch }) => arch))] },
  ];
}

function forEach(find: (contract: Contract, pipeline: Pipeline) => readonly Finding[]): Check<PipelineInput>["find"] {
  return ({ pipeline }) => contracts(pipeline).flatMap((contract) => find(contract, pipeline));
}

function named({ cuda, arch }: BuildFacts): string {
  return cuda === undefined ? arch : `CUDA ${cuda} on ${arch}`;
}

export const argumentsFull: Check<PipelineInput> = {
  name: "build-arguments",
  holds: "A build has the same arguments for every CUDA version and architecture of its image: what one of them needs, none goes without.",
  find: forEach(({ path, build, uses }) => {
    // Of overrides for versions that are not built too: they say what a version needs.
    const names = new Set([build.args, ...build.overrides.map(({ args }) => args)].flatMap((args) => Object.keys(args)));
    return uses.flatMap((facts) => {
      const given = buildArguments(build, facts);
      const missing = [...names].filter((name) => !(name in given));
      return unless(missing.length === 0, `${path}.overrides`, `no ${listed(missing)} for ${named(facts)}`, "an argument for each CUDA version and architecture, or for none");
    });
  }),
};

export const basesApart: Check<PipelineInput> = {
  name: "build-base-shared",
  holds: "Images of two CUDA versions are made of different images.",
  find: forEach(({ path, build, uses }) =>
    uses.flatMap((facts, index) => {
      const other = uses.slice(0, index).find((each) => each.arch === facts.arch && each.cuda !== facts.cuda && baseOf(build, each) === baseOf(build, facts));
      if (other === undefined || decidesItself(build)) return [];
      return unless(false, `${path}.overrides`, `CUDA ${other.cuda} and ${facts.cuda} on ${facts.arch} get the same ${baseNames(build, facts)}`, "an argument that names what the image is made of and differs by CUDA version, such as BASE_IMAGE_TAG in overrides");
    }),
  ),
};

/** What an image is made of stands in arguments that are called so, BASE_IMAGE_TAG or RUNTIME_IMAGE; where none is, any argument may decide it. */
function baseArguments(build: ImageBuild, facts: BuildFacts): [string, string][] {
  const all = Object.entries(buildArguments(build, facts));
  const named = all.filter(([name]) => name.includes("IMAGE"));
  return named.length === 0 ? all : named;
}

function baseOf(build: ImageBuild, facts: BuildFacts): string {
  return JSON.stringify(baseArguments(build, facts));
}

function baseNames(build: ImageBuild, facts: BuildFacts): string {
  const names = baseArguments(build, facts).map(([name]) => name);
  return names.length === 0 ? "build, without an argument" : listed(names);
}

/** A command that is told the CUDA version writes the Dockerfile, and its base with it. */
function decidesItself({ prepare, dockerfile }: ImageBuild): boolean {
  return prepare !== undefined && prepare.writes.includes(dockerfile) && placeholdersOf(prepare.run).includes("cuda");
}

export const placeholdersKnown: Check<PipelineInput> = {
  name: "build-placeholder",
  holds: "Every placeholder of a build's arguments and its command stands for something.",
  find: forEach(({ path, build, cuda }) => {
    const ofFacts: readonly string[] = FACT_PLACEHOLDERS.filter((name) => name !== "cuda" || cuda.length > 0);
    const known = [...ofFacts, ...RUN_PLACEHOLDERS];
    const templates = [
      ...Object.entries(build.args).map(([name, value]) => ({ at: `${path}.args.${name}`, value, allowed: known })),
      ...build.overrides.flatMap(({ args }, index) => Object.entries(args).map(([name, value]) => ({ at: `${path}.overrides[${index}].args.${name}`, value, allowed: known }))),
      // A command runs before anything of the run is filled in.
      ...(build.prepare === undefined ? [] : [{ at: `${path}.prepare.run`, value: build.prepare.run, allowed: ofFacts }]),
    ];
    return templates.flatMap(({ at, value, allowed }) =>
      placeholdersOf(value).filter((name) => !allowed.includes(name)).map((name): Finding => ({ path: at, found: `{${name}}`, allowed: listed(allowed.map((one) => `{${one}}`)) })),
    );
  }),
};

export const parentsBuilt: Check<PipelineInput> = {
  name: "build-parent",
  holds: "What an image is made of is the core container or a component, of the same architecture and CUDA version, and built wherever the image is.",
  find: ({ pipeline }) => {
    const all = contracts(pipeline);
    return all.flatMap((child) => each(child.build.from, `${child.path}.from`, (entry, at) => parentFindings(pipeline, all, child, entry, at)));
  },
};

function parentFindings({ core, components }: Pipeline, all: readonly Contract[], child: Contract, { arg, image, target }: ImageBuild["from"][number], at: string): Finding[] {
  const parent = all.find(({ id, path }) => id === image && !path.startsWith("pipeline.frameworks"));
  if (child.id === core.id) return unless(false, at, shown(image), "none: pull requests of forks build the core container, and they may pull no image");
  if (parent === undefined) return unless(false, `${at}.image`, shown(image), `one of ${listed([core.id, ...components.map(({ id }) => id)])}`);
  const isCore = image === core.id;
  const ownImage = !isCore && (target === undefined || target === parent.build.target);
  const architectures = isCore ? child.architectures : parent.architectures;
  const [withoutArch, withoutMode] = [child.architectures.filter((arch) => !architectures.includes(arch)), child.modes.filter((mode) => !parent.modes.includes(mode))];
  const otherCuda = isCore ? child.cuda.filter((version) => version !== core.cuda) : [];
  return [
    ...unless(!(arg in child.build.args) && !child.build.overrides.some(({ args }) => arg in args), `${at}.arg`, `${arg}, which args give too`, "an argument that only from gives"),
    ...unless(child.build.from.filter((other) => other.arg === arg).length === 1, `${at}.arg`, `${arg} twice`, "each argument once"),
    ...unless(withoutArch.length === 0, `${at}.image`, `${shown(image)}, which is not built for ${listed(withoutArch)}`, `an image for ${listed(child.architectures)}`),
    ...unless(!ownImage || withoutMode.length === 0, `${at}.image`, `${shown(image)}, which is not built in ${listed(withoutMode)} mode`, `an image that is built in ${listed(child.modes)} mode`),
    ...unless(otherCuda.length === 0, `${at}.image`, `${shown(image)} of CUDA ${core.cuda}, for an image of CUDA ${listed(otherCuda)}`, "an image of the same CUDA version"),
  ];
}

export const parentsEnd: Check<PipelineInput> = {
  name: "build-parent-circle",
  holds: "No image is made of itself, directly or by others.",
  find: ({ pipeline }) => {
    const all = contracts(pipeline);
    const made = (id: string): readonly string[] => all.find((contract) => contract.id === id)?.build.from.map(({ image }) => image) ?? [];
    return all.flatMap(({ path, id }) => {
      const seen = new Set<string>();
      const open = [...made(id)];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (!seen.has(next)) open.push(...made(next));
        seen.add(next);
      }
      return unless(!seen.has(id), `${path}.from`, `${shown(id)} is made of ${listed(seen)}`, "images that are not made of it");
    });
  },
};

/** A role's key is of no use without its session token (AWS IAM user guide, "Use temporary credentials with AWS resources"). */
const ROLE_KEY: readonly Credential[] = ["aws-access-key-id", "aws-secret-access-key", "aws-session-token"];

export const secretsComplete: Check<PipelineInput> = {
  name: "build-secrets",
  holds: "A build that is told of the compiler cache is given all that reaches it, and every secret that is mounted is given.",
  find: forEach(({ path, build }) => {
    const given = new Set(Object.values(build.secrets));
    const missing = ROLE_KEY.filter((credential) => !given.has(credential));
    const uses = ROLE_KEY.some((credential) => given.has(credential));
    const told = [...Object.entries(build.args), ...build.overrides.flatMap(({ args }) => Object.entries(args))].filter(([, value]) => needsCompilerCache(value)).map(([name]) => name);
    return [
      ...unless(!uses || missing.length === 0, `${path}.secrets`, `no secret for ${listed(missing)}`, `${listed(ROLE_KEY)} together: they are one key of a role`),
      ...unless(told.length === 0 || uses, `${path}.secrets`, `none, while ${listed(told)} name the compiler cache`, `secrets for ${listed(ROLE_KEY)}`),
      ...Object.entries(build.mounts).flatMap(([id, { beside }]) => [
        ...unless(id in build.secrets, `${path}.mounts.${id}`, `${shown(id)}, which secrets do not give`, `one of ${listed(Object.keys(build.secrets))}`),
        ...unless(!(beside in build.mounts), `${path}.mounts.${id}.beside`, `${shown(beside)}, which is mounted beside another one itself`, "a secret that the Dockerfile mounts"),
      ]),
    ];
  }),
};

export const testStageNamed: Check<PipelineInput> = {
  name: "build-test-stage",
  holds: "A Dockerfile for tests has its stage named.",
  find: forEach(({ path, build }) => unless(build.testDockerfile === undefined || Boolean(build.testTarget), `${path}.testTarget`, shown(build.testTarget), `a stage of ${build.testDockerfile?.dockerfile}`)),
};
