/** The repositories whose workflows may hold an identity, as every trust rule's config names them. */
import { isProps, items, texts } from "../../kit/values";
import type { RuleConfig, RuleFacts } from "../../kit/rule";

export const githubIssuer = "token.actions.githubusercontent.com";

interface Repository {
  readonly owner: string;
  readonly name: string;
  readonly ownerId: number;
  readonly repositoryId: number;
  readonly subjectForm: "legacy" | "immutable" | "both";
  readonly environments: readonly string[];
}

/** The config key of the trust rules. Without repositories no identity may trust GitHub at all. */
export const repositoriesConfig: NonNullable<RuleFacts["config"]> = {
  repositories: {
    type: "array",
    items: {
      type: "object",
      properties: {
        owner: { type: "string" },
        name: { type: "string" },
        ownerId: { type: "integer" },
        repositoryId: { type: "integer" },
        subjectForm: { type: "string", enum: ["legacy", "immutable", "both"] },
        environments: { type: "array", items: { type: "string" } },
      },
      required: ["owner", "name", "ownerId", "repositoryId", "subjectForm", "environments"],
    },
    default: [],
    description: "Repositories whose environments may hold identities: owner, name, their numeric ids, the form of the repository's subjects, and the environments",
  },
};

/** Every subject that an identity may trust. Source of the forms: GitHub, "OpenID Connect reference". */
export function knownSubjects(config: RuleConfig): readonly string[] {
  return repositoriesOf(config).flatMap(({ owner, name, ownerId, repositoryId, subjectForm, environments }) => [
    ...(subjectForm === "immutable" ? [] : environments.map((environment) => `repo:${owner}/${name}:environment:${environment}`)),
    ...(subjectForm === "legacy" ? [] : environments.map((environment) => `repo:${owner}@${ownerId}/${name}@${repositoryId}:environment:${environment}`)),
  ]);
}

/** Ids of the repositories that a subject could be of. */
export function idsOfSubject(config: RuleConfig, subject: string): readonly string[] {
  return repositoriesOf(config)
    .filter(({ owner, name, ownerId, repositoryId }) => [`repo:${owner}/${name}:`, `repo:${owner}@${ownerId}/${name}@${repositoryId}:`].some((start) => subject.startsWith(start)))
    .map(({ repositoryId }) => String(repositoryId));
}

/** Environment that a subject names; empty when it names none. */
export function environmentOf(subject: string): string {
  return /:environment:(.*)$/s.exec(subject)?.[1] ?? "";
}

/** Config key that names the environments in which code of pull requests runs. */
export const pullRequestEnvironments = {
  type: "array" as const,
  items: { type: "string" as const },
  default: ["pull-request-images"],
  description: "Environments in which code of pull requests runs",
};

/** True for a subject of such an environment. */
export function isOfPullRequests(subject: string, config: RuleConfig): boolean {
  return texts(config["pullRequestEnvironments"]).includes(environmentOf(subject));
}

function repositoriesOf(config: RuleConfig): readonly Repository[] {
  return items(config["repositories"]).filter(isProps) as unknown as readonly Repository[];
}
