/** The manifest: how it is written, and where a resource may differ from it. */
import { differences, type Surroundings } from "../../../policy/intent/compare";
import { defaultsOf } from "../../../policy/intent/defaults";
import { DERIVED, manifestOf, SECRET, shortKey, type Intended } from "../../../policy/intent/manifest";
import { opened, sha256 } from "../../../policy/intent/open";
import type { Tolerance } from "../../../policy/intent/tolerance";
import { tolerances } from "../../../policy/intent/tolerance";
import { manifestFrom } from "../../../policy/intent/write";
import { tokenOf } from "../../../policy/resources/tokens";
import type { Resource } from "../../../policy/resources/resource";
import { UNKNOWN, unknownsThrow } from "../../../policy/kit/unknowns";

const around = (allowed: Readonly<Record<string, readonly Tolerance[]>> = {}, more: Partial<Surroundings> = {}): Surroundings => ({
  tolerances: (path) => allowed[path.join(" ")] ?? [],
  output: () => undefined,
  mayWait: () => false,
  isDefault: () => false,
  notesDefaults: false,
  ...more,
});

function differ(intended: Intended, found: unknown, surroundings = around()): string[] {
  const [subject] = [{ type: "t", name: "n", urn: "u", protect: false, sources: {}, props: { at: found } }].map(unknownsThrow);
  return differences({ at: intended }, subject!.props, surroundings).map(
    ({ path, found: there, wanted }) => `${path.join(".")}: ${there}, not ${wanted}`,
  );
}

describe("a value", () => {
  test.each<[string, Intended, unknown]>([
    ["a text", "a", "a"],
    ["a JSON document, whatever the order of its keys", { a: 1, b: [2] }, '{"b":[2],"a":1}'],
    [
      "YAML in base64",
      { steps: [{ cmd: "purge --filter everything" }] },
      Buffer.from("steps:\n  - cmd: purge --filter everything\n").toString("base64"),
    ],
    ["a secret, whatever it is", SECRET, "x"],
    ["what is computed", DERIVED, "x"],
    ["nothing", null, undefined],
  ])("agrees: %s", (_, intended, found) => {
    expect(differ(intended, found)).toEqual([]);
  });

  test.each<[string, Intended, unknown, string]>([
    ["another text", "a", "b", 'at: "b", not "a"'],
    ["another type", true, "true", 'at: "true", not true'],
    ["a number in a document", { a: 1 }, '{"a":2}', "at.a: 2, not 1"],
    ["a key more in a document", { a: 1 }, '{"a":1,"b":2}', "at.b: 2, not nothing"],
    ["a list that is longer", [1], [1, 2], "at.1: 2, not nothing"],
    ["a list that is shorter", [1, 2], [1], "at: a list without 2, not a list with it"],
    ["one item less at the beginning, once", [1, 2, 3], [2, 3], "at: a list without 1, not a list with it"],
    ["one item more at the beginning, once", [2, 3], [1, 2, 3], "at.0: 1, not nothing"],
    ["a text where a list should be", [1], "x", 'at: "x", not [1]'],
    ["a text where an object should be", { a: 1 }, "x", 'at: "x", not {"a":1}'],
    ["an empty secret", SECRET, "", "at: nothing, not a secret"],
    ["what is computed and missing", DERIVED, undefined, "at: nothing, not a value that is computed from outputs"],
    ["an empty object that is missing", {}, undefined, "at: nothing, not {}"],
    ["an unknown value where nothing should be", null, UNKNOWN, "at: a value that is not known before the apply, not nothing"],
    ["an unknown value", "a", UNKNOWN, 'at: a value that is not known before the apply, not "a"'],
    ["an unknown value inside", { a: [1] }, { a: UNKNOWN }, "at.a: a value that is not known before the apply, not [1]"],
    [
      "a stranger that holds something unknown",
      [],
      [{ a: UNKNOWN }],
      "at.0: a value that is not wholly known before the apply, not nothing",
    ],
  ])("differs: %s", (_, intended, found, message) => {
    expect(differ(intended, found)).toEqual([message]);
  });

  test("that is long is known by its hash", () => {
    const text = "x".repeat(500);
    const hash = "f7846f55cf23e14eebeab5b4e1550cad5b509e3348fbc4efa3a1413d393cb650";
    expect(differ({ $sha256: "0".repeat(64) }, text)[0]).toMatch(/^at: a text of SHA-256 [0-9a-f]{12}, not the text of SHA-256 0{12}$/);
    expect(differ({ $sha256: hash }, 5)).toHaveLength(1);
    expect(differ({ $sha256: sha256(text) }, text)).toEqual([]);
    expect(differ({ content: { a: 1 } }, { content: "a: 1" })).toEqual([]);
  });
});

describe("a tolerance", () => {
  const at = (...allowed: readonly Tolerance[]): Surroundings => around({ at: allowed });

  test.each<[Tolerance, Intended, unknown]>([
    ["any", "a", UNKNOWN],
    ["set", [1, { a: 2 }], [{ a: 2 }, 1]],
    ["subset", [1, 2, 3], [3, 1]],
    ["superset", [1], [2, 1]],
    ["less", 5, 5],
    ["less", "500m", "0.25"],
    ["more", "1Gi", "2048Mi"],
    ["patch", "1.34", "1.34.9"],
    ["words", "a", "other words"],
    ["words", "a", undefined],
    ["on", undefined as never, true],
    ["on", false, true],
  ])("%s lets a difference pass", (tolerance, intended, found) => {
    expect(differ(intended, found, at(tolerance))).toEqual([]);
  });

  test.each<[Tolerance, Intended, unknown, string]>([
    ["set", [1, 2], [2, 2], "at.1: 2, not 1"],
    ["set", [1, 2], [1], "at: a list without 2, not a list with it"],
    ["subset", [1, 2], [1, 3], "at.1: 3, not 2"],
    ["subset", [1], [1, 3], "at.1: 3, not nothing"],
    ["superset", [1, 2], [1, 3], "at: a list without 2, not a list with it"],
    ["less", 5, 6, "at: 6, not 5"],
    ["less", 5, -1, "at: -1, not 5"],
    ["less", 5, 0, "at: 0, not 5"],
    ["words", "a", "${{ github.token }}", 'at: what is more than words, not "a"'],
    ["words", "a", "ghp_0123456789abcdef0123456789abcdef0123", 'at: what is more than words, not "a"'],
    ["words", "a", 7, 'at: 7, not "a"'],
    ["on", true, false, "at: false, not true"],
    ["more", 5, 4, "at: 4, not 5"],
    ["patch", "1.34", "1.35.0", 'at: "1.35.0", not "1.34"'],
    ["patch", "1.34", "1.34.", 'at: "1.34.", not "1.34"'],
    ["patch", "1.3", "1.34.9", 'at: "1.34.9", not "1.3"'],
    ["patch", "1.34", 1, 'at: 1, not "1.34"'],
    ["more", "1Gi", "many", 'at: "many", not "1Gi"'],
  ])("%s lets another difference not pass: %j, %j", (tolerance, intended, found, message) => {
    expect(differ(intended, found, at(tolerance))).toEqual([message]);
  });

  test("of an object lets keys be added, and none be lost", () => {
    expect(differ({ a: 1 }, { a: 1, b: 2 }, at("superset"))).toEqual([]);
    expect(differ({ a: 1 }, { b: 2 }, at("superset"))).toEqual(["at.a: nothing, not 1"]);
    expect(differ({ a: 1 }, { a: 1, b: UNKNOWN }, at("superset"))).toEqual(["at.b: a value that is not known before the apply, not nothing"]);
    expect(differ({ a: 1 }, { a: 1, b: UNKNOWN }, { ...at("superset"), mayWait: () => true })).toEqual([]);
  });

  test("says why, and there is none twice", () => {
    for (const { because, path } of tolerances) {
      expect(because).toMatch(/^[A-Z].+\.$/);
      expect(path.split(" ")).not.toContain("");
    }
    const told = tolerances.map(({ type, path, tolerance }) => `${type} ${path} ${tolerance}`);
    expect(new Set(told).size).toBe(told.length);
  });
});

describe("a reference", () => {
  const outputs: Readonly<Record<string, string | RegExp>> = { arn: "arn:x", id: /\/subscriptions\/1\/\w+/ };
  const known = around({}, { output: (type, name, output) => (type === "t:T" && name === "my role" ? outputs[output] : undefined) });

  test("agrees with the output that is known, or with its form", () => {
    expect(differ("⟦t:T my role arn⟧/*", "ARN:x/*", known)).toEqual([]);
    expect(differ("⟦t:T my role id⟧", "/subscriptions/1/group", known)).toEqual([]);
  });

  test("agrees with nothing else, and with nothing while the output is not known", () => {
    expect(differ("⟦t:T my role arn⟧/*", "arn:y/*", known)).toHaveLength(1);
    expect(differ("⟦t:T my role id⟧", "/subscriptions/2/group", known)).toHaveLength(1);
    expect(differ("⟦t:T my role name⟧", "undefined", known)).toHaveLength(1);
    expect(differ("⟦t:T other arn⟧", "", known)).toHaveLength(1);
  });
});

describe("what a provider notes", () => {
  test("is passed over, with the defaults that it names where it names any", () => {
    expect(differ({ a: 1 }, { a: 1, b: 2, __defaults: ["b"] }, around({}, { notesDefaults: true }))).toEqual([]);
    expect(differ({ a: 1 }, { a: 1, c: 2, __defaults: ["b"] }, around({}, { notesDefaults: true }))).toEqual(["at.c: 2, not nothing"]);
    expect(differ({ a: 1 }, { a: 1, b: 2, __defaults: ["b"] })).toEqual(["at.b: 2, not nothing"]);
  });
});

test("a default that a provider fills in is no difference, and another value is one", () => {
  const role = defaultsOf("aws:iam/role:Role");
  expect([role(["path"], "/"), role(["path"], "/other/"), role(["name"], "/"), defaultsOf("aws:s3/bucket:Bucket")(["path"], "/")]).toEqual([true, false, false, false]);
  const methods = ["rules", "pullRequest", "allowedMergeMethods"];
  const ruleset = defaultsOf("github:index/repositoryRuleset:RepositoryRuleset");
  expect([ruleset(methods, ["squash", "merge", "rebase"]), ruleset(methods, ["squash"]), ruleset(methods, "merge")]).toEqual([true, false, false]);
  const isDefault = (path: readonly string[], value: unknown): boolean => path.join() === "at,b" && value === 0;
  expect(differ({ a: 1 }, { a: 1, b: 0 }, around({}, { isDefault }))).toEqual([]);
  expect(differ({ a: 1 }, { a: 1, b: 2 }, around({}, { isDefault }))).toEqual(["at.b: 2, not nothing"]);
});

test("texts are opened where they hold structure, and only there", () => {
  expect(opened("a: 1", "x")).toBe("a: 1");
  expect(opened("a: 1", "x.yml")).toEqual({ a: 1 });
  expect(opened('{"a":1}', "policy")).toEqual({ a: 1 });
  expect(opened("{machine}", "ARCH")).toBe("{machine}");
  expect(opened("null", "x.yml")).toBe("null");
  expect(opened("{ not: [ closed", "x.yml")).toBe("{ not: [ closed");
  expect(
    opened(Buffer.from([0, 255, 254, 1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252, 253, 1, 2, 3, 4, 5, 6, 7, 8]).toString("base64"), "x"),
  ).toMatch(/^[\w+/=]+$/);
  expect(opened(Buffer.from("only words, which have no structure at all").toString("base64"), "x")).toMatch(/^[\w+/=]+$/);
});

describe("a manifest", () => {
  const of = { project: "p", stack: "s", config: "c" };
  const recorded = (
    salt: string,
    change: (resource: Resource) => Resource = (resource) => resource,
  ): { salt: string; resources: Resource[] } => {
    const arn = tokenOf(salt, "t:Role", "ci", "arn");
    const role: Resource = {
      type: "t:Role",
      name: "ci",
      urn: "urn:pulumi:s::p::t:Role::ci",
      protect: true,
      sources: {},
      props: { name: "ci", key: "hush" },
      outputs: { arn, id: tokenOf(salt, "t:Role", "ci", "id") },
    };
    const user: Resource = {
      type: "t:User",
      name: "u",
      urn: "urn:pulumi:s::p::t:User::u",
      protect: false,
      sources: { policy: ["urn:pulumi:s::p::parent$t:Role::ci"], name: [] },
      props: { policy: JSON.stringify({ Resource: `${arn}/*` }), guid: salt, text: "long ".repeat(100), list: [true, 1, null] },
    };
    return { salt, resources: [role, user].map(change) };
  };
  const written = manifestFrom(of, recorded("a"), recorded("b"), (text) => text === "hush");

  test("has every property, with references, and no secret", () => {
    expect(written).toEqual({
      ...of,
      resources: {
        "t:Role ci": { protect: true, props: { name: "ci", key: { $secret: true } }, from: {} },
        "t:User u": {
          protect: false,
          props: {
            policy: { Resource: "⟦t:Role ci arn⟧/*" },
            guid: { $derived: true },
            text: { $sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
            list: [true, 1, null],
          },
          from: { policy: ["t:Role ci"] },
        },
      },
    });
    expect(JSON.stringify(written)).not.toContain("hush");
  });

  test("is of two runs that register the same", () => {
    const other = recorded("b", (resource) => ({ ...resource, name: `${resource.name}2` }));
    expect(() => manifestFrom(of, recorded("a"), other, () => false)).toThrow("the program registered t:Role ci in one of two runs only");
  });

  test("holds a number that is computed as such, and refuses what JSON cannot say", () => {
    const counting =
      (count: unknown) =>
      (resource: Resource): Resource => ({ ...resource, props: { count } });
    expect(manifestFrom(of, recorded("a", counting(1)), recorded("b", counting(2)), () => false).resources["t:User u"]?.props).toEqual({
      count: { $derived: true },
    });
    expect(() => manifestFrom(of, recorded("a", counting(undefined)), recorded("b", counting(undefined)), () => false)).toThrow(
      "a property count is nothing, which no manifest can hold",
    );
  });

  test("has references to parts of outputs, and to parts of addresses", () => {
    const made = (salt: string): { salt: string; resources: Resource[] } => {
      const token = (path: string): string => tokenOf(salt, "t:C", "c", path);
      const one = { protect: false, sources: {}, urn: "urn:pulumi:s::p::t:C::c", type: "t:C", name: "c", props: {}, outputs: { profile: { id: token("profile.id") }, url: `${token("url^")}/r` } };
      const two = { ...one, name: "b", outputs: undefined, props: { file: "a.yml", content: "a: 1", id: token("profile.id"), host: token("url^"), stranger: "zqzqaaaaaaaaaaaaaaaaaaaaaaaa", list: salt === "a" ? [1] : 1, of: salt === "a" ? { a: 1 } : 1 } };
      return { salt, resources: [one, two] };
    };
    expect(manifestFrom(of, made("a"), made("b"), () => false).resources["t:C b"]?.props).toEqual({
      file: "a.yml",
      content: { a: 1 },
      id: "⟦t:C c profile.id⟧",
      host: "⟦t:C c url^⟧",
      stranger: "zqzqaaaaaaaaaaaaaaaaaaaaaaaa",
      list: [{ $derived: true }],
      of: { a: { $derived: true } },
    });
  });

  test("names a resource by its own type, not by its parents'", () => {
    expect(shortKey("urn:pulumi:s::p::a:b:C$t:Role::x::y")).toBe("t:Role x::y");
  });
});

test("a manifest is read from its text once, and a config without one has none", () => {
  const text = JSON.stringify({ project: "p", stack: "s", config: "", resources: {} });
  expect(manifestOf(text)).toEqual(JSON.parse(text));
  expect(manifestOf(text)).toBe(manifestOf(text));
  expect([manifestOf(""), manifestOf(undefined), manifestOf("[]"), manifestOf({ resources: 1 })]).toEqual([undefined, undefined, undefined, undefined]);
  expect(() => manifestOf("{")).toThrow(SyntaxError);
});
