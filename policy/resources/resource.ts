/** Resources as data, and the subjects that rules look at. */
import type { Subject } from "../kit/rule";

export { unknownsThrow as subjectOf } from "../kit/unknowns";

/** A subject whose properties are plain: what is written to files and sent between processes. */
export type Resource = Subject;
