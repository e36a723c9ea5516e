/** Renders docs/fit.md. */
import { allRules } from "../../fit";
import type { Generated } from "../generate/generator";

/** The generator of docs/fit.md. */
export function fitFiles(): Generated {
  return { files: [{ path: "docs/fit.md", content: fitDoc() }] };
}

/** The whole document. */
function fitDoc(): string {
  const rows = allRules.map(({ id, title }) => `| \`${id}\` | ${title} |`);
  return `<!-- Rendered from cli/documents/fit.ts and fit/rules by \`make generate\`. -->

# Does the pipeline fit the repository?

\`make fit DIR=../dynamo\` holds the pipeline of a stack against a checkout of the product repository. \`REF=origin/main\` names another commit than the
one that is checked out, \`STACK=dev\` another stack, \`FORMAT=json\`, \`markdown\` or \`sarif\` another format, \`OUT=file\` where to write it. \`WITH=file\` takes keys of
another config file in the place of the stack's, such as \`docs/examples/rendered-layout.yaml\`: what would fit after a change.

It runs on every pull request of this project, and every night against the product repository's default branch, where it keeps one issue a stack. What is found is
told there only in files and code spans: names of files are others' text.

Each finding says where it is, what was found, what would fit and how to mend it. The command ends with 0 where everything fits or is excused, with 2
where something does not. (\`make\` itself ends with 2 after any failure; \`npx gpu-cicd fit\` tells 2 from 1, a command that was called wrongly.)

## What it reads

The files of one commit, from git's objects. It runs none of them, fetches nothing, and looks at no work tree: what is not committed does not count.
It needs git and Python 3 on PATH.

| what | how |
| --- | --- |
| Dockerfiles | by a parser (\`dockerfile-ast\`): stages, \`FROM\` chains with their arguments, \`COPY --from\`, mounts, secrets |
| tests | by Python's own \`ast\`, in a process of its own that imports nothing: \`pytestmark\`, decorators, \`marks=\` of parametrisations, also through names of the module or of one that it imports from |
| marker expressions | by pytest's grammar |
| charts | kinds and API groups at the top of each document of each template, of the chart and of those in the repository that it depends on |
| manifests, compose files | as YAML |
| Makefiles | rules by name, and files that are included by name |
| Cargo | workspaces, members and features, as TOML |
| workflow files | by GitHub's own parser |
| CODEOWNERS | patterns by gitignore's rules, as GitHub does |
| licence headers | the pipeline's own list of files and exceptions |

A folder that is no checkout, a shallow clone and a sparse checkout are one finding each, and nothing else is judged: what is not in a part of a
repository cannot be told from what is not in the repository. A file that is binary, larger than 4 MiB, or that its parser refuses is one finding.

## What it cannot know

- **What only a run makes.** A Dockerfile that a prepare command writes, a matrix that a job computes, a Makefile's computed target, a script's own file
  names: these are taken as they are named.
- **What a build does.** That a base image exists, that a version of an argument is right, that a command in the container succeeds.
- **Whether an argument may be empty.** One is wanted where its value is part of an image's name, or where a stage uses it without asking for it first
  (\`[ -n "\${A}" ]\`, \`\${A:-default}\`).
- **Markers that Python code sets**: \`pytest_collection_modifyitems\` of a \`conftest.py\`, \`item.add_marker\`, a helper that returns markers.
- **What a chart is with its values.** A template counts whether or not its condition holds, and what a dependency from another registry brings is not seen.
  Rights inside a Role are not compared with the identity's.
- **Checks that an app or a script reports** by GitHub's API, and rulesets that people make on GitHub's page. \`make audit\` and drift see the latter.
- **Whether a feature is of the right package.** In a workspace, one package that has it is enough, as for Cargo.

## Excuses

What is known and left stands in the stack's config, with the reason:

\`\`\`yaml
gpu-cicd:fit:
  excuses:
    - rule: required-name-taken
      where: .github/workflows/old.yml    # a path, or a pattern as in the path filters
      about: pre-commit                   # optional; * stands for any text
      why: It goes with the change that brings the pipeline.
\`\`\`

An excuse that covers nothing is a finding: it would hide what comes next.

## The rules

| rule | holds |
| --- | --- |
${rows.join("\n")}
`;
}
