/** Which stages of a Dockerfile a build goes through, and with which values. */
import type { ArgDeclaration, Dockerfile, Stage } from "./readings";

/** Arguments that every build has without declaring them. Source: docs.docker.com/reference/dockerfile, "Predefined ARGs" and BuildKit's own. */
export const PREDEFINED = new Set([
  ...["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"],
  ...["BUILDKIT_CACHE_MOUNT_NS", "BUILDKIT_CONTEXT_KEEP_GIT_DIR", "BUILDKIT_INLINE_CACHE", "BUILDKIT_MULTI_PLATFORM", "BUILDKIT_SANDBOX_HOSTNAME", "BUILDKIT_SYNTAX", "SOURCE_DATE_EPOCH"],
]);

/** Arguments that BuildKit gives a value by the platform. Source: the same, "Automatic platform ARGs in the global scope". */
const PLATFORM = ["TARGETPLATFORM", "TARGETOS", "TARGETARCH", "TARGETVARIANT", "BUILDPLATFORM", "BUILDOS", "BUILDARCH", "BUILDVARIANT"];

export type Values = ReadonlyMap<string, string>;

/** The stage that a target names; by default the last one. A number counts from 0. */
export function stageNamed({ stages }: Dockerfile, target: string): Stage | undefined {
  if (target === "") return stages.at(-1);
  return stages.find(({ name }) => name === target.toLowerCase()) ?? (/^\d+$/.test(target) ? stages[Number(target)] : undefined);
}

/** Values of the arguments before the first stage. */
export function globalValues({ args }: Dockerfile, given: Values, arch: string): Map<string, string> {
  const values = new Map(PLATFORM.map((name) => [name, name.endsWith("ARCH") ? arch : name.endsWith("OS") ? "linux" : name.endsWith("PLATFORM") ? `linux/${arch}` : ""]));
  return declare(values, args, given, new Map());
}

/** Values that a stage's own arguments have: given, inherited from before the first stage, or their default. */
export function stageValues(stage: Stage, globals: Values, given: Values): Map<string, string> {
  return declare(new Map(), stage.args, given, globals);
}

function declare(values: Map<string, string>, args: readonly ArgDeclaration[], given: Values, inherited: Values): Map<string, string> {
  for (const { name, fallback } of args) {
    const value = given.get(name) ?? (fallback === undefined ? inherited.get(name) : expand(fallback, values).text);
    if (value !== undefined) values.set(name, value);
  }
  return values;
}

export interface Expanded {
  readonly text: string;
  /** Variables without a value. */
  readonly missing: readonly string[];
}

/** Puts values in, with the forms of the shell that Dockerfiles know. */
export function expand(template: string, values: Values): Expanded {
  const missing: string[] = [];
  const text = template.replace(/(?<!\\)\$(?:\{([A-Za-z_]\w*)(?:(:?[-+?])([^}]*))?[^}]*\}|([A-Za-z_]\w*))/g, (_whole, braced?: string, form?: string, word?: string, plain?: string) => {
    const name = braced ?? plain ?? "";
    const value = values.get(name);
    const empty = value === undefined || (value === "" && form?.startsWith(":") === true);
    if (form?.endsWith("-")) return empty ? expand(word ?? "", values).text : value ?? "";
    if (form?.endsWith("+")) return empty ? "" : expand(word ?? "", values).text;
    if (value === undefined) missing.push(name);
    return value ?? "";
  });
  return { text, missing };
}

/** Every stage that a target needs, itself included: by `FROM`, `COPY --from` and `--mount from`. */
export function reachable(dockerfile: Dockerfile, target: Stage, globals: Values): Stage[] {
  const seen = new Set<Stage>();
  const open = [target];
  for (let stage = open.pop(); stage !== undefined; stage = open.pop()) {
    if (seen.has(stage)) continue;
    seen.add(stage);
    const earlier = dockerfile.stages.slice(0, dockerfile.stages.indexOf(stage));
    const names = [expand(stage.from, globals).text, ...stage.stages.map(({ from }) => from)];
    open.push(...names.flatMap((name) => stageAmong(earlier, name) ?? []));
  }
  return dockerfile.stages.filter((stage) => seen.has(stage));
}

/** A stage before another one, by its name or number. */
export function stageAmong(stages: readonly Stage[], name: string): Stage | undefined {
  return stages.findLast((stage) => stage.name === name.toLowerCase()) ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
}

/**
 * A reference to an image, as the distribution project defines it. Source: github.com/distribution/reference, reference.go.
 */
const COMPONENT = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
const HOST = "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?";
const REFERENCE = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::\\w[\\w.-]{0,127})?(?:@[A-Za-z][A-Za-z0-9]*:[0-9a-fA-F]{32,})?$`);

/** Whether a text is a reference of an image, such as `ubuntu:24.04`. */
export function isImageReference(text: string): boolean {
  return REFERENCE.test(text);
}
