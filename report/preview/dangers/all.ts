/** All changes of a preview, as a detector may ask for them: what else comes or goes decides what a change means. */
import type { Change } from "../resources/change";
import { textAt } from "../resources/values";

export class AllChanges {
  private readonly names: ReadonlyMap<string, readonly Change[]>;
  private readonly principals: ReadonlyMap<string, string>;

  /** @param azureRoles names of Azure's built-in roles by the id of their definition */
  constructor(
    readonly changes: readonly Change[],
    private readonly azureRoles: Readonly<Record<string, string>>,
  ) {
    const names = new Map<string, Change[]>();
    for (const change of changes) names.set(change.step.type, [...(names.get(change.step.type) ?? []), change]);
    this.names = names;
    this.principals = new Map(changes.flatMap(principalsOf));
  }

  ofType(type: string): readonly Change[] {
    return this.names.get(type) ?? [];
  }

  /** True when something of a type comes that has a text at a path of its inputs. */
  comes(type: string, text: string | undefined, ...path: readonly string[]): boolean {
    return text !== undefined && this.ofType(type).some(({ operation, after }) => operation === "create" && textAt(after, ...path) === text);
  }

  /** True when something of a type goes that had a text at a path of its inputs. */
  goes(type: string, text: string | undefined, ...path: readonly string[]): boolean {
    return text !== undefined && this.ofType(type).some(({ operation, before }) => operation === "delete" && textAt(before, ...path) === text);
  }

  /** What has an object id in the directory, by name; the id where nothing of the stack has it. */
  principal(id: string): string {
    return this.principals.get(id) ?? id;
  }

  /** The name of an Azure role, by the id of its definition; the id where it is not a known one. */
  azureRole(definitionId: string): string {
    const id = definitionId.slice(definitionId.lastIndexOf("/") + 1);
    return this.azureRoles[id] ?? id;
  }
}

const HAVE_IDENTITIES: ReadonlySet<string> = new Set(["azure-native:managedidentity:UserAssignedIdentity", "azure-native:containerservice:ManagedCluster"]);

/** Identities of their own, and the one with which a cluster's nodes pull images. */
function principalsOf({ outputs, before, resource }: Change): [string, string][] {
  if (!HAVE_IDENTITIES.has(resource.type)) return [];
  const name = textAt(before, "resourceName") ?? textAt(outputs, "name") ?? resource.name;
  const own = textAt(outputs, "principalId");
  const nodes = textAt(outputs, "identityProfile", "kubeletidentity", "objectId");
  return [...(own === undefined ? [] : [[own, name] as [string, string]]), ...(nodes === undefined ? [] : [[nodes, `nodes of ${name}`] as [string, string]])];
}
