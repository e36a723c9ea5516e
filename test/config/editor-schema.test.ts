/** What editors are told of the stack files, and what people read of them: fresh, and right about the committed stacks and about bad ones. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { configDoc, configFiles } from "../../cli/documents/config";
import { EDITOR_SCHEMA, renderEditorSchema } from "../../config/editor-schema";
import { stacksIn } from "../../config/stacks";
import { configFields } from "../../pipeline/schema/walk";

const PROJECT = join(__dirname, "..", "..");
const validate = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(renderEditorSchema()) as object);
const file = (stack: string): string => readFileSync(join(PROJECT, `Pulumi.${stack}.yaml`), "utf8");

test("the committed files are what the schemas give today: make generate", () => {
  for (const { path, content } of configFiles().files) expect(readFileSync(join(PROJECT, path), "utf8")).toBe(content);
});

test("the reference has a section for every key", () => {
  const sections = configDoc().split("\n").flatMap((line) => /^## (\w+)$/.exec(line)?.[1] ?? []);
  expect(sections).toEqual(Object.keys(configFields));
});

test.each(stacksIn(PROJECT))("%s names the schema and keeps to it", (stack) => {
  expect(file(stack).split("\n")[0]).toBe(`# yaml-language-server: $schema=${EDITOR_SCHEMA}`);
  validate(parse(file(stack)));
  expect(validate.errors ?? []).toEqual([]);
});

type Config = { config: Record<string, unknown> };
const changed = (key: string, value: unknown): Config => {
  const { config } = parse(file("prod")) as Config;
  return { config: { ...config, [`gpu-cicd:${key}`]: value } };
};

test.each<[string, string, unknown]>([
  ["a change by name", "runnerClasses", { "deploy-tester": { maxRunners: 4 } }],
  ["a thing that is removed", "frameworks", { sglang: null }],
  ["an entry that is removed", "suites", { unit: { runners: { arm64: null } } }],
  ["a new framework", "frameworks", { mine: { title: "Mine", cuda: ["13.0"], owns: ["mine/**"] } }],
  ["a secret", "HF_TOKEN", { secure: "v1:x" }],
])("%s is taken", (_, key, value) => {
  expect([validate(changed(key, value)), validate.errors]).toEqual([true, null]);
});

test.each<[string, string, unknown]>([
  ["a wrong type", "schedule", { cron: 5 }],
  ["a choice that is none", "mirrorBot", { kind: "bot" }],
  ["an unknown key inside", "runnerClasses", { "deploy-tester": { maxRunner: 4 } }],
  ["an unknown key", "framworks", {}],
  ["a part that is missing where there is no default", "aws", { region: "us-west-2" }],
  ["a secret in the clear", "HF_TOKEN", "hf_x"],
])("%s is refused", (_, key, value) => {
  expect(validate(changed(key, value))).toBe(false);
});
