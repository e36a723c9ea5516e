/** The compiler cache: builds are handed credentials that reach it and nothing else, and only main's can write it. */
import * as permissions from "../../components/trust/aws-permissions";
import type { ImageBuild, Pipeline } from "../../pipeline/model";
import { COMPILER_CACHE_PREFIX, renderFiles } from "../../workflows/index";
import { allJobs, parsedWorkflows, pipeline, settings } from "./support";

const secrets: ImageBuild["secrets"] = { key: "aws-access-key-id", secret: "aws-secret-access-key", session: "aws-session-token", prefix: "compiler-cache-prefix" };
const cached = <Part extends { readonly build: ImageBuild }>(part: Part): Part => ({ ...part, build: { ...part.build, secrets, args: { ...part.build.args, SCCACHE_BUCKET: "{cacheBucket}" } } });
const using: Pipeline = { ...pipeline, core: cached(pipeline.core), frameworks: pipeline.frameworks.map(cached) };
const workflows = parsedWorkflows(renderFiles(using, settings));

const jobs = allJobs(workflows).filter(({ job }) => job.steps?.some(({ uses }) => uses?.startsWith("docker/build-push-action@")));
const building = jobs.filter(({ job }) => job.permissions?.["id-token"] === "write");

test("some jobs build with an identity, and those of unvetted code without", () => {
  expect(new Set(building.map(({ file, id }) => `${file} ${id}`))).toEqual(new Set(["image.yml build", "ci-test-suite.yml core"]));
  const others = jobs.filter((each) => !building.includes(each));
  expect(others.map(({ file }) => file)).toContain("dynamo-status-check.yml");
  for (const { job } of others) for (const { uses, with: given } of job.steps!) expect([uses, given?.["secret-envs"], JSON.stringify(given ?? {}).includes("SCCACHE")]).toEqual([uses, undefined, false]);
});

describe.each(building.map(({ file, id, job }) => [`${file} ${id}`, job.steps!] as const))("%s", (_, steps) => {
  const indexOf = (part: string): number => steps.findIndex(({ name }) => name?.includes(part));
  const cache = steps[indexOf("compiler cache alone")]!;

  test("takes the cache's own role, before its own, and leaves it in no environment", () => {
    expect(indexOf("compiler cache alone")).toBeGreaterThan(-1);
    expect(indexOf("compiler cache alone")).toBeLessThan(indexOf("Assume the role"));
    expect(cache.with).toMatchObject({ "role-to-assume": "${{ vars.AWS_CACHE_ROLE_ARN }}", "output-credentials": true, "output-env-credentials": false });
    expect(steps[indexOf("Assume the role")]!.with!["role-to-assume"]).toBe("${{ vars.AWS_ROLE_ARN }}");
  });

  test("hands builds that session's values and no other credential", () => {
    for (const { uses, env = {}, with: given = {} } of steps.filter(({ uses: action }) => action?.startsWith("docker/build-push-action@"))) {
      const held = Object.entries(env).filter(([name]) => name.startsWith("CACHE_"));
      expect(held.map(([, value]) => value)).toEqual([...["access-key-id", "secret-access-key", "session-token"].map((name) => `\${{ steps.compiler-cache.outputs.aws-${name} }}`), COMPILER_CACHE_PREFIX]);
      // Written in the file, or by the caller.
      const written = String(given["secret-envs"]).split("\n").filter((line) => line !== "" && !line.includes("inputs.secret-envs"));
      for (const line of written) expect([uses, line]).toEqual([uses, expect.stringMatching(/=CACHE_[A-Z_]+$/)]);
    }
  });
});

test("callers hand on the same variables alone", () => {
  const calls = allJobs(workflows).filter(({ job }) => job.uses?.includes("image") && typeof job.with?.["secret-envs"] === "string" && !String(job.with["secret-envs"]).includes("${{"));
  expect(calls.length).toBeGreaterThan(4);
  for (const { job } of calls) for (const line of String(job.with!["secret-envs"]).split("\n").filter(Boolean)) expect(line).toMatch(/^[\w.-]+=CACHE_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN|PREFIX)$/);
});

test("only main's role of the cache can write it, and only its prefix; no role of the cache reaches more", () => {
  const to: permissions.AwsResources = { images: "images", pullRequestImages: "images", cache: "layers", isolated: false, bucket: "bucket", objects: (prefix) => `bucket/${prefix}*`, cachePrefix: COMPILER_CACHE_PREFIX, roles: "roles", oidcProvider: "provider" };
  const writes = (statements: readonly permissions.Statement[]): unknown[] => statements.filter(({ Action }) => Action.some((action) => /^s3:(\*|Put|Delete)/.test(action))).flatMap(({ Resource }) => Resource);
  const reached = (statements: readonly permissions.Statement[]): unknown => new Set(statements.flatMap(({ Resource }) => Resource));
  expect([writes(permissions.readingCompilers(to)), writes(permissions.mainCompilers(to))]).toEqual([[], [`bucket/${COMPILER_CACHE_PREFIX}*`]]);
  for (const each of [permissions.readingCompilers, permissions.mainCompilers]) expect(reached(each(to))).toEqual(new Set(["bucket", `bucket/${COMPILER_CACHE_PREFIX}*`]));
  for (const each of [permissions.pullRequestImages, permissions.releaseImages, permissions.mainImages]) expect(each(to).flatMap(({ Action }) => Action).filter((action) => action.startsWith("s3:"))).toEqual([]);
});
