import { stackRule, type Subject } from "../../kit/rule";
import { at } from "../../kit/values";
import { fileType, workflows } from "../../files/read";

export const workflowOwnersPresent = stackRule({
  name: "workflow-owners-present",
  title: "Workflow files have owners",
  severity: "high",
  level: "mandatory",
  holds: "A repository whose workflows the stack delivers gets a CODEOWNERS file whose last line about `.github/` names an owner.",
  why: "Code owners' review is demanded of every pull request, but a path without owners needs none: the workflows could then change under any approval.",
  fix: "Add a line such as `/.github/ @org/team` at the end of .github/CODEOWNERS.",
  source: { title: "GitHub: about code owners", url: "https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners" },
  *judge(subjects) {
    for (const repository of new Set(workflows(subjects).map((workflow) => workflow.repository))) {
      const file = subjects.find((subject) => isOwnersFile(subject, repository));
      const owners = lastOwners(String(at(file?.props, "content") ?? ""));
      if (owners.length === 0) yield { subject: file, property: `.github/CODEOWNERS of ${repository}`, found: file === undefined ? "no such file" : "no owner of /.github/", wanted: "a line /.github/ with an owner" };
    }
  },
});

function isOwnersFile({ type, props }: Subject, repository: string): boolean {
  return type === fileType && at(props, "repository") === repository && at(props, "file") === ".github/CODEOWNERS";
}

/** The last line that matches a path decides, and one without owners takes them away. */
function lastOwners(content: string): readonly string[] {
  const lines = content.split("\n").map((line) => line.replace(/#.*$/, "").trim().split(/\s+/));
  const matching = lines.filter(([pattern]) => pattern !== undefined && ["*", "/.github/", ".github/", "/.github/**", ".github/**", "/.github/*"].includes(pattern));
  return (matching.at(-1) ?? []).slice(1).filter((owner) => /^@|@/.test(owner));
}
