/** Whether a version such as "24.1.0" is in a range of package.json: alternatives of `^1.2.3` and `>=1.2.3`. Throws an Error for another form. */
export function admits(range: string, version: string): boolean;

/** `${XDG_CACHE_HOME:-~/.cache}/gpu-cicd`: what this user's checkouts share. */
export function cacheRoot(environment?: NodeJS.ProcessEnv): string;

/** The folder of a `node` that package.json admits, brought into the user's cache where it is missing. Throws an Error that says what to do. */
export function ensureNode(): string;

/** The folder of the `node` that ensureNode gives, which may still be missing; undefined where that is the one that runs this. */
export function expectedNode(): string | undefined;
