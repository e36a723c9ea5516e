/** A report for people: a comment in Markdown, a page in HTML. */
export { COMMENT_LIMIT, commentMarker, driftMarker, driftToMarkdown, toMarkdown, type CommentOptions } from "./comment";
export { toHtml } from "./html";
