/** The repositories whose workflows may hold an identity, as every trust rule's config names them. */
import { isProps, items } from "../../kit/values";
import type { RuleConfig, RuleFacts } from "../../kit/rule";

export const githubIssuer = "token.actions.githubusercontent.com";

interface Repository {
  readonly owner: string;
  readonly name: string;
  readonly ownerId: number;
  readonly repositoryId: number;
}

/** The config key of the trust rules. Without repositories no identity may trust GitHub at all. */
export const repositoriesConfig: NonNullable<RuleFacts["config"]> = {
  repositories: {
    type: "array",
    items: {
      type: "object",
      properties: { owner: { type: "string" }, name: { type: "string" }, ownerId: { type: "integer" }, repositoryId: { type: "integer" } },
      required: ["owner", "name", "ownerId", "repositoryId"],
    },
    default: [],
    description: "Repositories whose workflows may assume identities: owner, name, ownerId, repositoryId",
  },
};

/** Beginnings of the subjects that the repositories' tokens carry, in both of GitHub's forms, up to the environment's name. */
export function subjectPrefixes(config: RuleConfig): readonly string[] {
  return repositoriesOf(config).flatMap(({ owner, name, ownerId, repositoryId }) => [
    `repo:${owner}/${name}:environment:`,
    `repo:${owner}@${ownerId}/${name}@${repositoryId}:environment:`,
  ]);
}

export function repositoryIds(config: RuleConfig): readonly string[] {
  return repositoriesOf(config).map(({ repositoryId }) => String(repositoryId));
}

function repositoriesOf(config: RuleConfig): readonly Repository[] {
  return items(config["repositories"]).filter(isProps) as unknown as readonly Repository[];
}

/** Exact means an environment of a known repository, without a wildcard. */
export function isExactSubject(subject: string, config: RuleConfig): boolean {
  return subjectPrefixes(config).some((prefix) => subject.startsWith(prefix) && /^[^*?]+$/.test(subject.slice(prefix.length)));
}
