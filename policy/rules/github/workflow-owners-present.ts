import picomatch from "picomatch";
import { stackRule } from "../../kit/rule";
import { at, listed } from "../../kit/values";
import { fileType, workflows } from "../../files/read";

export const workflowOwnersPresent = stackRule({
  name: "workflow-owners-present",
  title: "Workflow files have owners",
  severity: "high",
  level: "mandatory",
  holds: "A repository whose workflows the stack delivers gets a CODEOWNERS file by which every file below `.github/` has an owner: of the lines that match a path the last decides.",
  why: "Code owners' review is demanded of every pull request, but a path without owners needs none: the workflows could then change under any approval.",
  fix: "Add a line such as `/.github/ @org/team` at the end of .github/CODEOWNERS.",
  source: { title: "GitHub: about code owners", url: "https://docs.github.com/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners" },
  *judge(subjects) {
    for (const repository of new Set(workflows(subjects).map((workflow) => workflow.repository))) {
      const files = subjects.filter(({ type, props }) => type === fileType && at(props, "repository") === repository);
      const paths = files.map(({ props }) => String(at(props, "file"))).filter((path) => path.startsWith(".github/"));
      const owners = files.find(({ props }) => at(props, "file") === OWNERS);
      if (owners === undefined) {
        yield { property: `${OWNERS} of ${repository}`, found: "no such file", wanted: "a line /.github/ with an owner" };
        continue;
      }
      const lines = String(at(owners.props, "content")).split("\n").map(readLine);
      const bare = [...paths, ANOTHER].filter((path) => !isOwned(lines, path));
      if (bare.length > 0) yield { subject: owners, property: "content", found: `no owner of ${listed(bare)}`, wanted: "a line /.github/ with an owner" };
    }
  },
});

/** GitHub reads the first that it finds of three places, and this one first. */
const OWNERS = ".github/CODEOWNERS";

/** Stands for the files that somebody may add. */
const ANOTHER = ".github/workflows/another.yml";

interface Line {
  readonly pattern: string;
  readonly owners: readonly string[];
}

function readLine(line: string): Line {
  const [pattern, ...owners] = line.replace(/#.*$/, "").trim().split(/\s+/) as [string, ...string[]];
  return { pattern, owners: owners.filter((owner) => owner.includes("@")) };
}

/** The last line that matches a path decides, and one without owners takes them away. */
function isOwned(lines: readonly Line[], path: string): boolean {
  const last = lines.findLast(({ pattern }) => pattern !== "" && globs(pattern).some((glob) => picomatch.isMatch(path, glob, { dot: true, nobrace: true, nobracket: true, noextglob: true, nonegate: true })));
  return last !== undefined && last.owners.length > 0;
}

/**
 * A line's pattern as globs. As in .gitignore a slash before the end ties it to the root, and a folder stands for all in it; but `folder/*`
 * stands only for the files of that folder.
 */
function globs(pattern: string): readonly string[] {
  const body = pattern.replace(/^\//, "").replace(/\/$/, "");
  const tied = pattern.replace(/\/$/, "").includes("/");
  const base = tied ? body : `**/${body}`;
  if (pattern.endsWith("/*")) return [base];
  return pattern.endsWith("/") ? [`${base}/**`] : [base, `${base}/**`];
}
