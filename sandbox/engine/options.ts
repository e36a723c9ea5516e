/** Runtime options of Pulumi.yaml, and what they mean for the process that runs a program. */
import type { ProgramInfo } from "@pulumi/pulumi/proto/language_pb";

export interface RuntimeOptions {
  /** Environment of the Node process beyond that of the engine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Arguments for Node itself. */
  readonly nodeArguments: readonly string[];
  /** Leaves development dependencies out of an install. Default: false. */
  readonly production: boolean;
}

const KNOWN = { typescript: "boolean", tsconfig: "string", nodeargs: "string", packagemanager: "string", production: "boolean" } as const;

/** Throws an Error that lists every option whose type is wrong. `typescript` is true unless Pulumi.yaml says otherwise. */
export function runtimeOptions(info: ProgramInfo): RuntimeOptions {
  const options = info.getOptions()?.toJavaScript() ?? {};
  const wrong = Object.entries(KNOWN).filter(([key, type]) => options[key] !== undefined && typeof options[key] !== type);
  if (wrong.length > 0) throw new Error(wrong.map(([key, type]) => `runtime option ${key} must be a ${type}, found ${JSON.stringify(options[key])}`).join("; "));
  return {
    environment: {
      ...(options["typescript"] !== false && { PULUMI_NODEJS_TYPESCRIPT: "true" }),
      ...(typeof options["tsconfig"] === "string" && { PULUMI_NODEJS_TSCONFIG_PATH: options["tsconfig"] }),
    },
    nodeArguments: typeof options["nodeargs"] === "string" ? splitArguments(options["nodeargs"]) : [],
    production: options["production"] === true,
  };
}

/** Words as a shell splits them: at spaces, but for what stands in single or double quotes. */
export function splitArguments(text: string): readonly string[] {
  const words = text.match(/(?:[^\s"']|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map((word) => word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double: string | undefined, single: string | undefined) => double ?? single ?? ""));
}
