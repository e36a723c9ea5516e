/** The build contract: everything that a build of an image is given, as data. */
import { z } from "zod";
import { arch, byMode, cuda, literalText, minutes, text, texts, type Given, type Resolved } from "./kit";

/** Pull requests give up sooner: their layers come from main's cache. Main and nightly runs may build without any. */
export const BUILD_MINUTES = { "pull-request": 60, "post-merge": 120, nightly: 120 } as const;

const argumentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and _, as Dockerfiles name arguments");

const buildArguments = z
  .record(argumentName, literalText)
  .describe(
    "Build arguments by name. A value is a template: `{framework}`, `{cuda}`, `{arch}` (amd64), `{machine}` (x86_64), `{commit}`, and of the compiler cache `{cacheBucket}`, " +
      "`{cacheRegion}` and `{cachePrefix}`. An argument that needs the compiler cache is left out where code that nobody vetted is built.",
  );

const override = z
  .strictObject({
    cuda: cuda.optional().describe("CUDA version that it is for. Default: every one."),
    arch: arch.optional().describe("Architecture that it is for. Default: each."),
    args: buildArguments,
  })
  .describe("Arguments that differ by CUDA version and architecture. Those of a later entry that fits win.");

const prepare = z
  .strictObject({
    run: literalText.describe("The command, a template like an argument; it runs in the repository's root."),
    image: literalText.optional().describe("Image in whose container it runs, with the checkout as its folder. Default: on the runner itself, which has bash, git and docker and little else."),
    writes: texts.describe("Files that it makes, such as a rendered Dockerfile. A build whose command did not make them fails."),
  })
  .describe("A command of the repository that runs before the build.");

const parent = z
  .strictObject({
    arg: argumentName.describe("The build argument that takes the image."),
    image: text.describe("Id of the core container or of a component. Its image of the same commit and architecture is taken, by digest."),
    target: text.optional().describe("Stage of that image. Default: the one that is built anyway."),
  })
  .describe("An image of the same commit that this one is made of: this build waits for it.");

export const credential = z
  .enum(["aws-access-key-id", "aws-secret-access-key", "aws-session-token", "compiler-cache-prefix"])
  .describe("A credential on AWS that reaches the compiler cache and nothing else, and lives for two hours at most; or where in the bucket the compiler cache is.");

const environmentName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "letters, digits and _, as shells name variables");
const secretId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, "letters, digits, . _ and -");

const mount = z
  .strictObject({
    beside: secretId.describe("Id of a secret that the Dockerfile mounts itself: wherever it does, this one is mounted too."),
    env: environmentName.describe("Environment variable that it becomes."),
  })
  .describe("A secret that the Dockerfile does not mount. It is put into the job's checkout after `prepare`, and a build whose Dockerfile does not mount the other secret fails.");

const testDockerfile = z
  .strictObject({
    dockerfile: text.describe("Path of the Dockerfile in the repository."),
    arg: argumentName.describe("The build argument that takes the image that was built, by its digest. It is the only argument that is given."),
  })
  .describe("The Dockerfile of the test stage, where it is one of its own that is made of the image.");

export const imageBuild = z
  .strictObject({
    dockerfile: text.describe("Path of the Dockerfile in the repository."),
    context: text.default(".").describe("Build context, relative to the repository's root."),
    target: text.describe("Target stage of the Dockerfile. Empty: its last stage."),
    testTarget: text.optional().describe("Stage in which tests run, where it is another: then that image is built too, tests run in it, and it is never published. Default: tests run in the image itself."),
    testDockerfile: testDockerfile.optional(),
    prepare: prepare.optional(),
    args: buildArguments.default({}),
    overrides: z.array(override).default([]).describe("Arguments that differ by CUDA version and architecture, in order."),
    secrets: z.record(secretId, credential).default({}).describe("BuildKit secrets by their id in the Dockerfile."),
    mounts: z.record(secretId, mount).default({}).describe("Of these, the secrets that the Dockerfile does not mount by itself."),
    from: z.array(parent).default([]).describe("Images of the same commit that this one is made of."),
    contexts: z.record(text, text).default({}).describe("Named build contexts beside the main one: a folder of the repository, or `empty` for one without a file."),
    lfs: z.boolean().default(false).describe("Whether the checkout takes the files of Git LFS."),
    timeoutMinutes: byMode(minutes).default(BUILD_MINUTES).describe("Minutes until the build is given up, by mode."),
  })
  .describe("How one image is built.");

export type ImageBuild = Resolved<typeof imageBuild>;
export type GivenImageBuild = Given<typeof imageBuild>;
export type BuildOverride = Resolved<typeof override>;
export type Credential = Resolved<typeof credential>;
