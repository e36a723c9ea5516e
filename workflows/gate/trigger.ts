/**
 * Which workflows an event starts.
 *
 * Branch, path and type filters follow docs.github.com, "Events that trigger workflows" and "Workflow syntax". A workflow that a filter
 * leaves out reports nothing at all: a required check of it stays pending for ever.
 */
import { shortName, type GateEvent, type OtherEvent } from "./event";
import { matcher } from "./glob";
import type { EventFilter, GateWorkflow } from "./read";

/** Activity types with which an event starts a workflow that names none. */
const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
};

/** Commit message marks that keep push and pull_request workflows from starting (docs.github.com, "Skipping workflow runs"). */
const skipMarks = ["[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "[actions skip]"];

/** The trailer that does the same: at the message's end, behind two empty lines or as one of the trailers there (as above). */
const SKIP_TRAILER = /\n\nskip-checks: ?true\s*$/i;

/** True when the event starts the workflow. */
export function triggers(workflow: GateWorkflow, event: GateEvent): boolean {
  const filter = workflow.events[event.name];
  if (filter === undefined || skipped(event)) return false;
  if (!matchesType(filter, event)) return false;
  switch (event.name) {
    case "push":
      return matchesPush(filter, event.ref) && matchesPaths(filter, event.files);
    case "pull_request":
    case "pull_request_target":
      return matchesNames(filter, "branches", event.base) && matchesPaths(filter, event.files);
    case "merge_group":
      return matchesNames(filter, "branches", event.base);
    case "schedule":
      return (filter["cron"] ?? []).includes(event.cron);
    case "workflow_run":
      return (filter["workflows"] ?? []).includes(runOf(event).name) && matchesNames(filter, "branches", runOf(event).head_branch);
    case "workflow_dispatch":
    case "issue_comment":
    case "delete":
    case "create":
      return true;
  }
}

function skipped(event: GateEvent): boolean {
  if (event.name !== "push" && event.name !== "pull_request") return false;
  const { commitMessage = "" } = event;
  return skipMarks.some((mark) => commitMessage.includes(mark)) || SKIP_TRAILER.test(commitMessage);
}

/** The run that a `workflow_run` event is about. It starts by the name of that run's workflow, and branches are those of that run. */
function runOf(event: OtherEvent): { readonly name: string; readonly head_branch: string } {
  const run = event.payload["workflow_run"] as { readonly name?: string; readonly head_branch?: string } | undefined;
  return { name: run?.name ?? "", head_branch: run?.head_branch ?? "" };
}

function matchesType(filter: EventFilter, event: GateEvent): boolean {
  if (!("action" in event) || event.action === undefined) return true;
  const types = filter["types"] ?? defaultTypes[event.name];
  return types === undefined || types.includes(event.action);
}

/** A push that is filtered only by branches starts nothing for a tag, and the other way round. */
function matchesPush(filter: EventFilter, ref: string): boolean {
  const branch = shortName(ref, "heads");
  const byBranch = "branches" in filter || "branches-ignore" in filter;
  const byTag = "tags" in filter || "tags-ignore" in filter;
  if (branch !== undefined) return byBranch ? matchesNames(filter, "branches", branch) : !byTag;
  return byTag ? matchesNames(filter, "tags", shortName(ref, "tags") ?? ref) : !byBranch;
}

function matchesNames(filter: EventFilter, kind: "branches" | "tags", name: string): boolean {
  const wanted = filter[kind];
  const ignored = filter[`${kind}-ignore`];
  return (wanted === undefined || matcher(wanted)(name)) && (ignored === undefined || !matcher(ignored)(name));
}

/** `paths` needs one file that matches; `paths-ignore` one that does not. */
function matchesPaths(filter: EventFilter, files: readonly string[]): boolean {
  const wanted = filter["paths"];
  const ignored = filter["paths-ignore"];
  return (wanted === undefined || files.some(matcher(wanted))) && (ignored === undefined || !files.every(matcher(ignored)));
}
