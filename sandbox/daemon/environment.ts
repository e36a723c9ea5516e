/** The environment that points plain clients at a sandbox. */
import { writeFile } from "node:fs/promises";
import type { Layout } from "./layout";
import { stackConfigFile } from "./layout";

/** Variables of the caller's own Pulumi that would win over the sandbox's, or hold its runs to another pack. */
const OTHER_PULUMI: ReadonlySet<string> = new Set([
  "PULUMI_CONFIG_PASSPHRASE",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_STACK",
  "PULUMI_OPTION_STACK",
  "PULUMI_OPTION_POLICY_PACK",
  "PULUMI_OPTION_POLICY_PACK_CONFIG",
]);

export interface Attachment {
  /** Port of the provider server by package, for the packages whose provider is the sandbox's own. */
  readonly providers: Readonly<Record<string, number>>;
  /** Version of the plugin by package, for the packages whose provider is the real one. */
  readonly plugins: Readonly<Record<string, string>>;
  /** Name and version of each chart that Helm itself installs; models stand in for the others. */
  readonly charts: readonly string[];
  /** What the clouds add: endpoints, credentials that mean nothing elsewhere, KUBECONFIG. */
  readonly clouds: Readonly<Record<string, string>>;
}

/** Variables for the engine and for clients of the clouds; `stack` decides which configuration plain `pulumi` reads. */
export function environmentOf(layout: Layout, attachment: Attachment, stack: string): Readonly<Record<string, string>> {
  return {
    ...attachment.clouds,
    PULUMI_HOME: layout.pulumiHome,
    // Without files of metadata a checkpoint is written by one rename. With them, an engine killed between the two leaves a stack that cannot be read.
    PULUMI_BACKEND_URL: `file://${layout.state}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE_FILE: layout.passphrase,
    PULUMI_DEBUG_PROVIDERS: Object.entries(attachment.providers).map(([name, port]) => `${name}:${port}`).join(","),
    PULUMI_OPTION_CONFIG_FILE: stackConfigFile(layout, stack),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    SANDBOX_DIR: layout.directory,
    NO_PROXY: withLoopback(process.env["NO_PROXY"]),
    no_proxy: withLoopback(process.env["no_proxy"]),
  };
}

/** Writes the file for `. .sandbox/env`, mode 0600. */
export async function writeEnvironment(layout: Layout, environment: Readonly<Record<string, string>>): Promise<void> {
  const lines = Object.entries(environment).map(([name, value]) => `export ${name}=${shellQuoted(value)}`);
  const text = ["# Points pulumi, kubectl, aws and curl at this sandbox: . .sandbox/env", `unset ${[...OTHER_PULUMI].join(" ")}`, ...lines, `export PATH=${shellQuoted(layout.bin)}:"$PATH"`, ""];
  await writeFile(layout.env, text.join("\n"), { mode: 0o600 });
}

/** The environment of a process that works on the sandbox: the caller's, with what the sandbox sets. */
export function processEnvironment(layout: Layout, environment: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OTHER_PULUMI.has(name)));
  return { ...own, ...environment, PATH: `${layout.bin}:${process.env["PATH"] ?? ""}` };
}

/** A proxy of the user's is not for the sandbox. */
function withLoopback(list: string | undefined): string {
  return [...new Set([...(list ? list.split(",") : []), "127.0.0.1", "localhost"])].join(",");
}

/** A text as one word of a shell. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
