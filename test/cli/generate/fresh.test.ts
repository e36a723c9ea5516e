/** Every generated file is as its generator has it, and git knows it for a generated one. */
import { execFileSync } from "node:child_process";
import { changesOf } from "../../../cli/generate/changes";
import { GENERATORS } from "../../../cli/generate/registry";
import { PROJECT } from "../../../cli/kit/project";

jest.setTimeout(300_000);

test.each(GENERATORS.map((generator) => [generator.name, generator] as const))("%s is fresh, or run make generate", async (_, generator) => {
  let files: readonly string[] = [];
  const noted = {
    ...generator,
    generate: async () => {
      const made = await generator.generate();
      files = made.files.map(({ path }) => path);
      return made;
    },
  };
  const stale = (await changesOf([noted], PROJECT)).map(({ path, what }) => `${path} (${what}): run make generate`);
  expect(stale).toEqual([]);
  expect(files.length).toBeGreaterThan(0);
  const attributes = execFileSync("git", ["check-attr", "linguist-generated", "--stdin"], { cwd: PROJECT, encoding: "utf8", input: `${files.join("\n")}\n` });
  expect(attributes.trim().split("\n").filter((line) => !line.endsWith(": set")).map((line) => `${line}: mark it in .gitattributes`)).toEqual([]);
});
