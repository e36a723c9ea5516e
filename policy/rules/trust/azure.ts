/** How Azure's identities, their credentials and their roles belong together, also at preview, when ids are not known yet. */
import type { Subject } from "../../kit/rule";
import { at } from "../../kit/values";

export const identityType = "azure-native:managedidentity:UserAssignedIdentity";
export const roleAssignmentType = "azure-native:authorization:RoleAssignment";

/** The identity that a credential belongs to: by the origin of its name, else by the name itself. */
export function identityOf(credential: Subject, subjects: readonly Subject[]): Subject | undefined {
  const origin = originsOf(credential, "resourceName", subjects).find(({ type }) => type === identityType);
  return origin ?? subjects.find(({ type, props }) => type === identityType && at(props, "resourceName") === at(credential.props, "resourceName"));
}

/** Resources from whose outputs a property was made. */
export function originsOf(subject: Subject, property: string, subjects: readonly Subject[]): readonly Subject[] {
  const urns = subject.sources[property] ?? [];
  return subjects.filter(({ urn }) => urns.includes(urn));
}
