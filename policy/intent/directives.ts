/**
 * Comments by which a file tells a linter to look away. YAML's other comments say nothing to a machine, so a file is compared without them; these are held to the
 * manifest. Sources: docs.zizmor.sh/usage/#ignoring-results, github.com/rhysd/actionlint, shellcheck.net/wiki/Directive, semgrep.dev/docs/ignoring-files-folders-code,
 * checkov.io/2.Basics/Suppressing and Skipping Policies, yamllint.readthedocs.io/en/stable/disable_with_comments.html.
 */
const DIRECTIVE = /#\s*(?:zizmor|actionlint|shellcheck|nosemgrep|checkov|trivy|yamllint|hadolint|codeql|lgtm|noqa|nosec|pragma)\b.*$/gim;

/** In the order of the text, without spaces at their ends. */
export function directivesIn(text: string): readonly string[] {
  return (text.match(DIRECTIVE) ?? []).map((directive) => directive.trim());
}
