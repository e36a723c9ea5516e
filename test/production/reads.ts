/** Which test files stand on the users' own production: the default pipeline, the committed stacks and what is derived from them. By TypeScript's parser. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** Functions of this project that read a stack of the folder that they are given. */
const READERS = [
  ...["readStackFile", "valuesIn", "recordProgram", "requirements"],
  ...["readPolicyConfig", "policyConfigFile", "renderPolicyConfig", "stackManifest", "renderManifest", "manifestFile"],
];
/** Functions that read the committed stacks, whatever they are given. */
const COMMITTED = ["readCommittedStack", "committedStacks"];
/** Modules that hold what a user changes: the default pipeline. */
const SEED = /^pipeline\/seed(\/|\.ts$)/;
/** What a stack's own files begin with, as a part of a path. */
const OWN = /^(Pulumi\.(?!yaml$)|policy\/(config|manifests)(\/|$))/;

/** Each test file that stands on production, with every way in which it does: its own, and those of the helpers that it imports. */
export function standingOnProduction(project: string): ReadonlyMap<string, readonly string[]> {
  const files = readdirSync(join(project, "test"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith("golden"))
    .map((name) => join("test", name));
  const read = new Map(files.map((file) => [file, scan(project, file)] as const));
  const ways = (file: string, seen: Set<string>): readonly string[] => {
    const scanned = read.get(file);
    if (scanned === undefined || seen.has(file)) return [];
    seen.add(file);
    return [...scanned.ways.map((way) => `${file} ${way}`), ...scanned.helpers.flatMap((helper) => ways(helper, seen))];
  };
  return new Map(files.filter((file) => file.endsWith(".test.ts")).flatMap((file) => {
    const found = ways(file, new Set());
    return found.length === 0 ? [] : [[file, found] as const];
  }));
}

export interface Scanned {
  /** How the file itself stands on production. */
  readonly ways: readonly string[];
  /** Files of tests that it imports, from the project's root. */
  readonly helpers: readonly string[];
}

function scan(project: string, file: string): Scanned {
  return scanText(project, file, readFileSync(join(project, file), "utf8"));
}

/** What a file of that text imports and reads. */
export function scanText(project: string, file: string, text: string): Scanned {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const imported: string[] = [];
  const ways: string[] = [];
  const visit = (node: ts.Node): void => {
    const module = moduleOf(node);
    if (module?.startsWith(".") === true) imported.push(resolved(project, join(dirname(file), module)));
    const read = readBy(node, source);
    if (read !== undefined) ways.push(`reads by ${read}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  ways.push(...imported.filter((path) => SEED.test(path)).map((path) => `imports ${path}`));
  return { ways: [...new Set(ways)], helpers: [...new Set(imported.filter((path) => path.startsWith("test/")))] };
}

/** The module that a node imports, in whatever form. What is imported only for its types is nothing at run time. */
function moduleOf(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ? undefined : literal(node.moduleSpecifier);
  if (ts.isExportDeclaration(node)) return node.moduleSpecifier !== undefined && !node.isTypeOnly ? literal(node.moduleSpecifier) : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const { expression, arguments: [first] } = node;
  const imports = expression.kind === ts.SyntaxKind.ImportKeyword || /^(require|jest\.(requireActual|requireMock|mock))$/.test(expression.getText());
  return imports && first !== undefined ? literal(first) : undefined;
}

/** How a call reads what is committed for production. */
function readBy(node: ts.Node, source: ts.SourceFile): string | undefined {
  if (!ts.isCallExpression(node)) return undefined;
  const name = node.expression.getText(source).split(".").at(-1)!;
  if (COMMITTED.includes(name)) return name;
  const [first] = node.arguments;
  const ofProject = first !== undefined && isProject(first, source);
  if (ofProject && READERS.includes(name)) return `${name} of the project`;
  const path = node.arguments.slice(1).map((argument) => literal(argument) ?? "").join("/");
  return ofProject && name === "join" && OWN.test(path) ? `join to ${path}` : undefined;
}

/** `PROJECT`, or a way up from the file to it. */
function isProject(node: ts.Node, source: ts.SourceFile): boolean {
  return /^(PROJECT|project|[\w.]*layout\.project|join\(__dirname(, "\.\.")+\))$/.test(node.getText(source));
}

/** A text, and of a template the parts that are known. */
function literal(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.head.text + node.templateSpans.map((span) => `*${span.literal.text}`).join("") : undefined;
}

/** The file that an import means. */
function resolved(project: string, path: string): string {
  const found = [path, `${path}.ts`, join(path, "index.ts")].find((each) => each.endsWith(".ts") && existsSync(join(project, each)));
  return relative("", found ?? path);
}
