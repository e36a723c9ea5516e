/** Drift is judged as a change would be: from what the state says to what the cloud holds. */
import { driftSection } from "../../../report/preview/drift";
import type { Fields, Preview, Step } from "../../../report/preview/read";

const RULESET = "github:index/repositoryRuleset:RepositoryRuleset";
const CLUSTER = "azure-native:containerservice:ManagedCluster";
const state = (inputs: Fields, outputs: Fields) => ({ urn: "u", id: "1", protect: false, retainOnDelete: false, pendingDeletion: false, inputs, outputs });
const found = (type: string, operation: Step["operation"], before: readonly [Fields, Fields], after: readonly [Fields, Fields] | undefined, differs: readonly string[]): Preview =>
  ({
    steps: [], messages: [], result: "succeeded",
    found: [{ urn: `urn:pulumi:prod::gpu-cicd::${type}::main`, type, name: "main", custom: true, operation, old: state(...before), ...(after && { new: state(...after) }), differs: new Map(differs.map((path) => [path, { kind: "update" }])), differing: [...differs], replacedFor: [], secrecy: new Map() }],
  }) as unknown as Preview;

const ruleset = (more: Fields = {}): Fields => ({ name: "main", target: "branch", enforcement: "active", bypassActors: [], rules: { deletion: true }, ...more });
const everybody = ruleset({ bypassActors: [{ actorId: 1, actorType: "OrganizationAdmin", bypassMode: "always" }] });

test.each<[string, Preview, readonly [string, string][]]>([
  ["a bypass for everybody that somebody added by hand", found(RULESET, "update", [ruleset(), ruleset()], [everybody, everybody], ["bypassActors"]), [["bypass-added", "critical"]]],
  ["the same where the provider reads outputs alone", found(RULESET, "update", [ruleset(), ruleset()], [ruleset(), everybody], ["bypassActors"]), [["bypass-added", "critical"]]],
  ["a ruleset that somebody switched off", found(RULESET, "update", [ruleset(), ruleset()], [ruleset({ enforcement: "disabled" }), ruleset({ enforcement: "disabled" })], ["enforcement"]), [["ruleset-disabled", "critical"]]],
  ["a ruleset that somebody deleted", found(RULESET, "delete", [ruleset(), ruleset()], undefined, []), [["ruleset-deleted", "critical"]]],
  ["local accounts that somebody switched on", found(CLUSTER, "update", [{ disableLocalAccounts: true }, {}], [{ disableLocalAccounts: false }, {}], ["disableLocalAccounts"]), [["cluster-authentication-loosened", "critical"]]],
  ["a tag that somebody added", found(CLUSTER, "update", [{ tags: {} }, {}], [{ tags: { a: "b" } }, {}], ["tags"]), []],
])("%s", (_what, refresh, expected) => {
  const drift = driftSection(refresh, {});
  if (!drift.known) throw new Error("the drift is not known");
  expect(drift.resources).toHaveLength(1);
  expect(drift.dangers.map(({ kind, severity }) => [kind, severity])).toEqual(expected);
});
