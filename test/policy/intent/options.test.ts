/** Options of resources, and where a provider of Kubernetes leads. */
import { stringify } from "yaml";
import { kubeconfigFindings } from "../../../policy/intent/kubeconfig";
import type { IntendedResource, Manifest } from "../../../policy/intent/manifest";
import { optionDifferences } from "../../../policy/intent/options";
import { manifestFrom } from "../../../policy/intent/write";
import { violations } from "../../../policy/kit/judge";
import type { Subject, SubjectOptions } from "../../../policy/kit/rule";
import { UNKNOWN, unknownsThrow } from "../../../policy/kit/unknowns";
import { resourcesAsIntended } from "../../../policy/rules/stack/resources-as-intended";
import { subject, urnOf } from "../support";

const TYPE = "azure-native:a/v1:Thing";
const URN = "urn:pulumi:t::gpu-cicd::";
const of = (options: SubjectOptions | undefined): Subject => subject(TYPE, {}, { options });
const differ = (found: SubjectOptions | undefined, intended?: SubjectOptions): string[] =>
  optionDifferences(of(found), intended).map((one) => `${one.option}: ${one.found}, not ${one.wanted}`);

test.each<[string, SubjectOptions | undefined, SubjectOptions | undefined]>([
  ["nothing is told", undefined, { parent: "p:x q" }],
  ["the stack is the parent", { parent: `${URN}pulumi:pulumi:Stack::s` }, {}],
  [
    "all is as intended",
    { parent: `${URN}a$p:x::q`, provider: `${URN}pulumi:providers:aws::aws` },
    { parent: "p:x q", provider: "pulumi:providers:aws aws" },
  ],
  ["less is ignored", { ignoreChanges: [] }, { ignoreChanges: ["count"] }],
  ["a parent is not told", { parent: "" }, { parent: "p:x q" }],
  ["an alias is of another version", { aliases: [`${URN}azure-native:a/v0:Thing::it`] }, {}],
  ["more is secret", { additionalSecretOutputs: ["a", "b"] }, { additionalSecretOutputs: ["a"] }],
  ["nothing has to be secret", { additionalSecretOutputs: ["a"] }, {}],
  ["nothing is told of what is secret", {}, { additionalSecretOutputs: ["a"] }],
  ["timeouts are the provider's own", { customTimeouts: { create: 0, update: 0, delete: 0 } }, {}],
  ["timeouts are as intended", { customTimeouts: { create: 60, update: 0, delete: 0 } }, { customTimeouts: { create: 60, update: 0, delete: 0 } }],
  ["timeouts are not told", {}, { customTimeouts: { create: 60, update: 0, delete: 0 } }],
  ["it is deleted first as intended", { deleteBeforeReplace: true }, { deleteBeforeReplace: true }],
])("options agree where %s", (_, found, intended) => {
  expect(differ(found, intended)).toEqual([]);
});

test.each<[SubjectOptions, SubjectOptions, string]>([
  [{ parent: `${URN}p:x::other` }, { parent: "p:x q" }, "parent: p:x other, not p:x q"],
  [{ parent: `${URN}pulumi:pulumi:Stack::s` }, { parent: "p:x q" }, "parent: pulumi:pulumi:Stack s, not p:x q"],
  [
    { provider: `${URN}pulumi:providers:aws::other` },
    { provider: "pulumi:providers:aws aws" },
    "provider: pulumi:providers:aws other, not pulumi:providers:aws aws",
  ],
  [{ deletedWith: `${URN}p:x::other` }, {}, "deletedWith: p:x other, not none"],
  [{ ignoreChanges: ["a", "count"] }, { ignoreChanges: ["count"] }, "ignoreChanges: a, not count"],
  [{ aliases: [`${URN}azure-native:a/v0:Thing::other`] }, {}, "aliases: azure-native:a/v0:Thing other, not none"],
  [{ aliases: [`${URN}azure-native:a/v0:Other::it`] }, {}, "aliases: azure-native:a/v0:Other it, not none"],
  [{ additionalSecretOutputs: ["b"] }, { additionalSecretOutputs: ["a"] }, "additionalSecretOutputs: a list without a, not a list with it"],
  [{ deleteBeforeReplace: true }, {}, "deleteBeforeReplace: true, not false"],
  [{ customTimeouts: { create: 1, update: 0, delete: 5 } }, {}, "customTimeouts: create 1 s and delete 5 s, not none"],
  [{ customTimeouts: { create: 0, update: 0, delete: 0 } }, { customTimeouts: { create: 0, update: 60, delete: 0 } }, "customTimeouts: none, not update 60 s"],
  [{ retainOnDelete: true }, {}, "retainOnDelete: true, not false"],
])("options differ: %j, not %j", (found, intended, message) => {
  expect(differ(found, intended)).toEqual([message]);
});

test("a manifest holds the options that are no defaults, with types and names", () => {
  const options: SubjectOptions = {
    parent: `${URN}a$p:x::q`,
    provider: `${URN}pulumi:providers:aws::aws`,
    deletedWith: `${URN}p:x::w`,
    ignoreChanges: ["b", "a"],
    aliases: [`${URN}azure-native:a/v0:Thing::it`, `${URN}azure-native:a/v0:Thing::old`, `${URN}azure-native:a/v0:Thing::old`],
    additionalSecretOutputs: ["s"],
    customTimeouts: { create: 60, update: 0, delete: 0 },
    deleteBeforeReplace: true,
    retainOnDelete: true,
  };
  const provider = subject("pulumi:providers:aws", { region: "r" }, { name: "aws" });
  const recording = { salt: "a", resources: [of(options), { ...of({ retainOnDelete: false, customTimeouts: { create: 0, update: 0, delete: 0 } }), name: "plain" }, provider] };
  const { resources, providers } = manifestFrom(
    { project: "gpu-cicd", stack: "t", config: "" },
    recording,
    { ...recording, salt: "b" },
    () => false,
  );
  expect(resources[`${TYPE} it`]!.options).toEqual({
    parent: "p:x q",
    provider: "pulumi:providers:aws aws",
    deletedWith: "p:x w",
    ignoreChanges: ["a", "b"],
    aliases: ["azure-native:a/v0:Thing old"],
    additionalSecretOutputs: ["s"],
    customTimeouts: { create: 60, update: 0, delete: 0 },
    deleteBeforeReplace: true,
    retainOnDelete: true,
  });
  expect(resources[`${TYPE} plain`]).not.toHaveProperty("options");
  expect(Object.keys(providers!)).toEqual(["pulumi:providers:aws aws"]);
  expect(Object.keys(resources)).toHaveLength(2);
});

const kubeconfig = (server: string, cluster: object = {}, user: object = { exec: { command: "kubelogin" } }): string =>
  stringify({ clusters: [{ name: "c", cluster: { server, ...cluster } }], users: [{ name: "u", user }] });

const login = (...args: string[]): object => ({ exec: { command: "kubelogin", args } });

test.each<[string, string, string[]]>([
  ["the cluster of the stack", kubeconfig("https://c.example:443"), []],
  ["it without a port", kubeconfig("https://c.example", { "insecure-skip-tls-verify": false }, {}), []],
  ["this machine", kubeconfig("https://127.0.0.1:40001"), []],
  ["another server", kubeconfig("https://evil.example:443"), ["clusters.0.server"]],
  ["one whose name begins alike", kubeconfig("https://c.example.evil.example:443"), ["clusters.0.server"]],
  ["nobody's certificate", kubeconfig("https://c.example", { "insecure-skip-tls-verify": true }), ["clusters.0.insecure-skip-tls-verify"]],
  ["a proxy", kubeconfig("https://c.example", { "proxy-url": "http://evil.example" }), ["clusters.0.proxy-url"]],
  ["another program", kubeconfig("https://c.example", {}, { exec: { command: "sh" } }), ["users.0.exec.command"]],
  ["another name for its certificate", kubeconfig("https://c.example", { "tls-server-name": "evil.example" }), ["clusters.0.tls-server-name"]],
  ["an authority of this machine", kubeconfig("https://c.example", { "certificate-authority": "/tmp/ca" }), ["clusters.0.certificate-authority"]],
  ["a login of kubelogin", kubeconfig("https://c.example", {}, login("get-token", "--server-id", "6dae42f8-4368-4678-94ff-3960e28e3630", "--login", "azurecli")), []],
  ["another server's token", kubeconfig("https://c.example", {}, login("get-token", "--server-id", "00000000-0000-0000-0000-000000000000")), ["users.0.exec.args.1"]],
  ["another authority", kubeconfig("https://c.example", {}, login("get-token", "--login", "msi", "--authority-host", "https://evil.example")), ["users.0.exec.args.3"]],
  ["an option without a value", kubeconfig("https://c.example", {}, login("get-token", "--login")), ["users.0.exec.args.1"]],
  ["another verb", kubeconfig("https://c.example", {}, login("convert-kubeconfig")), ["users.0.exec.args.0"]],
  ["variables", kubeconfig("https://c.example", {}, { exec: { command: "kubelogin", env: [{ name: "LD_PRELOAD", value: "x" }] } }), ["users.0.exec.env"]],
  ["a token", kubeconfig("https://c.example", {}, { token: "x", exec: { command: "kubelogin" } }), ["users.0.token"]],
  ["no user", stringify({ clusters: [{ cluster: { server: "https://c.example" } }], users: [{ name: "u" }] }), []],
  ["no cluster", "users: []", ["clusters"]],
  ["no YAML", "a: [", ["clusters"]],
])("a kubeconfig is judged: %s", (_, text, places) => {
  expect([...kubeconfigFindings(text, ["c.example"])].map(({ at }) => at)).toEqual(places);
});

describe("providers of a stack with a manifest", () => {
  const PROVIDER = "pulumi:providers:kubernetes";
  const CLUSTER = "azure-native:containerservice:ManagedCluster";
  const intended = (props: IntendedResource["props"], from: IntendedResource["from"] = {}): IntendedResource => ({
    protect: false,
    props,
    from,
  });
  const manifest = (providers: Manifest["providers"] | undefined): Manifest => ({
    project: "gpu-cicd",
    stack: "t",
    config: "",
    resources: { [`${CLUSTER} c`]: intended({}) },
    ...(providers === undefined ? {} : { providers }),
  });
  const cluster = subject(CLUSTER, {}, { name: "c", outputs: { fqdn: "c.example" } });
  const said = (providers: Manifest["providers"] | undefined, ...subjects: Subject[]): string[] =>
    violations(resourcesAsIntended, [cluster, ...subjects].map(unknownsThrow), { manifest: manifest(providers) }).map(
      ({ subject: at, property, found }) => `${at?.name} ${property}: ${found}`,
    );
  const kubernetes = { [`${PROVIDER} k`]: intended({ kubeconfig: { $derived: true } }, { kubeconfig: [`${CLUSTER} c`] }) };
  const provider = (text: string): Subject =>
    subject(PROVIDER, { kubeconfig: text }, { name: "k", sources: { kubeconfig: [urnOf(CLUSTER, "c")] } });

  test("lead to the clusters that they are made from", () => {
    expect(said(kubernetes, provider(kubeconfig("https://c.example:443")))).toEqual([]);
    expect(said(kubernetes, provider(UNKNOWN))).toEqual([]);
    const rootless = { [`${PROVIDER} k`]: intended({ kubeconfig: { $derived: true } }) };
    const text = kubeconfig("https://c.example:443");
    expect(said(rootless, { ...provider(text), sources: {} })).toEqual(['k kubeconfig.clusters.0.server: "https://c.example:443"']);
    expect(said(kubernetes, provider(kubeconfig("https://evil.example")))).toEqual([
      'k kubeconfig.clusters.0.server: "https://evil.example"',
    ]);
  });

  test("may be on this machine, and nowhere else", () => {
    const github = { "pulumi:providers:github g": intended({ baseUrl: "https://api.github.com/" }) };
    const at = (baseUrl: string): string[] => said(github, subject("pulumi:providers:github", { baseUrl }, { name: "g" }));
    expect([at("http://127.0.0.1:4000/"), at("https://api.github.com/")]).toEqual([[], []]);
    expect(at("https://evil.example/")).toEqual(['g baseUrl: "https://evil.example/"']);
  });

  test("that the manifest does not have are strangers, where it knows of providers at all", () => {
    const stranger = subject("pulumi:providers:command", {}, { name: "default" });
    expect([said(undefined, stranger), said({}, stranger)]).toEqual([[], ["default type: a resource that is not in the manifest"]]);
  });

  test("a resource in the project's own name is a stranger's when a provider makes it; a component and the stack are none", () => {
    const thing = (options: SubjectOptions): Subject => subject("gpu-cicd:x:Thing", {}, { name: "thing", options });
    expect(said({}, thing({}), subject("pulumi:pulumi:Stack", {}, { name: "stack" }))).toEqual([]);
    expect(said({}, thing({ provider: `${URN}pulumi:providers:gpu-cicd::p` }))).toEqual([
      "thing type: a resource that is not in the manifest",
    ]);
    expect(said({}, subject("pulumi:pulumi:StackReference", {}, { name: "other" }))).toEqual([
      "other type: a resource that is not in the manifest",
    ]);
  });
});

test("what differs from a manifest can be undone, one difference after another, until nothing differs", () => {
  const resource = (props: IntendedResource["props"], more: Partial<IntendedResource> = {}): IntendedResource => ({ protect: false, props, from: {}, ...more });
  const manifest: Manifest = {
    project: "gpu-cicd",
    stack: "t",
    config: "",
    resources: {
      "a:b:C kept": resource(
        { list: [1, 2, 3], set: "x", policy: { a: 1 }, number: 1 },
        { protect: true, from: { set: ["a:b:C source"] }, options: { parent: "p:x q" } },
      ),
      "a:b:C missing one": resource({ policy: { a: 1 } }, { protect: true }),
    },
  };
  const wrong = subject(
    "a:b:C",
    { list: [1, 3], set: "y", policy: '{"a":2,"b":[1]}', number: UNKNOWN, further: true },
    {
      name: "kept",
      sources: { set: [urnOf("a:b:C", "source"), urnOf("a:b:C", "stranger")] },
      options: { parent: `${URN}p:x::other`, retainOnDelete: true },
    },
  );
  for (const kept of [wrong, { ...wrong, inputs: wrong.props }]) {
    let stack: readonly Subject[] = [kept, subject("a:b:C", {}, { name: "stranger" })].map(unknownsThrow);
    const found = (): ReturnType<typeof violations> => violations(resourcesAsIntended, stack, { manifest });
    const properties = found().map(({ property }) => property);
    expect([...properties].sort()).toEqual(
      ["protect", "parent", "retainOnDelete", "set", "list", "set", "policy.a", "policy.b", "number", "further", "type", "a:b:C missing one"].sort(),
    );
    for (let count = properties.length; count > 0; count--) {
      stack = found()[0]!.mend!(stack);
      expect(found().length).toBe(count - 1);
    }
    expect(stack.map(({ name, protect }) => [name, protect])).toEqual([["kept", true], ["missing one", true]]);
  }
});

test("what is not known is replaced; a difference beside it in a list stays, as nobody can say what the list would be", () => {
  const manifest = { project: "gpu-cicd", stack: "t", config: "", resources: { "a:b:C kept": { protect: false, props: { list: ["a", "b"] }, from: {} } } };
  const stack = [subject("a:b:C", { list: [UNKNOWN, "x"] }, { name: "kept" })].map(unknownsThrow);
  const found = (of: readonly Subject[]): number => violations(resourcesAsIntended, of, { manifest }).length;
  const [unknown, beside] = violations(resourcesAsIntended, stack, { manifest });
  expect([found(stack), found(unknown!.mend!(stack)), found(beside!.mend!(stack))]).toEqual([2, 1, 2]);
});
