/** What a change of the infrastructure means. */
export { buildReport, stacksOf, type ReadConfig, type ReportInput } from "./build";
export { DANGER_KINDS, type DangerKind } from "./dangers";
export type { PolicyFacts } from "./policies";
export { PreviewError, readPreview, type Preview } from "./read";
export { plainText } from "./read/messages";
export { plainSentence } from "./statement";
export type { ConfigSide, TrustedIdentity } from "./system";
export { REPORT_FORMAT, type Danger, type Report } from "./model";
