import { readStackFile } from "../../../config/file";
import { gaps, proofs } from "../../../workflows/gate/proofs/proofs";
import { World } from "../../../workflows/gate/proofs/world";
import { mutated, mutations } from "./mutations";

test.each(["prod", "dev"])("%s: no pull request merges that should not, and none waits for ever", async (stack) => {
  const { pipeline, files } = readStackFile(process.cwd(), stack);
  expect(gaps(await World.of(pipeline, files))).toEqual([]);
});

describe("each mistake is found, and named", () => {
  const { pipeline, files } = readStackFile(process.cwd(), "dev");

  test.each(mutations.map((mutation) => [mutation.name, mutation] as const))("%s", async (_, mutation) => {
    const world = await World.of(mutation.pipeline?.(pipeline) ?? pipeline, mutated(files, mutation));
    const said: string[] = [];
    for (const { what } of proofs[mutation.proof](world)) {
      if (mutation.says.test(what)) return;
      said.push(what);
    }
    throw new Error(`${mutation.proof} does not find it; it says: ${[...new Set(said)].join("; ") || "nothing"}`);
  });
});
