/** All changes of a preview, as a detector may ask for them: what else comes or goes decides what a change means. */
import type { Change } from "../resources/change";
import { textAt } from "../resources/values";

export class AllChanges {
  private readonly names: ReadonlyMap<string, readonly Change[]>;

  /** @param azureRoles names of Azure's built-in roles by the id of their definition */
  constructor(
    readonly changes: readonly Change[],
    private readonly azureRoles: Readonly<Record<string, string>>,
  ) {
    const names = new Map<string, Change[]>();
    for (const change of changes) names.set(change.step.type, [...(names.get(change.step.type) ?? []), change]);
    this.names = names;
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

  /** The name of an Azure role, by the id of its definition; the id where it is not a known one. */
  azureRole(definitionId: string): string {
    const id = definitionId.slice(definitionId.lastIndexOf("/") + 1);
    return this.azureRoles[id] ?? id;
  }
}
