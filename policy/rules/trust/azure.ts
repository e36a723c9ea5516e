/** How Azure's identities, their credentials and their roles belong together, also at preview, when ids are not known yet. */
import type { Subject } from "../../kit/rule";
import { at } from "../../kit/values";

export const identityType = "azure-native:managedidentity:UserAssignedIdentity";
export const roleAssignmentType = "azure-native:authorization:RoleAssignment";

/** The identity that a credential belongs to: by the source of its name, else by the name itself. */
export function identityOf(credential: Subject, subjects: readonly Subject[]): Subject | undefined {
  const identities = subjects.filter(({ type }) => type === identityType);
  const sources = sourcesOf(credential, "resourceName", subjects, identityType);
  return sources[0] ?? identities.find((identity) => at(identity.props, "resourceName") === at(credential.props, "resourceName"));
}

/** Resources of a type from whose outputs a property was made. */
export function sourcesOf(subject: Subject, property: string, subjects: readonly Subject[], type: string): readonly Subject[] {
  const urns = subject.sources[property] ?? [];
  return subjects.filter((candidate) => candidate.type === type && urns.includes(candidate.urn));
}
