/** Takes secrets out of what tests said. A test can print what it was given, and what it printed is read by more people than its log. */

/** What stands in a secret's place, as in GitHub's logs. */
const MASK = "***";

/** Shorter values would mask ordinary words. */
const SHORTEST = 8;

/** Forms of tokens that say themselves what they are: GitHub's, Hugging Face's, AWS' and JSON web tokens. */
const TOKENS = /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|hf_[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,})/g;

/** A text without secrets. @param secrets their values */
export function masked(text: string, secrets: readonly string[]): string {
  const known = secrets.filter(({ length }) => length >= SHORTEST).reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
  return known.replace(TOKENS, MASK);
}
