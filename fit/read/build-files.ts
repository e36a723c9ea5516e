/** Reads Makefiles and Cargo workspaces. */
import { posix } from "node:path";
import picomatch from "picomatch";
import { parse as parseToml } from "smol-toml";
import type { CargoReading, Read } from "../readings";
import type { Tree } from "./tree";

/** Names under which make looks for its file, in its order. Source: GNU make's manual, "What Name to Give Your Makefile". */
const MAKEFILES = ["GNUmakefile", "makefile", "Makefile"] as const;

/** Targets that a folder's Makefile and the files that it includes by name have. Targets that make computes are not among them. */
export function readMakefile(tree: Tree, folder: string): Read<readonly string[]> {
  const path = MAKEFILES.map((name) => inside(folder, name)).find((each) => tree.has(each));
  if (path === undefined) return { ok: false, fault: { kind: "missing", message: `there is none of ${MAKEFILES.join(", ")}` } };
  return targetsOf(tree, folder, path, new Set());
}

function targetsOf(tree: Tree, folder: string, path: string, seen: Set<string>): Read<readonly string[]> {
  seen.add(path);
  const text = tree.text(path);
  if (!text.ok) return text;
  const lines = text.value.replace(/\\\n/g, " ").split("\n");
  const own = lines.flatMap((line) => (/^([^\s#:=$][^:=#$]*?)\s*::?(?![=:])/.exec(line)?.[1] ?? "").split(/\s+/)).filter((name) => name !== "" && name !== ".PHONY");
  const included = lines.flatMap((line) => /^-?s?include\s+([^\s$]+)/.exec(line)?.[1] ?? []).map((name) => inside(folder, name));
  const others = included.filter((each) => tree.has(each) && !seen.has(each)).flatMap((each) => {
    const read = targetsOf(tree, folder, each, seen);
    return read.ok ? read.value : [];
  });
  return { ok: true, value: [...new Set([...own, ...others])] };
}

interface CargoToml {
  readonly package?: object;
  readonly workspace?: { readonly members?: readonly string[]; readonly exclude?: readonly string[] };
  readonly features?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, unknown>>;
}

/** Features of a package or a workspace. Optional dependencies are features too (doc.rust-lang.org/cargo/reference/features.html). */
export function readCargo(tree: Tree, folder: string): Read<CargoReading> {
  const own = cargoToml(tree, inside(folder, "Cargo.toml"));
  if (!own.ok) return own;
  const members = (own.value.workspace?.members ?? []).map((member) => inside(folder, member.replace(/\/+$/, "")));
  const manifests = tree.files.filter((path) => posix.basename(path) === "Cargo.toml");
  const matched = members.map((member) => ({ member, found: manifests.filter((path) => picomatch.isMatch(posix.dirname(path), member)) }));
  tree.load(matched.flatMap(({ found }) => found));
  const packages = [own.value, ...matched.flatMap(({ found }) => found).flatMap((path) => valueOf(cargoToml(tree, path)))];
  return { ok: true, value: { features: [...new Set(packages.flatMap(featuresOf))], missing: matched.filter(({ found }) => found.length === 0).map(({ member }) => member) } };
}

function valueOf<Value>(read: Read<Value>): Value[] {
  return read.ok ? [read.value] : [];
}

function featuresOf({ features = {}, dependencies = {} }: CargoToml): string[] {
  const optional = Object.entries(dependencies).flatMap(([name, value]) => (typeof value === "object" && value !== null && "optional" in value ? [name] : []));
  return ["default", ...Object.keys(features), ...optional];
}

function cargoToml(tree: Tree, path: string): Read<CargoToml> {
  const text = tree.text(path);
  if (!text.ok) return text;
  try {
    return { ok: true, value: parseToml(text.value) as CargoToml };
  } catch (error) {
    return { ok: false, fault: { kind: "unparsable", message: (error as Error).message.split("\n")[0]!, line: (error as { line?: number }).line } };
  }
}

function inside(folder: string, name: string): string {
  return posix.normalize(posix.join(folder, name));
}
