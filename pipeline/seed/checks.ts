/** Default required checks: four on every pull request, the fifth once a maintainer has had it mirrored. */
import { DCO_APP_ID } from "../github-apps";
import type { GivenRequiredCheck } from "../schema/governance";

/** pre-commit's version; its hooks and theirs are in the repository's own `.pre-commit-config.yaml`. */
const PRE_COMMIT_VERSION = "4.3.0";

const PRE_COMMIT = `pipx run --spec "pre-commit==\${PRE_COMMIT_VERSION}" pre-commit run --all-files --show-diff-on-failure --color always
`;

/**
 * What the pipeline's `copyright` says, held against the files of the commit. An error of git or jq fails the check: it passes where it has looked.
 * `git grep` lists files without a text; empty ones and links have nothing to carry.
 */
const COPYRIGHT = `list() { jq --raw-output "$1" .github/ci/pipeline.json; }
mapfile -t files < <(list '.copyright.languages[].files[] | ":(glob)" + .')
mapfile -t ignored < <(list '.copyright.ignored[] | ":(exclude,glob)" + .')
mapfile -t tags < <(list '.copyright.tags[]')
if (( \${#files[@]} == 0 || \${#tags[@]} == 0 )); then
  echo "::error::.github/ci/pipeline.json names no file or no line of a header."
  exit 1
fi
missing=0
for tag in "\${tags[@]}"; do
  code=0
  git grep -z --files-without-match --fixed-strings -e "\${tag}" -- "\${files[@]}" "\${ignored[@]}" >"\${RUNNER_TEMP}/without" || code=$?
  if (( code > 1 )); then exit "\${code}"; fi
  while IFS= read -r -d '' file; do
    if [[ -L "\${file}" || ! -s "\${file}" ]]; then continue; fi
    missing=$((missing + 1))
    echo "::error file=\${file}::No line \${tag}"
  done <"\${RUNNER_TEMP}/without"
done
if (( missing == 0 )); then
  echo "Every file has its header."
  exit 0
fi
echo "The header to paste, behind # or //:"
list '.copyright.header[]' | sed "s/{year}/$(date +%Y)/"
exit 1
`;

export const seedRequiredChecks: readonly GivenRequiredCheck[] = [
  {
    context: "pre-commit",
    title: "Python formatting (black, isort), YAML validation",
    minutes: 10,
    run: [{ name: "Run every hook", env: { PRE_COMMIT_VERSION }, run: PRE_COMMIT }],
    failure: "A hook would change a file: formatting (black, isort), or YAML that cannot be read.",
    fix: `\`pipx run pre-commit==${PRE_COMMIT_VERSION} run --all-files\`, then commit what it changed.`,
  },
  {
    context: "copyright-checks",
    title: "Validates SPDX headers",
    minutes: 5,
    run: [{ name: "Look for SPDX headers", run: COPYRIGHT }],
    failure: "A file has no SPDX header.",
    fix: "Paste the header that the check shows at the file's head; the check names the files and what each lacks. Exceptions are `copyright.ignored` in config.",
  },
  {
    kind: "app",
    context: "DCO",
    title: "Checks Developer Certificate of Origin signature",
    slug: "dco",
    appId: DCO_APP_ID,
    failure: "A commit has no sign-off.",
    fix: "`git commit --amend --signoff`, or `git rebase --signoff main` for several, then force-push.",
  },
  {
    kind: "verdict",
    of: "direct",
    context: "dynamo-status-check",
    title: "Builds core container, runs Rust + pytest",
    failure: "The core container does not build, or Rust or pytest fail in it.",
    fix: "Open the run: the last job names the job that failed, and the plan says why it ran.",
  },
  {
    kind: "verdict",
    of: "backend",
    context: "backend-status-check",
    title: "Builds framework containers ({frameworks}) + tests",
    failure: "An image does not build, or its tests fail.",
    fix: "Open the run on the mirror branch: the last job names the job that failed. The next section has the usual reasons.",
  },
];
