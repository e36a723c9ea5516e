/** What is built: frameworks, component images, the core container. */
import { z } from "zod";
import { imageBuild, type ImageBuild } from "./build";
import { patterns } from "./filters";
import { ownTestContract } from "./test-contract";
import { amount, arch, byMode, bySomeModes, cuda, inUnit, literalText, minutes, mode, nameFrom, number, text, texts, type Given, type Resolved } from "./kit";

type Mode = Resolved<typeof mode>;

export const command = z
  .strictObject({
    name: literalText.describe("What the step is called."),
    run: literalText.describe("The command, without any GitHub expression in it."),
    directory: literalText.optional().describe("Working directory, relative to the repository's root, which is the default."),
  })
  .describe("One step of a script.");

const versions = z.array(cuda);

const cudaByMode = z
  .union([versions, byMode(versions)])
  .transform((given) => (Array.isArray(given) ? { "pull-request": given, "post-merge": given, nightly: given } : given))
  .describe("CUDA versions that are built: one list for every mode, or a list for each. The first is the primary one: deployment tests take its images.")
  .meta({ examples: [["12.9", "13.0"]] });

export const framework = z
  .strictObject({
    id: text.describe("Identifier used in tags, job names and test markers: lower case, digits and `-`.").meta({ examples: ["vllm"] }),
    title: text.describe("How people write it.").meta({ examples: ["TRT-LLM"] }),
    cuda: cudaByMode,
    architectures: z.array(arch).default(["amd64", "arm64"]).describe("Architectures that are built."),
    owns: patterns
      .default([])
      .describe("Path patterns that belong only to this framework: a change only inside them builds only this framework. One list, or one for each reading (`filterReading`)."),
    testContract: ownTestContract,
    build: imageBuild.partial().prefault({}).describe("How its image is built. Default: stage `runtime` of `container/Dockerfile.ID`, from the repository's root."),
  })
  .transform(({ build, ...rest }) => ({
    ...rest,
    build: imageBuild.parse({ dockerfile: `container/Dockerfile.${rest.id}`, target: "runtime", ...build }) as ImageBuild,
  }))
  .describe("An inference framework that is built into container images and tested.");

export const component = z
  .strictObject({
    id: text.describe("Identifier used in tags and job names: lower case, digits and `-`."),
    title: text.describe("How people write it."),
    architectures: z.array(arch).default(["amd64", "arm64"]).describe("Architectures that are built."),
    filter: nameFrom("filters").describe("The filter that decides whether a pull request builds it."),
    build: imageBuild,
    checks: z.array(command).default([]).describe("Commands that test the sources, run in the repository's checkout before the image is built. Empty when the image build is the test."),
    modes: z.array(mode).describe("Modes in which it is built."),
  })
  .describe("An image that is no framework's: the Kubernetes operator, the frontend. Built when its filter matches; on main always.");

const runner = nameFrom("runnerClasses");

const services = z
  .strictObject({ compose: text.describe("Path of the compose file in the repository."), names: texts.describe("Services that are started.") })
  .describe("Services of a compose file.");

const sources = z.enum(["image", "checkout"]);

const workspace = z
  .strictObject({ directory: text.describe("Folder of its `Cargo.toml`.").meta({ examples: [".", "lib/llm"] }), features: texts.default([]).describe("Features that its commands take for `{features}`.") })
  .describe("A Cargo workspace, or a package of one.");

const pass = z
  .strictObject({
    name: literalText.describe("What the step is called."),
    markers: z
      .union([literalText, bySomeModes(literalText)])
      .transform((given): Partial<Record<Mode, string>> => (typeof given === "string" ? { "pull-request": given, "post-merge": given, nightly: given } : given))
      .describe("pytest marker expression: one for every mode, or one for each. In a mode without one the pass does not run. `{frameworks}` stands for every framework's marker, such as `vllm or sglang`."),
    workers: inUnit(number.int().min(1), "processes").default(1).describe("Processes of pytest-xdist; 1 runs the tests in one process."),
  })
  .describe("One run of pytest, with a JUnit report of its own.");

export const core = z
  .strictObject({
    id: text.describe("Identifier used in tags and job names."),
    filter: nameFrom("filters").describe("The filter that decides whether a pull request builds it."),
    build: imageBuild,
    cuda,
    sources: z
      .strictObject({ rust: sources.default("image").describe("For the Rust commands."), pytest: sources.default("image").describe("For pytest.") })
      .prefault({})
      .describe("Which files the commands run on: those that the image holds below `/workspace`, beside what it built of them; or the job's checkout, for an image that holds none."),
    freeDiskGiB: inUnit(amount, "GiB").default(45).describe(
      "Free disk that the job needs. A job on a machine of GitHub's makes room first: it removes toolchains that nothing here uses and moves Docker to the machine's second disk where it has one. " +
        "Where that is not enough the job fails and says so.",
    ),
    services: services.optional().describe("Services that its tests reach, started before them."),
    workspaces: z.array(workspace).default([]).describe("Cargo workspaces in which the Rust commands run, one after another."),
    rust: z
      .array(command.extend({ only: texts.default([]).describe("Directories of the workspaces in which it runs. Default: all of them.") }))
      .describe("Rust commands, run in each workspace when the Rust filter matches, and always on main. `{features}` stands for the workspace's features, joined by commas."),
    pytest: z.array(pass).describe("pytest passes, run in order inside the core image."),
    runners: z
      .strictObject({
        fork: runner.describe("Of code that nobody vetted."),
        mirror: runner.describe("Of vetted pull requests."),
        protected: runner.describe("Of merged code."),
      })
      .describe("Runner class by who can make it run: fork code never runs where mirrored or merged code does."),
    timeoutMinutes: minutes.describe("Minutes until the job is given up."),
  })
  .describe("The core container, which direct checks build on every pull request and never push.");

export type CudaVersion = Resolved<typeof cuda>;
export type Command = Resolved<typeof command>;
export type ConfiguredFramework = Resolved<typeof framework>;
/** A framework with the paths that the pipeline's reading gives it. */
export type Framework = Omit<ConfiguredFramework, "owns"> & { readonly owns: readonly string[] };
export type GivenFramework = Given<typeof framework>;
export type ComponentImage = Resolved<typeof component>;
export type GivenComponentImage = Given<typeof component>;
export type CoreBuild = Resolved<typeof core>;
export type GivenCoreBuild = Given<typeof core>;
