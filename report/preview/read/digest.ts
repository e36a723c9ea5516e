/**
 * Reads the digest that `pulumi preview --json` prints by default. It says less than the events do: nothing of policies, of the order in which a
 * replacement goes, or of resources that stay as they are.
 */
import { Blinder } from "./blind";
import { previewDigest } from "./engine";
import { PreviewError } from "./error";
import { plainText } from "./messages";
import type { Message, Preview } from "./preview";
import { cleanSteps, stepsOf } from "./steps";

/** Pulumi writes the severity before the text. */
const PREFIX = /^(error|warning|info|debug): /;

/** @throws PreviewError for an object that is no digest */
export function readDigest(json: unknown): Preview {
  const parsed = previewDigest.safeParse(json);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new PreviewError(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no digest"}; allowed is what pulumi preview --json prints`);
  }
  const { steps, diagnostics } = parsed.data;
  const blinder = new Blinder();
  const planned = stepsOf(
    (steps ?? []).map(({ op, urn, oldState, newState, detailedDiff, diffReasons, replaceReasons }) => ({ op, urn, old: oldState, new: newState, differs: detailedDiff, differing: diffReasons, replacedFor: replaceReasons })),
    blinder,
  );
  const messages = (diagnostics ?? []).flatMap(({ severity, message = "", urn }) => messageOf(severity, blinder.clean(plainText(message)), urn));
  const failed = messages.some(({ severity }) => severity === "error");
  // A digest of a refresh marks what is as it was; a digest of a plan never does.
  const refreshed = (steps ?? []).some(({ op }) => op === "refresh");
  const cleaned = cleanSteps(planned, blinder);
  return { source: "digest", ...(refreshed ? { steps: [], found: cleaned } : { steps: cleaned }), messages, policyPacks: {}, result: failed ? "failed" : "succeeded", programEnded: !failed };
}

function messageOf(severity: string | undefined, text: string, urn: string | undefined): Message[] {
  if (severity !== "error" && severity !== "warning" && severity !== "info") return [];
  return [{ severity, text: text.replace(PREFIX, ""), ...(urn ? { urn } : {}) }];
}
