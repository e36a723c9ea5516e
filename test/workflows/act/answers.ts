/** GitHub, the clouds and Slack, as far as the delivered programs ask them. Commits and files are the repository's own. */
import { git, type Answer, type Asked } from "../program-host";
import type { Target } from "./target";

/** One more than GitHub lists of a pull request, so that git has to be asked. */
const UNLISTED = 3001;

/**
 * Answers for a change on main.
 * @param listed whether GitHub lists the changed files
 */
export function answers(target: Target, head: string, listed: boolean): (asked: Asked) => Answer {
  const files = (base: string): object[] => target.changed(base, head).map(({ path, status }) => ({ filename: path, status }));
  return ({ url }) => {
    const path = url.replace(/^\/repos\/[^/]+\/[^/]+/, "").replace(/\?.*/, "");
    const [, base] = /^\/compare\/(.+)\.\.\./.exec(path) ?? [];
    if (base !== undefined) {
      const mergeBase = git(target.directory, "merge-base", base, head);
      return { json: { merge_base_commit: { sha: mergeBase }, ...(listed ? { files: files(base) } : {}) } };
    }
    if (/^\/pulls\/\d+$/.test(path)) {
      return { json: { changed_files: listed ? files("main").length : UNLISTED, head: { sha: head }, base: { ref: "main" } } };
    }
    if (/^\/pulls\/\d+\/files$/.test(path)) return { json: files("main") };
    if (path === "/oidc") return { json: { value: "token-of-github" } };
    if (path.endsWith("/oauth2/v2.0/token")) return { json: { access_token: "token-of-entra", expires_in: 3600 } };
    if (path === "/oauth2/exchange") return { json: { refresh_token: "token-of-the-registry" } };
    return path === "/slack" ? {} : { status: 404 };
  };
}
