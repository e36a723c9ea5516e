/** Paths that every tool on the way reads as they are. */

/**
 * Letters and digits of every script, and signs that mean nothing in the engine's options (a comma parts them, a quote opens one), in the URL of its
 * backend (`#`, `?`, `%`), in KUBECONFIG and PATH (`:`), in make (space, `$`, `#`) and in a shell.
 */
const PLAIN = /^[\p{L}\p{M}\p{N}/._@+=~-]+$/u;
const PLAIN_SIGN = /[\p{L}\p{M}\p{N}/._@+=~-]/u;

/**
 * Refuses a path that some tool would read as another: the engine, for one, falls back to a policy pack's default config without a word.
 * @param what whose path it is, for the error
 * @throws Error that names the path and the signs
 */
export function requirePlainPath(path: string, what: string): void {
  if (PLAIN.test(path)) return;
  const signs = [...new Set([...path].filter((sign) => !PLAIN_SIGN.test(sign)))].map((sign) => JSON.stringify(sign));
  throw new Error(`${what} is ${JSON.stringify(path)}, with ${signs.join(" and ")}: the engine, its backend and make read these signs as something else. Allowed are letters, digits and / . _ - @ + = ~`);
}
