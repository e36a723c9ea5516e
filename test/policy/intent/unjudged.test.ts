/** Nothing that a program can say of a resource is outside in silence: it is judged, or the table says why not. */
import { AnalyzerResource, AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import { RegisterResourceRequest } from "@pulumi/pulumi/proto/resource_pb";
import type { Manifest } from "../../../policy/intent/manifest";
import { judgedFields, notJudged } from "../../../policy/intent/unjudged";
import { violations } from "../../../policy/kit/judge";
import type { Subject } from "../../../policy/kit/rule";
import { unknownsThrow } from "../../../policy/kit/unknowns";
import { resourcesAsIntended } from "../../../policy/rules/stack/resources-as-intended";
import { subject, urnOf } from "../support";

const TYPE = "a:b:C";
const sorted = (list: Iterable<string>): string[] => [...list].sort();

test("every field of the protocol stands in one of the two tables", () => {
  expect(sorted([...Object.keys(judgedFields), ...Object.keys(notJudged)])).toEqual(sorted(Object.keys(new RegisterResourceRequest().toObject())));
  for (const [field, why] of Object.entries(notJudged)) {
    expect(field in judgedFields).toBe(false);
    expect(why.length).toBeGreaterThan(20);
  }
});

test("whatever the engine shows to a policy is judged", () => {
  const shown = [...Object.keys(new AnalyzerResourceOptions().toObject()), ...Object.keys(new AnalyzerResource().toObject())];
  // Under other names: `object` and `urn`; the rest of a resource's name is its key.
  const known = new Set([...Object.keys(judgedFields), "properties", "urn", "options"]);
  expect(shown.filter((field) => !known.has(field) && !(field in notJudged))).toEqual([]);
});

const manifest: Manifest = {
  project: "gpu-cicd",
  stack: "t",
  config: "",
  resources: { [`${TYPE} it`]: { protect: true, props: { a: 1 }, from: { a: [`${TYPE} source`] }, options: { additionalSecretOutputs: ["s"] } }, [`${TYPE} source`]: { protect: false, props: {}, from: {} } },
  providers: { "pulumi:providers:a default": { protect: false, props: { version: "1.0.0" }, from: {} } },
};
const provider = (props: object): Subject => subject("pulumi:providers:a", props as never, { name: "default" });
const sound = [subject(TYPE, { a: 1 }, { protect: true, options: { additionalSecretOutputs: ["s"] } }), subject(TYPE, {}, { name: "source" }), provider({ version: "1.0.0" })];
const judged = (subjects: readonly Subject[]): number => violations(resourcesAsIntended, subjects.map(unknownsThrow), { manifest }).length;
const other = urnOf(TYPE, "other");

/** A change of each judged thing. */
const CHANGES: Readonly<Record<string, Partial<Subject> | readonly Subject[]>> = {
  "its key in the manifest": { name: "another" },
  props: { props: { a: 2 } },
  protect: { protect: false },
  sources: { sources: { a: [other] } },
  parent: { options: { parent: other } },
  provider: { options: { provider: urnOf("pulumi:providers:a", "other") } },
  deleteBeforeReplace: { options: { deleteBeforeReplace: true } },
  ignoreChanges: { options: { ignoreChanges: ["a"] } },
  additionalSecretOutputs: { options: { additionalSecretOutputs: [] } },
  aliases: { options: { aliases: [other] } },
  customTimeouts: { options: { customTimeouts: { create: 1, update: 0, delete: 0 } } },
  retainOnDelete: { options: { retainOnDelete: true } },
  deletedWith: { options: { deletedWith: other } },
};

test("the stack as it is has no violation", () => {
  expect(judged(sound)).toBe(0);
});

test.each(sorted(new Set(Object.values(judgedFields))))("%s: a change of it is a violation", (held) => {
  const change = CHANGES[held];
  expect(change).toBeDefined();
  expect(judged([{ ...sound[0]!, ...change }, ...sound.slice(1)])).toBeGreaterThan(0);
});

test("a provider of another version, or from another address, is a violation", () => {
  expect(judged([...sound.slice(0, 2), provider({ version: "1.0.1" })])).toBe(1);
  expect(judged([...sound.slice(0, 2), provider({ version: "1.0.0", pluginDownloadURL: "https://evil.example" })])).toBe(1);
});
