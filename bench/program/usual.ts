/**
 * The program as it is usually written, made from the real one so that it cannot drift from it: SDKs are imported by their roots
 * (`import * as aws from "@pulumi/aws"`), and Pulumi.yaml says `main: index.ts`, `runtime: nodejs` and no more, for which Pulumi runs ts-node with its type check.
 */
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";
import { parse, stringify } from "yaml";

/** Path of a module inside the SDK of a provider. */
const DEEP = /^(@pulumi\/(aws|azure-native|github|kubernetes))\/(.+)$/;

/** Writes the usual variant of a project's program into a folder, which may be there already. `node_modules` is the project's own. */
export function writeUsualProgram(project: string, folder: string): void {
  const sources = programSources(join(project, "index.ts"));
  copyData(project, folder, sources);
  for (const source of sources) write(join(folder, relative(project, source)), withRootImports(source, readFileSync(source, "utf8")));
  write(join(folder, "Pulumi.yaml"), usualSettings(readFileSync(join(project, "Pulumi.yaml"), "utf8")));
  write(join(folder, "tsconfig.json"), JSON.stringify(programOptions(project)));
  cpSync(join(project, "package.json"), join(folder, "package.json"));
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
}

/** A file and everything of the project that it imports, also only for types. */
export function programSources(entry: string): readonly string[] {
  const open = [entry];
  const seen = new Set<string>();
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    open.push(...importsOf(file).filter((specifier) => specifier.startsWith(".")).map((specifier) => resolve(specifier, file)).filter((target) => target.endsWith(".ts")));
  }
  return [...seen].sort();
}

function importsOf(file: string): string[] {
  return ts.preProcessFile(readFileSync(file, "utf8")).importedFiles.map(({ fileName }) => fileName);
}

function resolve(specifier: string, from: string): string {
  const resolved = ts.resolveModuleName(specifier, from, { module: ts.ModuleKind.Node20, resolveJsonModule: true }, ts.sys).resolvedModule;
  if (resolved === undefined) throw new Error(`${from}: ${specifier} is not there`);
  return resolved.resolvedFileName;
}

/** What the program reads beside its modules lies in the folders of these. */
function copyData(project: string, folder: string, sources: readonly string[]): void {
  const folders = new Set(sources.map((source) => relative(project, source).split(sep)).flatMap(([top, ...below]) => (top === undefined || below.length === 0 ? [] : [top])));
  for (const top of folders) cpSync(join(project, top), join(folder, top), { recursive: true, filter: (path) => !path.endsWith(".ts") });
}

function usualSettings(settings: string): string {
  return stringify({ ...(parse(settings) as object), main: "index.ts", runtime: "nodejs" });
}

/**
 * The project's compiler options; no types of tests, which the program does not need. ts-node always emits, for which TypeScript refuses imports that end
 * in .ts (TS5096); the program has none.
 */
function programOptions(project: string): object {
  const { config, error } = ts.readConfigFile(join(project, "tsconfig.json"), (path) => readFileSync(path, "utf8")) as { config?: { compilerOptions: object }; error?: ts.Diagnostic };
  if (config === undefined || error !== undefined) throw new Error(`tsconfig.json: ${ts.flattenDiagnosticMessageText(error?.messageText, "\n")}`);
  return { compilerOptions: { ...config.compilerOptions, noEmit: false, allowImportingTsExtensions: false, types: ["node"] }, files: ["index.ts"] };
}

/**
 * A module in which the SDKs of providers are imported by their roots. Names in it stay as they are: each becomes an alias of what the root
 * holds, `import Role = kubernetesSdk.rbac.v1.Role`, which is a value and a type as the import was.
 * @throws Error for a deep import of a form that this does not know
 */
export function withRootImports(file: string, text: string): string {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const deep = source.statements.filter(ts.isImportDeclaration).flatMap((statement) => deepImport(statement, file));
  const roots = [...new Set(deep.map(({ root }) => root))].map((root) => `import * as ${sdkName(root)} from "${root}";`);
  // From the last to the first, so that positions stay true.
  const rewritten = [...deep].reverse().reduce((result, { statement, aliases }) => replaced(result, statement, aliases.join(" ")), text);
  const whole = [...roots, rewritten].join("\n");
  const left = ts.preProcessFile(whole).importedFiles.find(({ fileName }) => DEEP.test(fileName));
  if (left !== undefined) throw new Error(`${file}: the import of ${left.fileName} is of a form that cannot be rewritten`);
  return whole;
}

interface DeepImport {
  readonly statement: ts.ImportDeclaration;
  readonly root: string;
  readonly aliases: readonly string[];
}

function deepImport(statement: ts.ImportDeclaration, file: string): DeepImport[] {
  const specifier = ts.isStringLiteral(statement.moduleSpecifier) ? statement.moduleSpecifier.text : "";
  const [, root, , path] = DEEP.exec(specifier) ?? [];
  const bindings = statement.importClause?.name === undefined ? statement.importClause?.namedBindings : undefined;
  if (root === undefined || path === undefined || bindings === undefined) return [];
  const place = [sdkName(root), ...namespacesOf(specifier, path, file)].join(".");
  const aliases = ts.isNamespaceImport(bindings)
    ? [`import ${bindings.name.text} = ${place};`]
    : bindings.elements.map(({ name, propertyName }) => `import ${name.text} = ${place}.${(propertyName ?? name).text};`);
  return [{ statement, root, aliases }];
}

/** Folders are namespaces of the root; what a file exports, its folder does too. */
function namespacesOf(specifier: string, path: string, file: string): string[] {
  const segments = path.split("/");
  return /\/index\.d\.ts$/.test(resolve(specifier, file)) ? segments : segments.slice(0, -1);
}

/** Such as `azureNativeSdk`. */
function sdkName(root: string): string {
  return `${root.replace("@pulumi/", "").replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}Sdk`;
}

function replaced(text: string, statement: ts.Node, by: string): string {
  return text.slice(0, statement.getStart()) + by + text.slice(statement.getEnd());
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
