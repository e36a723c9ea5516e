/** Reads a preview, whichever way it was written. */
import { readDigest } from "./digest";
import { readEvents } from "./events";
import { formOf } from "./forms";
import { withoutInertRules } from "./inert";
import { withoutEchoes } from "./messages";
import { withoutPoolNoise } from "./pools";
import type { Preview, Step } from "./preview";

export { PreviewError } from "./error";
export type { EngineOperation, Fields, Message, Preview, ResourceState, Step, Verdicts, Violation } from "./preview";

/**
 * The text of `pulumi preview --json`: a digest, or with PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true engine events, one a line, as Pulumi Cloud hands them out in a list too.
 * @throws PreviewError for anything else: it says what was found
 */
export function readPreview(text: string): Preview {
  const form = formOf(text.replace(/^\uFEFF/, ""));
  const preview = form.kind === "digest" ? readDigest(form.digest) : readEvents(form.events, form.interrupted);
  return {
    ...preview,
    steps: withoutNoise(preview.steps),
    ...(preview.found === undefined ? {} : { found: withoutNoise(preview.found) }),
    messages: withoutEchoes(preview.messages),
  };
}

/** The steps without what is nobody's change. */
function withoutNoise(steps: readonly Step[]): readonly Step[] {
  return withoutInertRules(withoutPoolNoise(steps));
}
