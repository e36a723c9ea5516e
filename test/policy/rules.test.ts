/** What holds of every rule, whatever it judges. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { ownPolicies } from "../../extensions/policies";
import { withDefaults } from "../../policy/kit/judge";
import { packConfigFindings } from "../../policy/kit/config";
import type { Rule } from "../../policy/kit/rule";
import { rules } from "../../policy/rules";
import { RULES, ruleFiles } from "./support";

const families = readdirSync(RULES).filter((name) => statSync(join(RULES, name)).isDirectory());
const each = rules.map((rule) => [rule.name, rule] as const);

/** Every module of the pack but the one that starts its server. */
function modules(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(folder, name));
}

const POLICY = join(RULES, "..");
const all = ["kit", "files", "rules"].flatMap((folder) => modules(join(POLICY, folder)));
const load = (file: string): Record<string, unknown> => jest.requireActual<Record<string, unknown>>(file);

function isRule(value: unknown): value is Rule {
  return typeof value === "object" && value !== null && "scope" in value && "judge" in value && "severity" in value;
}

describe("the folder of rules", () => {
  test("has one rule in each file, of the file's name, and the index registers them all", () => {
    const files = families.flatMap(ruleFiles);
    expect(files.sort()).toEqual(rules.filter((rule) => !ownPolicies.includes(rule)).map(({ name }) => name).sort());
    expect(new Set(files).size).toBe(files.length);
  });

  test("exports no rule but the one of the file, and none that is not registered", () => {
    const names = new Set(rules.map(({ name }) => name));
    const exported = all.filter((file) => file.startsWith(RULES)).flatMap((file) => Object.values(load(file)).filter(isRule).map(({ name }) => [relative(RULES, file), name] as const));
    expect(exported.filter(([file, name]) => basename(file, ".ts") !== name || !names.has(name))).toEqual([]);
    expect(new Set(exported.map(([, name]) => name)).size).toBe(exported.length);
  });

  test.each(families)("has a test of the family %s", (family) => {
    expect(existsSync(join(__dirname, `${family}.test.ts`))).toBe(true);
    expect(readFileSync(join(__dirname, `${family}.test.ts`), "utf8")).toContain(`prove("${family}"`);
  });
});

describe.each(each)("%s", (_, rule) => {
  test("is told in full", () => {
    expect(rule.name).toMatch(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    expect(["critical", "high", "medium", "low"]).toContain(rule.severity);
    expect(["mandatory", "advisory"]).toContain(rule.level);
    for (const text of [rule.holds, rule.why, rule.fix]) expect(text).toMatch(/^[A-Z`].{15,}[.`]$/s);
    expect(rule.title).toMatch(/^[A-Z].{10,69}$/);
    expect(rule.title).not.toMatch(/\.$/);
    expect(rule.source.title.length).toBeGreaterThan(5);
    expect(new URL(rule.source.url).protocol).toBe("https:");
  });

  test("describes each key of its config, and takes its own defaults", () => {
    for (const [key, schema] of Object.entries(rule.config ?? {})) {
      expect(key).toMatch(/^[a-z][A-Za-z]*$/);
      expect(schema.type).toBeDefined();
      expect(schema.default).toBeDefined();
      expect(schema.description).toMatch(/^[A-Z].{9,}[^.]$/s);
    }
    expect(packConfigFindings(rules, { [rule.name]: withDefaults(rule) })).toEqual([]);
  });

  test("knows types of resources, and why it waits for any", () => {
    if (rule.scope === "stack") return;
    expect(rule.types.length).toBeGreaterThan(0);
    for (const type of rule.types) expect(type).toMatch(/^[a-z-]+:[A-Za-z0-9/.]+:[A-Za-z]+$/);
    if (rule.unknowns === undefined) return;
    expect(rule.unknowns.why).toMatch(/^[A-Z].{15,}$/);
    for (const types of Object.values(rule.unknowns.from)) expect(types.length).toBeGreaterThan(0);
  });
});

test("names are unique, and titles and fixes too", () => {
  for (const key of ["name", "title", "holds"] as const) expect(new Set(rules.map((rule) => rule[key])).size).toBe(rules.length);
});

test("loading a module of the pack starts nothing that stays", async () => {
  // Node.js opens these when they are first looked at, as packages do. What Jest itself had begun may end meanwhile.
  expect([process.stdin.fd, process.stdout.fd, process.stderr.fd]).toEqual([0, 1, 2]);
  const left = process.getActiveResourcesInfo();
  jest.isolateModules(() => all.forEach(load));
  await new Promise(setImmediate);
  const begun = process.getActiveResourcesInfo().filter((kind) => {
    const at = left.indexOf(kind);
    if (at !== -1) left.splice(at, 1);
    return at === -1;
  });
  expect(begun).toEqual([]);
  // The constructor starts a server: only the pack's entry may call it.
  expect(all.filter((file) => readFileSync(file, "utf8").includes("PolicyPack("))).toEqual([]);
});
