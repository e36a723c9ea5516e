import { readStackFile } from "../../../config/file";
import { gaps, proofs } from "../../../workflows/gate/proofs/proofs";
import { World } from "../../../workflows/gate/proofs/world";
import { mutated, mutations, queueMutations } from "./mutations";
import { withMergeQueue } from "./queue";

jest.setTimeout(300_000);

test.each([
  ["prod", () => readStackFile(process.cwd(), "prod")],
  ["dev", () => readStackFile(process.cwd(), "dev")],
  ["prod with a merge queue", () => withMergeQueue("prod")],
  ["dev with a merge queue", () => withMergeQueue("dev")],
])("%s: no pull request merges that should not, and none waits for ever", async (_, read) => {
  const { pipeline, files } = read();
  expect(gaps(await World.of(pipeline, files))).toEqual([]);
});

describe.each([
  ["each mistake is found, and named", readStackFile(process.cwd(), "dev"), mutations],
  ["each mistake about the merge queue is found, and named", withMergeQueue("dev"), queueMutations],
])("%s", (_title, { pipeline, files }, all) => {
  test.each(all.map((mutation) => [mutation.name, mutation] as const))("%s", async (_, mutation) => {
    const world = await World.of(mutation.pipeline?.(pipeline) ?? pipeline, mutated(files, mutation));
    const said: string[] = [];
    for (const { what } of proofs[mutation.proof](world)) {
      if (mutation.says.test(what)) return;
      said.push(what);
    }
    throw new Error(`${mutation.proof} does not find it; it says: ${[...new Set(said)].join("; ") || "nothing"}`);
  });
});
