/**
 * GitHub's filter patterns for branches, tags and paths.
 *
 * `*` stays within a path segment, `**` crosses them, `?` and `+` repeat the character before them, `[]` is a set, `\` escapes, and a
 * leading `!` takes away what an earlier pattern matched. Patterns apply in order; the last that matches decides.
 * Source: docs.github.com, "Workflow syntax", filter pattern cheat sheet.
 */

/** The regular expression that one pattern, without its `!`, stands for. */
function translate(pattern: string): RegExp {
  let source = "";
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i]!;
    if (character === "*") {
      if (pattern[i + 1] !== "*") source += "[^/]*";
      // `**/` also matches no segment at all, so that `**/a.js` finds `a.js` at the root.
      else if (pattern[i + 2] === "/" && (i === 0 || pattern[i - 1] === "/")) {
        source += "(?:.*/)?";
        i += 2;
      } else {
        source += ".*";
        i += 1;
      }
    } else if (character === "?" || character === "+") source += character;
    else if (character === "[") {
      const end = pattern.indexOf("]", i);
      if (end < 0) throw new Error(`filter pattern "${pattern}": "[" at ${i} has no "]"`);
      source += pattern.slice(i, end + 1).replaceAll("\\", "\\\\");
      i = end;
    } else if (character === "\\") source += escape(pattern[++i] ?? "");
    else source += escape(character);
  }
  return new RegExp(`^(?:${source})$`, "s");
}

function escape(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

/** Compiles a list of patterns, as `branches` or `paths` hold it, to a test of one name. */
export function matcher(patterns: readonly string[]): (name: string) => boolean {
  const rules = patterns.map((pattern) => ({ negative: pattern.startsWith("!"), regex: translate(pattern.replace(/^!/, "")) }));
  return (name) => rules.reduce((matched, rule) => (rule.regex.test(name) ? !rule.negative : matched), false);
}
