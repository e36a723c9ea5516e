/** The files by which people and tools know their way in a repository: what they name is there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { COMMANDS } from "../../cli/commands";
import { committedStacks, readCommittedStack } from "../../cli/stack";
import { actions } from "../../workflows/actions";
import { NODE_VERSION } from "../../workflows/infrastructure";
import { ownActions } from "../../workflows/infrastructure/actions";

const PROJECT = join(__dirname, "..", "..");
const text = (path: string): string => readFileSync(join(PROJECT, path), "utf8");
const lines = (path: string): string[] => text(path).split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));

test(".nvmrc names the Node.js that workflows set up", () => {
  expect(text(".nvmrc").trim()).toBe(NODE_VERSION);
});

test("every make target that a guide for people names is a command", () => {
  const targets = new Set([...COMMANDS.map(({ name, target }) => target ?? name.replaceAll(" ", "-")), "install", "help", "clean"]);
  for (const file of ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "README.md", ".pre-commit-config.yaml"]) {
    const named = [...text(file).matchAll(/\bmake ([a-z][a-z-]*)/g)].map(([, target]) => target!);
    expect({ file, unknown: named.filter((target) => !targets.has(target) && !["it", "sure"].includes(target)) }).toEqual({ file, unknown: [] });
  }
});

test("every link and file that a guide names is there", () => {
  for (const file of ["CONTRIBUTING.md", "SECURITY.md", "README.md"]) {
    const linked = [...text(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, path]) => path!);
    const named = [...text(file).matchAll(/`((?:[\w-]+\/)+[\w.-]+)`/g)].map(([, path]) => path!).filter((path) => !/^(?:node_modules|\.sandbox)\/|STACK/.test(path));
    expect({ file, missing: [...linked, ...named].filter((path) => !existsSync(join(PROJECT, path))) }).toEqual({ file, missing: [] });
  }
});

test.each([".github/CODEOWNERS", ".gitattributes"])("%s names files that are there", (file) => {
  const paths = lines(file).map((line) => line.split(/\s+/)[0]!.replace(/^\//, "")).filter((path) => path !== "*");
  expect(paths.length).toBeGreaterThan(0);
  // Up to the first wildcard: a folder, or the file itself.
  const fixed = paths.map((path) => (/[*]/.test(path) ? path.slice(0, path.search(/[*]/)).replace(/[^/]*$/, "") : path));
  expect(fixed.filter((path) => !existsSync(join(PROJECT, path)))).toEqual([]);
});

test("Renovate finds every action that is pinned, with its commit and version", () => {
  const { customManagers } = JSON.parse(text("renovate.json")) as { customManagers: { managerFilePatterns: string[]; matchStrings: string[] }[] };
  const [{ managerFilePatterns: files, matchStrings } = { managerFilePatterns: [], matchStrings: [] }] = customManagers;
  const found = files.flatMap((file) => matchStrings.flatMap((form) => [...text(file).matchAll(new RegExp(form, "g"))].map(({ groups }) => groups!)));
  const pins = Object.values({ ...actions, ...ownActions });
  expect(found.map(({ currentDigest, currentValue }) => [currentDigest, currentValue])).toEqual(pins.map(({ commit, version }) => [commit, version]));
  // An action in a folder of a repository is pinned by the repository's tags.
  expect(found.map(({ packageName }) => packageName)).toEqual(pins.map(({ repository }) => repository.split("/").slice(0, 2).join("/")));
});

test("the licence is the one that package.json names", () => {
  expect(JSON.parse(text("package.json"))).toMatchObject({ license: "Apache-2.0" });
  expect(text("LICENSE")).toContain("Apache License");
});

test("Renovate finds the versions of the tools that workflows set up", () => {
  const { customManagers } = JSON.parse(text("renovate.json")) as { customManagers: { managerFilePatterns: string[]; matchStrings: string[] }[] };
  const { managerFilePatterns: files, matchStrings } = customManagers[1]!;
  const found = files.flatMap((file) => matchStrings.flatMap((form) => [...text(file).matchAll(new RegExp(form, "g"))].map(({ groups }) => groups!)));
  expect(found.map(({ depName, currentValue }) => [depName, /^\d+\.\d+\.\d+$/.test(currentValue!)])).toEqual([["pulumi/pulumi", true], ["Azure/kubelogin", true]]);
});

test("code owners are teams that may apply a stack, in the organisation of this project's repository", () => {
  const owners = lines(".github/CODEOWNERS").flatMap((line) => line.split(/\s+/).slice(1));
  const stacks = committedStacks().map((stack) => readCommittedStack(stack).infrastructure.github);
  const known = stacks.flatMap(({ infrastructureRepository, applyReviewers }) => applyReviewers.map((team) => `@${infrastructureRepository.owner}/${team}`));
  expect(owners.length).toBeGreaterThan(0);
  expect(owners.filter((owner) => !known.includes(owner))).toEqual([]);
});

test("every variable that a guide gives a make target is one of its options", () => {
  const variables = new Set([...text("docs/commands.md").matchAll(/`([A-Z][A-Z_]*)(?:=[^`]*)?`/g)].map(([, name]) => name!));
  for (const file of ["CONTRIBUTING.md", "README.md"]) {
    const given = [...text(file).matchAll(/\bmake [a-z][a-z-]*((?: [A-Z_]+=\S+)+)/g)].flatMap(([, all]) => [...all!.matchAll(/([A-Z_]+)=/g)].map(([, name]) => name!));
    expect({ file, unknown: given.filter((name) => !variables.has(name)) }).toEqual({ file, unknown: [] });
  }
});
