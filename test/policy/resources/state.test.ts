import { unknownPath } from "../../../policy/kit/unknowns";
import { readState, StateError, type DeployedState } from "../../../policy/resources/state";
import { subjectOf } from "../../../policy/resources/resource";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const BUCKET = "urn:pulumi:prod::shop::shop:data:Store$aws:s3/bucket:Bucket::store";

const bucket = { urn: BUCKET, type: "aws:s3/bucket:Bucket", custom: true, inputs: { bucket: "store" }, outputs: { bucket: "store" } };

const exported = (...resources: readonly object[]): string => JSON.stringify({ version: 3, deployment: { resources } });

function refused(text: string): readonly string[] {
  try {
    readState(text);
  } catch (error) {
    if (error instanceof StateError) return error.findings;
    throw error;
  }
  throw new Error("the state was taken");
}

const only = ({ resources }: DeployedState): DeployedState["resources"][number] => {
  expect(resources).toHaveLength(1);
  return resources[0]!;
};

test("a resource has its type, its name, its protection, and the resources that its properties come from", () => {
  const state = readState(exported({ ...bucket, urn: `${BUCKET}::with::colons`, protect: true, propertyDependencies: { bucket: ["urn:a"], tags: null } }));
  expect(only(state)).toEqual({ urn: `${BUCKET}::with::colons`, type: "aws:s3/bucket:Bucket", name: "store::with::colons", protect: true, options: {}, props: { bucket: "store" }, inputs: { bucket: "store" }, outputs: { id: "", bucket: "store" }, sources: { bucket: ["urn:a"], tags: [] } });
});

test("a resource has its options, as far as the state tells them; what is told of nothing is nothing", () => {
  const options = { parent: "urn:p", ignoreChanges: ["a"], aliases: ["urn:b"], additionalSecretOutputs: ["c"], retainOnDelete: true, deletedWith: "urn:d" };
  const provider = "urn:pulumi:prod::shop::pulumi:providers:aws::main";
  expect(only(readState(exported({ ...bucket, ...options, provider: `${provider}::id-1` }))).options).toEqual({ ...options, provider });
  expect(only(readState(exported({ ...bucket, aliases: null, additionalSecretOutputs: null }))).options).toEqual({});
});

test("providers are told apart from what they make", () => {
  const provider = { urn: "urn:pulumi:prod::shop::pulumi:providers:aws::main", type: "pulumi:providers:aws", custom: true, inputs: { region: "r" } };
  const state = readState(exported(bucket, provider));
  expect([state.resources, state.providers].map((list) => list.map(({ name }) => name))).toEqual([["store"], ["main"]]);
});

test("what the cloud holds goes before what was asked for, also where nothing was asked for", () => {
  const state = readState(exported({ ...bucket, inputs: { acl: "private", force: true }, outputs: { acl: "public-read", website: { index: "a" } } }));
  expect(only(state).props).toEqual({ acl: "public-read", force: true, website: { index: "a" } });
});

test("the notes of engine and providers are no properties", () => {
  const state = readState(exported({ ...bucket, inputs: { tags: { __defaults: [], owner: "a", __own: "b" } }, outputs: { __meta: "{}", __defaults: ["x"] } }));
  expect(only(state).props).toEqual({ tags: { owner: "a", __own: "b" } });
});

test("components, providers, what is only read and what waits for its deletion are left out", () => {
  const others = [{ custom: false }, { custom: true, type: "pulumi:providers:aws" }, { custom: true, external: true }, { custom: true, delete: true }, {}];
  const { resources } = readState(exported(bucket, ...others.map((more) => ({ urn: `${BUCKET}2`, type: "aws:s3/bucket:Bucket", ...more }))));
  expect(resources.map(({ urn }) => urn)).toEqual([BUCKET]);
});

test.each([
  ["sealed", { ciphertext: "v1:abc" }],
  ["in the clear", { plaintext: '"hunter2"' }],
])("a secret %s cannot be read, wherever it stands", (_, content) => {
  const state = readState(exported({ ...bucket, outputs: { list: [{ password: { [SIGNATURE]: SECRET, ...content } }], open: 1 } }));
  expect(JSON.stringify(state.resources)).not.toMatch(/hunter2|v1:abc/);
  const { props } = subjectOf(only(state));
  expect(props["open"]).toBe(1);
  let path: readonly string[] | undefined;
  try {
    void (props["list"] as readonly { readonly password: unknown }[])[0]!.password;
  } catch (error) {
    path = unknownPath(error);
  }
  expect(path).toEqual(["list", "0", "password"]);
});

test("an object with another mark stays as it is", () => {
  const asset = { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", path: "a" };
  expect(only(readState(exported({ ...bucket, outputs: { source: asset } }))).props).toEqual({ bucket: "store", source: asset });
});

test("a resource is where the program declares it, if the engine knows", () => {
  const state = readState(exported({ ...bucket, sourcePosition: "project:///components/store file.ts#12,5" }, { ...bucket, urn: `${BUCKET}2` }, { ...bucket, urn: `${BUCKET}3`, sourcePosition: "elsewhere" }));
  expect([...state.positions]).toEqual([[BUCKET, { file: "components/store file.ts", line: 12, column: 5 }]]);
});

test("a stack that was never brought up holds nothing", () => {
  expect(readState(JSON.stringify({ version: 3, deployment: { manifest: {} } })).resources).toEqual([]);
});

test("what is no exported state is refused with all that is wrong", () => {
  expect(refused("{")).toEqual([expect.stringMatching(/^the text: found no JSON: /)]);
  expect(refused("[]")).toEqual([expect.stringMatching(/^the text: /)]);
  expect(refused(JSON.stringify({ version: 2, deployment: { resources: [] } }))).toEqual([expect.stringMatching(/^version: .*3.*4/)]);
  expect(refused(exported({ urn: "bucket", type: 1, inputs: [] }, { urn: "urn:pulumi:a::b::c" }))).toEqual([
    "deployment.resources.0.urn: found no URN of a resource; wanted urn:pulumi:STACK::PROJECT::TYPE::NAME",
    expect.stringMatching(/^deployment\.resources\.0\.type: /),
    expect.stringMatching(/^deployment\.resources\.0\.inputs: /),
    "deployment.resources.1.urn: found no URN of a resource; wanted urn:pulumi:STACK::PROJECT::TYPE::NAME",
    expect.stringMatching(/^deployment\.resources\.1\.type: /),
  ]);
  expect(() => readState("{")).toThrow("This is no state as `pulumi stack export` writes it; nothing was read from it.\n  the text: found no JSON");
});
