/**
 * Reads the digest that `pulumi preview --json` prints by default. It says less than the events do: nothing of policies, of the order in which a
 * replacement goes, or of resources that stay as they are.
 */
import { Blinder } from "./blind";
import { previewDigest, type PreviewDigest } from "./engine";
import { isDestruction } from "./events";
import { refusedIn } from "./forms";
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
    throw refusedIn("a digest", `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "no digest"}`);
  }
  const { steps, diagnostics, changeSummary } = parsed.data;
  checkCounts(steps ?? [], changeSummary ?? undefined, diagnostics ?? []);
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
  // The engine counts its changes last.
  const ended = changeSummary !== undefined && changeSummary !== null;
  const destruction = ended && isDestruction(steps?.map((step) => ({ ...step, differs: undefined, differing: undefined, replacedFor: undefined })) ?? []);
  return { source: "digest", ...(refreshed ? { steps: [], found: cleaned } : { steps: cleaned }), messages, policyPacks: {}, result: failed ? "failed" : ended ? "succeeded" : "unfinished", programEnded: destruction || (ended && !failed) };
}

/** Operations that the engine counts where nothing changes. */
const UNCHANGED: ReadonlySet<string> = new Set(["same", "refresh", "read"]);

/** @throws PreviewError where the digest names no resource, or fewer changes than it counts: a part of it is missing */
function checkCounts(steps: NonNullable<PreviewDigest["steps"]>, counts: Readonly<Record<string, number>> | undefined, diagnostics: readonly object[]): void {
  if (steps.length === 0 && diagnostics.length === 0) throw refusedIn("a digest", "found no resource in it, not even the stack");
  const missing = Object.entries(counts ?? {}).find(([op, count]) => !UNCHANGED.has(op) && count > 0 && !steps.some((step) => step.op === op));
  if (missing !== undefined && steps.every(({ op }) => UNCHANGED.has(op)) && diagnostics.length === 0)
    throw refusedIn("a digest", `found ${missing[1]} to ${missing[0]} in its counts, and none among its steps`);
}

function messageOf(severity: string | undefined, text: string, urn: string | undefined): Message[] {
  if (severity !== "error" && severity !== "warning" && severity !== "info") return [];
  return [{ severity, text: text.replace(PREFIX, ""), ...(urn ? { urn } : {}) }];
}
