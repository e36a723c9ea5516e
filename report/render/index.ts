/** A report for people: a comment in Markdown, a page in HTML. */
export { COMMENT_LIMIT, commentMarker, driftMarker, driftToMarkdown, toMarkdown, type CommentOptions } from "./comment";
export { counted, paragraph, sentence, strong, text, value, type Block, type Line, type Page, type Section } from "./document";
export { pageHtml, toHtml } from "./html";
export { pageMarkdown } from "./markdown";
