/** A text that cannot be read as a preview. The message says where, what was found and what is allowed. */
export class PreviewError extends Error {
  override readonly name = "PreviewError";
}
