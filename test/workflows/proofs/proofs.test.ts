import { readStackFile } from "../../../config/file";
import { gaps } from "../../../workflows/gate/proofs/proofs";
import { World } from "../../../workflows/gate/proofs/world";

test.each(["prod", "dev"])("%s: no pull request merges that should not, and none waits for ever", async (stack) => {
  const { pipeline, files } = readStackFile(process.cwd(), stack);
  expect(gaps(await World.of(pipeline, files))).toEqual([]);
});
