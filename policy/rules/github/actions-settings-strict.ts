import { stackRule, type Subject } from "../../kit/rule";
import { at, show } from "../../kit/values";
import { workflows } from "../../files/read";

/** What a repository's settings must say, by the resource that says it. */
const settings: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "github:index/actionsRepositoryPermissions:ActionsRepositoryPermissions": { enabled: true, shaPinningRequired: true },
  "github:index/workflowRepositoryPermissions:WorkflowRepositoryPermissions": { defaultWorkflowPermissions: "read", canApprovePullRequestReviews: false },
  "github:index/actionsRepositoryOidcSubjectClaimCustomizationTemplate:ActionsRepositoryOidcSubjectClaimCustomizationTemplate": { useDefault: true },
};

export const actionsSettingsStrict = stackRule({
  name: "actions-settings-strict",
  title: "Repositories with workflows hold Actions to the strict settings",
  severity: "high",
  level: "mandatory",
  holds: "A repository whose workflows the stack delivers takes actions by full commit only, gives its tokens read access by default, lets no workflow approve a pull request, and keeps GitHub's own form of OIDC subjects.",
  why: "The settings hold for workflows that nobody rendered too; a changed form of subjects fits no trust policy, or the wrong one.",
  fix: "Set the property on the repository's resource, or add the resource.",
  source: { title: "GitHub: managing GitHub Actions settings for a repository; OpenSSF Scorecard: Token-Permissions", url: "https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/managing-github-actions-settings-for-a-repository" },
  *judge(subjects) {
    const repositories = new Set(workflows(subjects).map(({ repository }) => repository));
    for (const repository of repositories) {
      for (const [type, wanted] of Object.entries(settings)) {
        const found = subjects.filter((subject) => subject.type === type && at(subject.props, "repository") === repository);
        if (found.length === 0) yield { property: `settings of ${repository}`, found: `no ${type.split(":").at(-1)!}`, wanted: "one" };
        for (const subject of found) yield* differences(subject, wanted);
      }
    }
  },
});

function* differences(subject: Subject, wanted: Readonly<Record<string, unknown>>): Iterable<{ subject: Subject; property: string; found: string; wanted: string }> {
  for (const [property, value] of Object.entries(wanted)) {
    const found = at(subject.props, property);
    if (found !== value) yield { subject, property, found: show(found), wanted: show(value) };
  }
}
