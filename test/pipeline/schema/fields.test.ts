/** Every field says what it means, and every number what it counts: editors, findings and docs/config.md have it from there. */
import { ANY, bare, configFields, fieldsBelow } from "../../../pipeline/schema/walk";
import { nameFields } from "../../../config/merge";

const fields = fieldsBelow(configFields);
const shown = (wrong: typeof fields): string[] => wrong.map(({ path }) => path.join("."));

test("no field lacks a description that ends its sentence", () => {
  // An item of a list is what the list says.
  const described = fields.filter(({ path }) => path.at(-1) !== ANY);
  expect(described.length).toBeGreaterThan(200);
  expect(shown(described.filter(({ meta }) => !/[.`]$/.test(meta.description ?? "")))).toEqual([]);
});

test("no number lacks a unit", () => {
  const numbers = fields.filter(({ schema }) => bare(schema)._zod.def.type === "number");
  expect(numbers.length).toBeGreaterThan(80);
  expect(shown(numbers.filter(({ meta }) => meta.unit === undefined))).toEqual([]);
});

test("a list is changed by name where its schema says by which", () => {
  expect(nameFields(["frameworks"])).toEqual(["id"]);
  expect(nameFields(["deployments", "tests"])).toEqual(["framework", "profile"]);
  expect(nameFields(["load", "pullRequests", "changes"])).toEqual(["id"]);
  expect(nameFields(["untested"])).toBeUndefined();
});

test("what a field refers to is a named list", () => {
  const references = fields.filter(({ meta }) => meta.refersTo !== undefined);
  expect(references.length).toBeGreaterThan(10);
  expect(shown(references.filter(({ meta }) => nameFields([meta.refersTo!]) === undefined))).toEqual([]);
});
