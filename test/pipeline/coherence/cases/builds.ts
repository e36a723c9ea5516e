/** Broken build contracts. */
import type { ImageBuild, Pipeline } from "../../../../pipeline/model";
import { changed, pipeline } from "../../fixtures";
import { withPipeline, type Broken } from "../breaking";

type Input = Broken[1];

const withBuild = (id: string, change: Partial<ImageBuild>): Input =>
  withPipeline({ frameworks: changed(pipeline.frameworks, (each) => each.id === id, { build: { ...pipeline.frameworks.find((each) => each.id === id)!.build, ...change } }) });
type ComponentChange = readonly [id: string, change: Partial<ImageBuild>];
const components = (...changes: readonly ComponentChange[]): Pipeline["components"] =>
  changes.reduce<Pipeline["components"]>((all, [id, change]) => changed(all, (each) => each.id === id, { build: { ...all.find((each) => each.id === id)!.build, ...change } }), pipeline.components);
const withComponents = (...changes: readonly ComponentChange[]): Input => withPipeline({ components: components(...changes) });
const withCore = (change: Partial<ImageBuild>): Input => withPipeline({ core: { ...pipeline.core, build: { ...pipeline.core.build, ...change } } });

const BASE_WANTED = "an argument that names what the image is made of and differs by CUDA version, such as BASE_IMAGE_TAG in overrides";

const ROLE_KEY = { key: "aws-access-key-id", secret: "aws-secret-access-key", session: "aws-session-token" } as const;

export const buildCases: readonly Broken[] = [
  [
    "build-arguments",
    withBuild("alpha", { overrides: [{ cuda: "12.8", args: { BASE_IMAGE_TAG: "25.01" } }] }),
    "pipeline.frameworks[0].build.overrides",
    "no BASE_IMAGE_TAG for CUDA 13.1 on amd64",
    "an argument for each CUDA version and architecture, or for none",
  ],
  [
    "build-arguments",
    withBuild("alpha", { overrides: [{ arch: "arm64", args: { MACHINE: "aarch64" } }] }),
    "pipeline.frameworks[0].build.overrides",
    "no MACHINE for CUDA 12.8 on amd64",
    "an argument for each CUDA version and architecture, or for none",
  ],
  [
    "build-arguments",
    // A version that is no longer built still says what a version needs.
    withBuild("alpha", { overrides: [{ cuda: "11.8", args: { BASE_IMAGE_TAG: "23.10" } }] }),
    "pipeline.frameworks[0].build.overrides",
    "no BASE_IMAGE_TAG for CUDA 12.8 on arm64",
    "an argument for each CUDA version and architecture, or for none",
  ],
  [
    "build-base-shared",
    withBuild("beta", { args: { CUDA_VERSION: "{cuda}", BASE_IMAGE: "orbit/cuda:12.8" } }),
    "pipeline.frameworks[1].build.overrides",
    "CUDA 13.1 and 12.8 on amd64 get the same BASE_IMAGE",
    BASE_WANTED,
  ],
  [
    "build-base-shared",
    withBuild("beta", { args: {} }),
    "pipeline.frameworks[1].build.overrides",
    "CUDA 13.1 and 12.8 on amd64 get the same build, without an argument",
    BASE_WANTED,
  ],
  ["build-placeholder", withCore({ args: { SHA: "{sha}" } }), "pipeline.core.build.args.SHA", "{sha}", "{arch}, {cacheBucket}, {cachePrefix}, {cacheRegion}, {commit}, {cuda}, {framework}, {machine}"],
  ["build-placeholder", withComponents(["portal", { args: { V: "{cuda}" } }]), "pipeline.components[1].build.args.V", "{cuda}", "{arch}, {cacheBucket}, {cachePrefix}, {cacheRegion}, {commit}, {framework}, {machine}"],
  [
    "build-placeholder",
    withComponents(["portal", { prepare: { run: 'make "${HOME}" {commit}', writes: [] } }]),
    "pipeline.components[1].build.prepare.run",
    "{commit}",
    "{arch}, {framework}, {machine}",
  ],
  ["build-parent", withComponents(["portal", { from: [{ arg: "BASE", image: "alpha" }] }]), "pipeline.components[1].build.from[0].image", '"alpha"', "one of kernel, manager, portal"],
  ["build-parent", withComponents(["portal", { args: { BASE: "x" }, from: [{ arg: "BASE", image: "kernel" }] }]), "pipeline.components[1].build.from[0].arg", "BASE, which args give too", "an argument that only from gives"],
  [
    "build-parent",
    withComponents(["portal", { from: [{ arg: "BASE", image: "kernel" }, { arg: "BASE", image: "manager" }] }]),
    "pipeline.components[1].build.from[1].arg",
    "BASE twice",
    "each argument once",
  ],
  ["build-parent", withComponents(["manager", { from: [{ arg: "BASE", image: "portal" }] }]), "pipeline.components[0].build.from[0].image", '"portal", which is not built for arm64', "an image for amd64, arm64"],
  [
    "build-parent",
    withComponents(["manager", { from: [{ arg: "BASE", image: "portal" }] }]),
    "pipeline.components[0].build.from[0].image",
    '"portal", which is not built in nightly mode',
    "an image that is built in nightly, post-merge, pull-request mode",
  ],
  ["build-parent", withBuild("beta", { from: [{ arg: "BASE", image: "kernel" }] }), "pipeline.frameworks[1].build.from[0].image", '"kernel" of CUDA 12.8, for an image of CUDA 13.1', "an image of the same CUDA version"],
  ["build-parent", withCore({ from: [{ arg: "BASE", image: "portal" }] }), "pipeline.core.build.from[0]", '"portal"', "none: pull requests of forks build the core container, and they may pull no image"],
  [
    "build-parent-circle",
    withComponents(["portal", { from: [{ arg: "BASE", image: "manager" }] }], ["manager", { from: [{ arg: "BASE", image: "portal" }] }]),
    "pipeline.components[1].build.from",
    '"portal" is made of manager, portal',
    "images that are not made of it",
  ],
  ["build-secrets", withCore({ secrets: { key: "aws-access-key-id" } }), "pipeline.core.build.secrets", "no secret for aws-secret-access-key, aws-session-token", "aws-access-key-id, aws-secret-access-key, aws-session-token together: they are one key of a role"],
  ["build-secrets", withCore({ args: { BUCKET: "{cacheBucket}" }, secrets: {}, mounts: {} }), "pipeline.core.build.secrets", "none, while BUCKET name the compiler cache", "secrets for aws-access-key-id, aws-secret-access-key, aws-session-token"],
  ["build-secrets", withCore({ secrets: {}, args: {}, mounts: { prefix: { beside: "key", env: "PREFIX" } } }), "pipeline.core.build.mounts.prefix", '"prefix", which secrets do not give', "one of none"],
  [
    "build-secrets",
    withCore({ secrets: ROLE_KEY, mounts: { session: { beside: "secret", env: "TOKEN" }, key: { beside: "session", env: "KEY" } } }),
    "pipeline.core.build.mounts.key.beside",
    '"session", which is mounted beside another one itself',
    "a secret that the Dockerfile mounts",
  ],
  ["build-test-stage", withComponents(["portal", { testDockerfile: { dockerfile: "tests.Dockerfile", arg: "BASE" } }]), "pipeline.components[1].build.testTarget", "nothing", "a stage of tests.Dockerfile"],
];
