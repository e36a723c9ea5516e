/**
 * The manifest of a stack: what its program makes of its committed config, for the policy pack to hold resources to. `make generate`
 * writes it to
 * policy/manifests/STACK.json.
 */
import type { Manifest } from "../policy/intent/manifest";
import { canonical, sha256 } from "../policy/intent/open";
import { manifestFrom } from "../policy/intent/write";
import { recordProgram } from "../policy/resources/program";
import { NAMESPACE, readStackFile } from "./file";

/** What the clouds answer differs between two runs of the program, so that what is made from an answer shows. */
const SALTS = ["a", "b"] as const;

/** Secrets have made-up values while the program is recorded (policy/resources/run-program.ts). */
const isSecret = (text: string): boolean => text.startsWith("secret of ");

/**
 * Runs the stack's program twice and writes down what it registers.
 * @param folder where the stack's config is read, if not in the project's
 * @throws Error with what the program printed
 */
export async function stackManifest(project: string, stack: string, folder = project): Promise<Manifest> {
  const { infrastructure } = readStackFile(folder, stack);
  const of = { project: NAMESPACE, stack, config: configDigest(folder, stack), subscription: infrastructure.azure.subscriptionId };
  const [first, second] = await Promise.all(
    SALTS.map(async (salt) => ({ salt, resources: await recordProgram(project, stack, `intent-${salt}`, folder) })),
  );
  return manifestFrom(of, first!, second!, isSecret);
}

/** Digest of what a stack's config says: of two configs that say the same it is the same. */
export function configDigest(folder: string, stack: string): string {
  const { pipeline, infrastructure } = readStackFile(folder, stack);
  return sha256(canonical({ pipeline, infrastructure }));
}

/** The text of the committed file. */
export async function renderManifest(project: string, stack: string): Promise<string> {
  return `${JSON.stringify(await stackManifest(project, stack), undefined, 1)}\n`;
}
