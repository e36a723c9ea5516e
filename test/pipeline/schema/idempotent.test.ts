/** What was resolved is a config too: read with its schema and resolved again, it is the same stack. No default and no transform acts twice. */
import * as fc from "fast-check";
import { readStackFile } from "../../../config/file";
import { PROJECT } from "../../../cli/kit/project";
import { resolveStack, type ResolvedStack } from "../../../pipeline/resolve";
import { infrastructureSchema, pipelineSchema } from "../../../pipeline/schema";
import { seedPipeline } from "../../../pipeline/seed";
import { FIXTURE, fixture } from "../../fixture";

/** As a file would hold it: what is undefined is not there. */
const written = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value)) as Value;

function again({ pipeline, infrastructure }: ResolvedStack): ResolvedStack {
  return resolveStack({ pipeline: pipelineSchema.parse(written(pipeline)), infrastructure: infrastructureSchema.parse(written(infrastructure)) });
}

const plain = ({ pipeline, infrastructure }: ResolvedStack) => written({ pipeline, infrastructure });

test("the default pipeline", () => {
  expect(pipelineSchema.parse(written(seedPipeline))).toEqual(written(seedPipeline));
});

test.each([
  [FIXTURE, "large"],
  [FIXTURE, "small"],
  [PROJECT, "prod"],
  [PROJECT, "dev"],
])("%s: stack %s", (folder, stack) => {
  const { pipeline, infrastructure } = readStackFile(folder, stack);
  expect(pipelineSchema.parse(written(pipeline))).toEqual(written(pipeline));
  expect(infrastructureSchema.parse(written(infrastructure))).toEqual(written(infrastructure));
  expect(plain(again({ pipeline, infrastructure }))).toEqual(plain({ pipeline, infrastructure }));
});

/** What a user may leave out or say, of each kind that has a default or a transform. */
const version = fc.constantFrom("12.8", "12.9", "13.0", "13.1");
const framework = fc.record(
  {
    id: fc.stringMatching(/^f[a-z0-9]{2,8}$/),
    title: fc.string({ minLength: 1 }),
    cuda: fc.oneof(fc.array(version), fc.record({ "pull-request": fc.array(version), "post-merge": fc.array(version), nightly: fc.array(version) })),
    architectures: fc.subarray(["amd64", "arm64"]),
    owns: fc.array(fc.constantFrom("a/**", "b/*.py", "c/Dockerfile", "!a/x")),
    build: fc.record({ target: fc.constantFrom("", "runtime"), context: fc.constantFrom(".", "container") }, { requiredKeys: [] }),
  },
  { requiredKeys: ["id", "title", "cuda"] },
);
const SIZES = ["Standard_D16ds_v5", "Standard_D16pds_v5", "Standard_NC48ads_A100_v4", "Standard_NC8as_T4_v3", "Standard_Nobody_knows"];
const size = fc.constantFrom(...SIZES);
const runnerClass = fc.record(
  {
    id: fc.stringMatching(/^r[a-z0-9]{2,8}$/),
    label: fc.stringMatching(/^r[a-z0-9]{2,8}-v1$/),
    nodePool: fc.stringMatching(/^p[a-z0-9]{2,8}$/),
    maxRunners: fc.integer({ min: 1, max: 9 }),
    trust: fc.subarray(["mirror", "protected"], { minLength: 1 }),
    pod: fc.record({ cpu: fc.integer({ min: 1, max: 9 }), gpus: fc.integer({ min: 0, max: 4 }) }, { requiredKeys: [] }),
    pool: fc.record({ vmSize: size, maxCount: fc.integer({ min: 1, max: 9 }), spot: fc.boolean() }, { requiredKeys: ["vmSize"] }),
  },
  { requiredKeys: ["id", "label", "pool"] },
).filter(({ maxRunners, pool }) => maxRunners !== undefined || pool?.maxCount !== undefined);

test.each(["large", "small"] as const)("stack %s with frameworks and runner classes that say more or less", (name) => {
  const { pipeline, infrastructure: whole } = fixture(name);
  // The other sizes are read above, and are no matter to these classes.
  const infrastructure = { ...whole, vmSizes: Object.fromEntries(Object.entries(whole.vmSizes).filter(([size]) => SIZES.includes(size))) };
  fc.assert(
    fc.property(fc.array(framework, { maxLength: 3 }), fc.uniqueArray(runnerClass, { maxLength: 3, selector: ({ id }) => id }), (frameworks, classes) => {
      const configured = { ...written(pipeline), frameworks: [...written(pipeline.frameworks), ...frameworks], runnerClasses: [...written(pipeline.runnerClasses), ...classes] };
      const resolved = resolveStack({ pipeline: pipelineSchema.parse(configured), infrastructure: infrastructureSchema.parse(written(infrastructure)) });
      expect(pipelineSchema.parse(written(resolved.pipeline))).toEqual(written(resolved.pipeline));
      expect(infrastructureSchema.parse(written(resolved.infrastructure))).toEqual(written(resolved.infrastructure));
      expect(plain(again(resolved))).toEqual(plain(resolved));
    }),
    { numRuns: 60 },
  );
});
