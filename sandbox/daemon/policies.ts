/** The policy pack to which every run on a sandbox is held. */
import { writeFile } from "node:fs/promises";
import { requirePlainPath } from "./plain-path";

export interface PolicyPack {
  /** Directory of PulumiPolicy.yaml. */
  readonly directory: string;
  /**
   * Makes the pack ready to be started, and says its configuration: values by the name of the policy.
   * @param before what the stack holds now, as `pulumi stack export` writes it; undefined when there is no such stack
   */
  prepare(before: string | undefined): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * The variables by which every command of the engine that changes a stack, or shows a change, finds the pack; none without a pack.
 * @param file where the pack's configuration is written
 * @param before as in PolicyPack.prepare
 */
export async function policyEnvironment(file: string, pack: PolicyPack | undefined, before: string | undefined): Promise<Readonly<Record<string, string>>> {
  if (pack === undefined) return {};
  requirePlainPath(pack.directory, "the policy pack's directory");
  requirePlainPath(file, "the file of the policies' config");
  await writeFile(file, JSON.stringify(await pack.prepare(before), undefined, 2));
  return { PULUMI_OPTION_POLICY_PACK: listOf(pack.directory), PULUMI_OPTION_POLICY_PACK_CONFIG: listOf(file) };
}

/** The engine reads these options as lines of comma-separated values (cmd/pulumi/pulumi.go of pulumi/pulumi). */
function listOf(path: string): string {
  return `"${path.replaceAll('"', '""')}"`;
}
