/** Resources as data, and the subjects that rules look at. */
import { unknownCheckingProxy } from "@pulumi/policy";
import type { Props, Subject } from "../kit/rule";

/** A subject whose properties are plain: what is written to files and sent between processes. */
export type Resource = Subject;

/** The resource as the engine would show it to a policy: reading an unknown value throws. */
export function subjectOf(resource: Resource): Subject {
  return { ...resource, props: unknownCheckingProxy(resource.props) as Props };
}
