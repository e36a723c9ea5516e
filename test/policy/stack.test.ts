import type { Props, ResourceRule, Subject } from "../../policy/kit/rule";
import { resourceRule } from "../../policy/kit/rule";
import { rules } from "../../policy/rules";
import { resourceTypesKnown } from "../../policy/rules/stack/resource-types-known";
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

prove("stack", [known, tagging, stateful, explained]);

test.each([
  ["an unknown value", role({ policy: UNKNOWN }, REPOSITORY)],
  ["a value inside another, from a component's resource", role({ policy: { statements: [{ resource: UNKNOWN }] } }, `gpu-cicd:registries:ImageRegistries$${REPOSITORY}`)],
])("%s passes from where it may come", (_, subjects) => {
  expect(judged(explained.rule, subjects)).toEqual([]);
});
