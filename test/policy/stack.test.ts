import type { Props, ResourceRule, Subject } from "../../policy/kit/rule";
import { resourceRule } from "../../policy/kit/rule";
import { rules } from "../../policy/rules";
import { manifestGiven } from "../../policy/rules/stack/manifest-given";
import { resourceTypesKnown } from "../../policy/rules/stack/resource-types-known";
import { resourcesAsIntended } from "../../policy/rules/stack/resources-as-intended";
import { resourcesTagged } from "../../policy/rules/stack/resources-tagged";
import { statefulProtected } from "../../policy/rules/stack/stateful-protected";
import { unknownsExplained } from "../../policy/rules/stack/unknowns-explained";
import { UNKNOWN, judged, prove, subject, urnOf, type Proof } from "./support";

const REPOSITORY = "aws:ecr/repository:Repository";
const ROLE = "aws:iam/role:Role";
const SECRET = "kubernetes:core/v1:Secret";
const repository = subject(REPOSITORY, {});

const known: Proof = {
  rule: resourceTypesKnown(rules),
  sound: {
    "types that policies judge, and harmless ones": [repository, subject("kubernetes:core/v1:LimitRange", {})],
    "what only holds resources": [subject("pulumi:pulumi:Stack", {}), subject("pulumi:providers:aws", {}), subject("gpu-cicd:registries:ImageRegistries", {})],
    "a type that a team answers for": { subjects: [subject("aws:sns/topic:Topic", {})], config: { more: ["aws:sns/topic:Topic"] } },
  },
  wrong: {
    "a policy that is attached": [[subject("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {})], 'aws:iam/rolePolicyAttachment:RolePolicyAttachment "it": type: found aws:iam/rolePolicyAttachment:RolePolicyAttachment; wanted a type that the policies know.'],
    "an access key": [[subject("aws:iam/accessKey:AccessKey", {})], 'aws:iam/accessKey:AccessKey "it": type: found aws:iam/accessKey:AccessKey; wanted a type that the policies know.'],
    "another version of a type": [
      [subject("azure-native:containerservice/v20240801:ManagedCluster", {})],
      'azure-native:containerservice/v20240801:ManagedCluster "it": type: found azure-native:containerservice/v20240801:ManagedCluster; wanted a type that the policies know.',
    ],
    "a provider of one's own": [[subject("pulumi-nodejs:dynamic:Resource", {})], 'pulumi-nodejs:dynamic:Resource "it": type: found pulumi-nodejs:dynamic:Resource; wanted a type that the policies know.'],
  },
};

const tags = { owner: "ops", stack: "prod", "cost-centre": "ci", more: "x" };
const tagged = (value: unknown): Subject[] => [subject(REPOSITORY, { tags: value })];
const untagged = (found: string): string => `${REPOSITORY} "it": tags: found no ${found}; wanted all of owner, stack and cost-centre.`;

const tagging: Proof = {
  rule: resourcesTagged,
  sound: { "all three": tagged(tags), "others where config says so": { subjects: tagged({ team: "a" }), config: { keys: ["team"] } } },
  wrong: {
    "no tags": [tagged(undefined), untagged("owner, stack and cost-centre")],
    "a tag that is missing": [tagged({ owner: "a", stack: "b" }), untagged("cost-centre")],
    "an empty tag": [tagged({ ...tags, owner: "" }), untagged("owner")],
    "a tag that is no text": [tagged({ ...tags, stack: 1 }), untagged("stack")],
  },
};

const CLUSTER = "azure-native:containerservice:ManagedCluster";
const unprotected = (type: string): string => `${type} "it": protect: found false; wanted true.`;

const stateful: Proof = {
  rule: statefulProtected,
  config: { production: true },
  sound: { "what is protected": [subject(CLUSTER, {}, { protect: true })], "another stack": { subjects: [repository], config: {} } },
  wrong: { "a registry": [[repository], unprotected(REPOSITORY)], "a cluster": [[subject(CLUSTER, {})], unprotected(CLUSTER)] },
};

/** A rule that waits for a property of roles from some types. */
const waiting = (name: string, from: readonly string[]): ResourceRule => ({ ...resourceRule({ ...statefulProtected, name, types: [ROLE], unknowns: { why: "assigned", from: { policy: from } } }) });
const role = (props: Props, ...from: readonly string[]): Subject[] => [subject(ROLE, props, { sources: { policy: from.map((type) => urnOf(type, "x")) } }), repository];
const stranger = (found: string, wanted: string): string => `${ROLE} "it": policy: found an unknown value${found}; wanted a value, or one from ${wanted}.`;

const explained: Proof = {
  rule: unknownsExplained([waiting("a", [REPOSITORY, SECRET]), waiting("b", [REPOSITORY])]),
  sound: {
    "a value": role({ policy: { a: [1] } }),
    "another property": role({ other: UNKNOWN }),
  },
  wrong: {
    "a value from nowhere": [role({ policy: UNKNOWN }), stranger(" that comes from no resource", REPOSITORY)],
    "a value that nobody traced": [[subject(ROLE, { policy: UNKNOWN })], stranger(" that comes from no resource", REPOSITORY)],
    "a value inside another": [role({ policy: { statements: [{ resource: UNKNOWN }] } }), stranger(" that comes from no resource", REPOSITORY)],
    "a value from something else besides": [role({ policy: UNKNOWN }, REPOSITORY, CLUSTER), stranger(` from ${CLUSTER}`, REPOSITORY)],
    "a value that only one of two rules takes": [role({ policy: UNKNOWN }, SECRET), stranger(` from ${SECRET}`, REPOSITORY)],
  },
};

const given: Proof = {
  rule: manifestGiven,
  sound: { "a stack with one": { subjects: [repository], config: { given: true } } },
  wrong: {
    "a stack of one resource without": [[repository], "the stack: manifest: found none; wanted a manifest: without one only the general policies judge 1 resources."],
    "a stack of two without": [[repository, subject(ROLE, {})], "the stack: manifest: found none; wanted a manifest: without one only the general policies judge 2 resources."],
  },
};

const IMAGES = "aws:ecr/repository:Repository images";
const manifest = {
  project: "gpu-cicd",
  stack: "t",
  config: "",
  resources: {
    [IMAGES]: { protect: true, props: { name: "images", scan: { onPush: true }, tags: { owner: "ops" } }, from: {} },
    "aws:iam/role:Role ci": {
      protect: false,
      props: { assumeRolePolicy: { Statement: [{ Action: "sts:X", Resource: "⟦aws:ecr/repository:Repository images arn⟧" }] }, maxSessionDuration: 3600 },
      from: { assumeRolePolicy: [IMAGES] },
    },
  },
};
const secretive = { ...manifest, resources: { ...manifest.resources, "kubernetes:core/v1:Secret key": { protect: false, props: { stringData: { key: { $secret: true } } }, from: {} } } };
const ARN = "arn:aws:ecr:eu-west-1:1:repository/images";
const images = (props: Props = {}, more: Partial<Subject> = {}): Subject =>
  subject(REPOSITORY, { name: "images", scan: { onPush: true }, tags: { owner: "ops" }, ...props }, { name: "images", protect: true, outputs: { arn: ARN }, ...more });
const ci = (resource: string, more: Props = {}): Subject =>
  subject(ROLE, { assumeRolePolicy: JSON.stringify({ Statement: [{ Action: "sts:X", Resource: resource }] }), maxSessionDuration: 3600, ...more }, { name: "ci" });
const said = (type: string, name: string, rest: string): string => `${type} "${name}": ${rest}.`;

const intended: Proof = {
  rule: resourcesAsIntended,
  config: { manifest },
  sound: {
    "what the manifest says": [images(), ci(ARN)],
    "less and more where that narrows": [images({ tags: { owner: "ops", team: "a" } }), ci(ARN, { maxSessionDuration: 900 })],
    "what only holds resources": [images(), ci(ARN), subject("pulumi:pulumi:Stack", {}), subject("gpu-cicd:registries:ImageRegistries", {})],
    "anything where there is no manifest": { subjects: [subject("a:b:C", {})], config: {} },
  },
  wrong: {
    "another value": [[images({ scan: { onPush: false } }), ci(ARN)], said(REPOSITORY, "images", "scan.onPush: found false; wanted true")],
    "a value that nobody asked for": [[images({ forceDelete: true }), ci(ARN)], said(REPOSITORY, "images", "forceDelete: found true; wanted nothing")],
    "a value that is missing": [[images({ name: undefined }), ci(ARN)], said(REPOSITORY, "images", 'name: found nothing; wanted "images"')],
    "a resource that lost its protection": [[images({}, { protect: false }), ci(ARN)], said(REPOSITORY, "images", "protect: found false; wanted true")],
    "a stranger inside a document": [[images(), ci("arn:aws:s3:::theirs")], said(ROLE, "ci", 'assumeRolePolicy.Statement.0.Resource: found "arn:aws:s3:::theirs"; wanted "⟦aws:ecr/repository:Repository images arn⟧"')],
    "a longer session": [[images(), ci(ARN, { maxSessionDuration: 43200 })], said(ROLE, "ci", "maxSessionDuration: found 43200; wanted 3600")],
    "a resource more": [[images(), ci(ARN), subject(ROLE, {}, { name: "door" })], said(ROLE, "door", "type: found a resource that is not in the manifest; wanted no such resource")],
    "a resource less": [[images()], "the stack: aws:iam/role:Role ci: found nothing; wanted the resource that the manifest has."],
    "another stack's manifest": [
      { subjects: [images()], config: { manifest: { ...manifest, stack: "other" } } },
      "the stack: manifest: found the manifest of other of gpu-cicd; wanted one of the stack of urn:pulumi:t of gpu-cicd.",
    ],
  },
};

prove("stack", [known, tagging, stateful, explained, given, intended]);

describe("the differences of one resource", () => {
  const properties = (found: Subject, config: Props): string[] => [...resourcesAsIntended.differences!(found, config)].map(({ property }) => property);

  test("are told by themselves, whatever else the stack has", () => {
    expect(properties(images({ scan: { onPush: false } }), { manifest })).toEqual(["scan.onPush"]);
  });

  test("are none of a stranger, and none without a manifest", () => {
    expect(properties(subject(ROLE, {}, { name: "door" }), { manifest })).toEqual([]);
    expect(properties(images({ scan: { onPush: false } }), {})).toEqual([]);
  });
});

describe("a value that is not known before the apply", () => {
  const role = (from: readonly string[]): Subject => ({ ...ci(ARN), props: { assumeRolePolicy: UNKNOWN, maxSessionDuration: 3600 }, sources: { assumeRolePolicy: from.map((name) => urnOf(REPOSITORY, name)) } });
  const refused = (found: Subject): string[] => judged(resourcesAsIntended, [images({}, { outputs: { arn: UNKNOWN } }), found], { manifest });

  test("waits where it is made from what it should be made from", () => {
    expect(refused(role(["images"]))).toEqual([]);
  });

  test("is refused where it comes from nowhere, or from something else", () => {
    expect(refused(role([])).join()).toContain("assumeRolePolicy: found a value that is not known before the apply");
    expect(refused(role(["theirs"])).join("\n")).toContain("assumeRolePolicy: found a value made from aws:ecr/repository:Repository theirs; wanted one made from aws:ecr/repository:Repository images");
  });

  test("is not taken for a value that is known already", () => {
    expect(refused(ci("arn:aws:s3:::theirs")).join()).toContain("assumeRolePolicy.Statement.0.Resource");
  });
});

test.each([
  ["an unknown value", role({ policy: UNKNOWN }, REPOSITORY)],
  ["a value inside another, from a component's resource", role({ policy: { statements: [{ resource: UNKNOWN }] } }, `gpu-cicd:registries:ImageRegistries$${REPOSITORY}`)],
])("%s passes from where it may come", (_, subjects) => {
  expect(judged(explained.rule, subjects)).toEqual([]);
});

test("a secret has a value, whatever it is; sealed it is not judged", () => {
  const refused = (stringData: unknown): string[] => judged(resourcesAsIntended, [images(), ci(ARN), subject(SECRET, { stringData }, { name: "key" })], { manifest: secretive });
  for (const value of [{ key: "hidden" }, { key: UNKNOWN }, UNKNOWN]) expect(refused(value)).toEqual([]);
  expect(refused({ key: "" })).toEqual([said(SECRET, "key", "stringData.key: found nothing; wanted a secret")]);
  expect(refused({})).toEqual([said(SECRET, "key", "stringData.key: found nothing; wanted a secret")]);
});

test("a cluster's API server is at its own name, or on loopback in a sandbox", () => {
  const CLUSTERS = "azure-native:containerservice:ManagedCluster";
  const VARIABLE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
  const server = {
    ...manifest,
    resources: {
      [`${CLUSTERS} tests`]: { protect: false, props: {}, from: {} },
      [`${VARIABLE} server`]: { protect: false, props: { value: `https://⟦${CLUSTERS} tests fqdn⟧:443` }, from: {} },
    },
  };
  const refused = (value: string): string[] =>
    judged(resourcesAsIntended, [subject(CLUSTERS, {}, { name: "tests", outputs: { fqdn: "tests.example" } }), subject(VARIABLE, { value }, { name: "server" })], { manifest: server });
  for (const value of ["https://tests.example:443", "https://127.0.0.1:37817"]) expect(refused(value)).toEqual([]);
  for (const value of ["https://tests.example.evil:443", "https://127.0.0.1.evil:443", "https://127.0.0.1:1/path", "http://127.0.0.1:1"]) expect(refused(value)).toHaveLength(1);
});

test("a pool that a refresh put into its cluster is judged as the resource that it is", () => {
  const CLUSTERS = "azure-native:containerservice:ManagedCluster";
  const POOLS = "azure-native:containerservice:AgentPool";
  const cluster = { protect: false, props: { resourceName: "c", agentPoolProfiles: [{ name: "system" }] }, from: {} };
  const pools = { ...manifest, resources: { [`${CLUSTERS} c`]: cluster, [`${POOLS} gpu`]: { protect: false, props: { resourceName: "c", agentPoolName: "gpu" }, from: {} } } };
  const pool = subject(POOLS, { resourceName: "c", agentPoolName: "gpu" }, { name: "gpu" });
  const refused = (...names: readonly string[]): string[] =>
    judged(resourcesAsIntended, [pool, subject(CLUSTERS, { resourceName: "c", agentPoolProfiles: names.map((name) => ({ name })), other: undefined }, { name: "c" })], { manifest: pools });
  expect(refused("system", "gpu")).toEqual([]);
  expect(refused("system", "gpu", "debug")).toEqual([said(CLUSTERS, "c", 'agentPoolProfiles.1: found {"name":"debug"}; wanted nothing')]);
});

describe("an id on Azure, which the engine shows to no policy", () => {
  const GROUP = "azure-native:resources:ResourceGroup";
  const REGISTRY = "azure-native:containerregistry:Registry";
  const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity";
  const ASSIGNMENT = "azure-native:authorization:RoleAssignment";
  const resource = (props: Props) => ({ protect: false, props, from: {} });
  const of = (key: string, subscription: string | undefined = "s-1") => ({
    ...manifest,
    subscription,
    resources: {
      [`${GROUP} g`]: resource({ resourceGroupName: "ci" }),
      [`${REGISTRY} r`]: resource({ resourceGroupName: "ci", registryName: "images" }),
      [`${IDENTITY} i`]: resource({ resourceGroupName: "ci", resourceName: "main" }),
      [`${IDENTITY} nowhere`]: resource({ resourceName: "main" }),
      [`${ROLE} ci`]: resource({}),
      [`${ASSIGNMENT} a`]: resource({ scope: `⟦${key} id⟧` }),
    },
  });
  const refused = (key: string, scope: string, subscription?: string): boolean => {
    const subjects = [
      subject(GROUP, { resourceGroupName: "ci" }, { name: "g" }),
      subject(REGISTRY, { resourceGroupName: "ci", registryName: "images" }, { name: "r" }),
      subject(IDENTITY, { resourceGroupName: "ci", resourceName: "main" }, { name: "i" }),
      subject(IDENTITY, { resourceName: "main" }, { name: "nowhere" }),
      subject(ROLE, {}, { name: "ci" }),
      subject(ASSIGNMENT, { scope }, { name: "a" }),
    ];
    return judged(resourcesAsIntended, subjects, { manifest: of(key, subscription) }).length > 0;
  };
  const group = "/subscriptions/s-1/resourceGroups/ci";

  test("has the form of the resource's own", () => {
    expect(refused(`${GROUP} g`, group)).toBe(false);
    expect(refused(`${REGISTRY} r`, `${group}/providers/Microsoft.ContainerRegistry/registries/images`)).toBe(false);
    expect(refused(`${IDENTITY} i`, `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/main`)).toBe(false);
  });

  test.each([
    ["another resource's", `${REGISTRY} r`, `${group}/providers/Microsoft.ContainerRegistry/registries/theirs`],
    ["one in another subscription", `${GROUP} g`, "/subscriptions/s-2/resourceGroups/ci"],
    ["one of a resource that no group holds", `${IDENTITY} nowhere`, `${group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/main`],
    ["one of a resource of another cloud", `${ROLE} ci`, group],
    ["one of a resource that there is none of", `${ROLE} gone`, group],
  ])("is refused where it is %s", (_, key, scope) => {
    expect(refused(key, scope)).toBe(true);
  });

  test("is refused where nobody knows the subscription", () => {
    expect(judged(resourcesAsIntended, [subject(GROUP, { resourceGroupName: "ci" }, { name: "g" }), subject(ASSIGNMENT, { scope: group }, { name: "a" })], {
      manifest: { ...manifest, resources: { [`${GROUP} g`]: resource({ resourceGroupName: "ci" }), [`${ASSIGNMENT} a`]: resource({ scope: `⟦${GROUP} g id⟧` }) } },
    })).toHaveLength(1);
  });
});

describe("what is made from an answer about a cluster", () => {
  const VARIABLE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable";
  const CLUSTERS = "azure-native:containerservice:ManagedCluster";
  const told = (value: unknown, intendedValue: unknown, from: readonly string[]): number =>
    judged(resourcesAsIntended, [subject(CLUSTERS, {}, { name: "c" }), subject(VARIABLE, { value }, { name: "v" })], {
      manifest: { ...manifest, resources: { [`${CLUSTERS} c`]: { protect: false, props: {}, from: {} }, [`${VARIABLE} v`]: { protect: false, props: { value: intendedValue }, from: from.length > 0 ? { value: from } : {} } } },
    }).length;

  test("may be unknown without a source; nothing else may", () => {
    expect(told(UNKNOWN, `⟦${CLUSTERS} c fqdn⟧`, [`${CLUSTERS} c`])).toBe(0);
    expect(told(UNKNOWN, { a: [`⟦${CLUSTERS} c fqdn⟧`] }, [`${CLUSTERS} c`])).toBe(0);
    expect(told(UNKNOWN, { $derived: true }, [`${CLUSTERS} c`])).toBe(0);
    expect(told(UNKNOWN, "plain", [`${CLUSTERS} c`])).toBe(1);
    expect(told(UNKNOWN, 5, [`${CLUSTERS} c`])).toBe(1);
    expect(told(UNKNOWN, null, [`${CLUSTERS} c`])).toBe(1);
    expect(told(UNKNOWN, `⟦${CLUSTERS} c fqdn⟧`, [`${ROLE} r`])).toBe(1);
    expect(told(UNKNOWN, `⟦${CLUSTERS} c fqdn⟧`, [])).toBe(1);
  });

  test("is held to the part of an output before its first slash, and to what the resource was asked for", () => {
    const registry = subject(REPOSITORY, { name: "images" }, { name: "images", outputs: { url: "host.example/images" } });
    const refused = (value: string, output: string): number =>
      judged(resourcesAsIntended, [registry, subject(VARIABLE, { value }, { name: "v" })], {
        manifest: { ...manifest, resources: { [IMAGES]: { protect: false, props: { name: "images" }, from: {} }, [`${VARIABLE} v`]: { protect: false, props: { value: `⟦${IMAGES} ${output}⟧` }, from: {} } } },
      }).length;
    expect([refused("host.example", "url^"), refused("images", "name"), refused("host.evil", "url^")]).toEqual([0, 0, 1]);
  });
});

describe("what the stack tells others", () => {
  const STACK = "pulumi:pulumi:Stack";
  const CLUSTERS = "azure-native:containerservice:ManagedCluster";
  const told = { project: "gpu-cicd", stack: "t", config: "", resources: { [`${CLUSTERS} c`]: { protect: false, props: {}, from: {} } }, outputs: { address: `⟦${CLUSTERS} c fqdn⟧`, note: "words", key: { $secret: true } } };
  const sound = { address: "c.example", note: "words", key: "a secret" };
  const refused = (outputs: object, manifest: object = told): string[] =>
    judged(resourcesAsIntended, [subject(CLUSTERS, {}, { name: "c", outputs: { fqdn: "c.example" } }), subject(STACK, {}, { name: "gpu-cicd-t", outputs: outputs as never })], { manifest });

  test("is what its manifest says, and what only the apply knows may wait", () => {
    expect([refused(sound), refused({ ...sound, address: UNKNOWN, key: UNKNOWN })]).toEqual([[], []]);
  });

  test("is nothing else", () => {
    expect(refused({ ...sound, token: "x" })).toEqual([expect.stringContaining(': token: found "x"; wanted nothing')]);
    expect(refused({ ...sound, address: "evil.example" })).toEqual([expect.stringContaining(': address: found "evil.example"; wanted ')]);
    expect(refused({ ...sound, note: UNKNOWN })).toEqual([expect.stringContaining(": note: found a value that is not known before the apply")]);
  });

  test("is not judged by a manifest of before there were any", () => {
    expect(refused({ token: "x" }, { ...told, outputs: undefined })).toEqual([]);
  });
});

test("a comment that a linter obeys is held to the manifest, and another one says nothing", () => {
  const FILES = "github:index/repositoryFile:RepositoryFile";
  const refused = (content: string): string[] =>
    judged(resourcesAsIntended, [subject(FILES, { file: "a.yml", content }, { name: "a" })], {
      manifest: { project: "gpu-cicd", stack: "t", config: "", resources: { [`${FILES} a`]: { protect: false, props: { file: "a.yml", content: { on: "push" } }, from: {}, directives: ["# zizmor: ignore[unpinned-images]"] } } },
    });
  expect(refused("# words\non: push # zizmor: ignore[unpinned-images]\n")).toEqual([]);
  expect(refused("on: push\n# shellcheck disable=SC2086\n")).toEqual([expect.stringContaining('content: found the comment "# shellcheck disable=SC2086"; wanted no comment that a linter obeys')]);
});
