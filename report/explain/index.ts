/** What CI does for a change, before anybody pushes it. */
export { explain } from "./explain";
export type { EventExplanation, ExplainedCheck, ExplainedDeployment, ExplainedImage, ExplainedJob, ExplainedSkip, ExplainedTest, Explanation } from "./model";
export { explanationJson, type ExplanationJson } from "./json";
export { explanationText } from "./text";
