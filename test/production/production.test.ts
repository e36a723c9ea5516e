/** Tests stand on a fixture of their own (test/fixture), so that a change of production fails nothing but goldens. What does not is in test/production.json. */
import { PROJECT } from "../../cli/kit/project";
import ALLOWED from "../production.json";
import { scanText, standingOnProduction } from "./reads";

const standing = standingOnProduction(PROJECT);
const allows = (file: string): boolean => Object.keys(ALLOWED).some((start) => file.startsWith(start));

test("no other test reads what is production's", () => {
  const others = [...standing].filter(([file]) => !allows(file)).map(([file, ways]) => `${file}: ${ways.join("; ")}. Take test/fixture, or say in test/production.json why not.`);
  expect(others).toEqual([]);
});

test("the list names no test that could go from it, and says of each why", () => {
  const unused = Object.keys(ALLOWED).filter((start) => ![...standing.keys()].some((file) => file.startsWith(start)));
  expect(unused).toEqual([]);
  for (const why of Object.values(ALLOWED)) expect(why).toMatch(/^[A-Z].{15,}\.$/);
});

const ways = (text: string): readonly string[] => scanText(PROJECT, "test/a/b.test.ts", text).ways;

test.each([
  ["an import", 'import { seedPipeline } from "../../pipeline/seed";', "imports pipeline/seed.ts"],
  ["an import in a folder", 'import {\n  seedVmSizes,\n} from "../../pipeline/seed/vm-sizes";', "imports pipeline/seed/vm-sizes.ts"],
  ["a late import", 'await import("../../pipeline/seed.ts")', "imports pipeline/seed.ts"],
  ["an export", 'export * from "../../pipeline/seed";', "imports pipeline/seed.ts"],
  ["Jest's way around its mocks", 'jest.requireActual<object>("../../pipeline/seed")', "imports pipeline/seed.ts"],
  ["a stack's file", 'readFileSync(join(PROJECT, "Pulumi.prod.yaml"))', "reads by join to Pulumi.prod.yaml"],
  ["a stack's file by a variable", "join(PROJECT, `Pulumi.${stack}.yaml`)", "reads by join to Pulumi.*.yaml"],
  ["a policy config", 'join(PROJECT, "policy", "config", "dev.json")', "reads by join to policy/config/dev.json"],
  ["a reader of the project", 'config.readStackFile(join(__dirname, "..", ".."), "dev")', "reads by readStackFile of the project"],
  ["the committed stacks", "committedStacks()", "reads by committedStacks"],
])("%s is noticed", (_, text, way) => expect(ways(text)).toEqual([way]));

test.each([
  ["types", 'import type { A } from "../../pipeline/seed";'],
  ["the fixture", 'readStackFile(FIXTURE, "large")'],
  ["the project's own file", 'join(PROJECT, "Pulumi.yaml")'],
  ["a comment, and a text that is data", '// join(PROJECT, "Pulumi.prod.yaml")\nexpect(uri).toBe("Pulumi.prod.yaml")'],
])("%s is not", (_, text) => expect(ways(text)).toEqual([]));

test("a helper's way is the test's too, whatever stands between them", () => {
  const [, found] = [...standing].find(([file, all]) => all.some((way) => !way.startsWith(`${file} `))) ?? [];
  expect(found).toBeDefined();
});
