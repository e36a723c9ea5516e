/** Reads a preview, whichever way it was written. */
import { readDigest } from "./digest";
import { PreviewError } from "./error";
import { readEvents } from "./events";
import type { Preview } from "./preview";

export { PreviewError } from "./error";
export type { EngineOperation, Fields, Message, Preview, ResourceState, Step, Verdicts, Violation } from "./preview";

/**
 * The text of `pulumi preview --json`: a digest, or with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true engine events, one a line.
 * @throws PreviewError for anything else
 */
export function readPreview(text: string): Preview {
  if (text.trim() === "") throw new PreviewError("found nothing; allowed is what pulumi preview --json prints");
  const digest = wholeObject(text);
  return digest === undefined ? readEvents(text) : readDigest(digest);
}

/** The one object that the text is; undefined for a line of several, and for a single event. */
function wholeObject(text: string): object | undefined {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === "object" && json !== null && !("sequence" in json) ? json : undefined;
  } catch {
    return undefined;
  }
}
