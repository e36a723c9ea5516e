/**
 * `npm ci` refuses a lock file in which an optional dependency is missing. A registry that serves one platform only leaves such gaps when
 * it writes the file, and the machine that wrote it does not notice.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface LockedPackage {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const { packages } = JSON.parse(readFileSync(join(__dirname, "..", "package-lock.json"), "utf8")) as { packages: Record<string, LockedPackage> };

/** Where Node looks for a dependency of the package at `path`: beside it, then in each folder above. */
function places(path: string, name: string): readonly string[] {
  const above = path.includes("/node_modules/") ? places(path.slice(0, path.lastIndexOf("/node_modules/")), name) : path === "" ? [] : [`node_modules/${name}`];
  return [path === "" ? `node_modules/${name}` : `${path}/node_modules/${name}`, ...above];
}

test("every optional dependency has its entry in the lock file", () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !places(path, name).some((place) => place in packages)).map((name) => `${path}: ${name}`),
  );
  expect(missing).toEqual([]);
});
