/** Which tests suites select, by their marker expressions: each expression can be read, and no test runs twice. */
import { compileMarkers, MarkerExpressionError, selectedByAll, type MarkerExpression } from "../markers";
import type { Arch, Finding, Mode, Pipeline, TestSuite } from "../model";
import { suite as suiteSchema } from "../schema/tests";
import { markersOf } from "../tests";
import { withFrameworkMarkers } from "../frameworks";
import type { Check, PipelineInput } from "./check";
import { each, listed, shown, unless } from "./check";

const MODES: readonly Mode[] = ["pull-request", "post-merge", "nightly"];

export const markersReadable: Check<PipelineInput> = {
  name: "marker-expression",
  holds: "Every marker expression is one that pytest reads.",
  find: ({ pipeline }) => [
    ...each(pipeline.suites, "pipeline.suites", ({ markers }, at) => expressionFindings(markers, at, (text) => markersOf(text, "framework"))),
    ...each(pipeline.core.pytest, "pipeline.core.pytest", ({ markers }, at) => expressionFindings(markers, at, (text) => withFrameworkMarkers(pipeline, text))),
  ],
};

/** Without this a test of both suites would run twice, and hold GPUs twice. */
export const suitesApart: Check<PipelineInput> = {
  name: "suite-overlap",
  holds: "No test is selected by two suites that run in one mode on one architecture; a test has one kind and one number of GPUs.",
  find: ({ pipeline }) => pipeline.suites.flatMap((later, index) => pipeline.suites.slice(0, index).flatMap((earlier) => MODES.flatMap((mode) => overlap(pipeline, mode, earlier, later, index)))),
};

/** The core container has no framework in it. A list of them that somebody wrote out goes stale with the next framework, and its tests fail there, or prove nothing. */
export const coreWithoutFrameworks: Check<PipelineInput> = {
  name: "core-framework-tests",
  holds: "The core container runs no tests of a framework, unless its expression names that framework.",
  find: ({ pipeline }) =>
    each(pipeline.core.pytest, "pipeline.core.pytest", ({ markers }, at) =>
      (Object.entries(markers) as [Mode, string][]).flatMap(([mode, text]) => {
        const expression = readable(withFrameworkMarkers(pipeline, text));
        const own = pipeline.frameworks.map(({ id }) => id).filter((id) => expression !== undefined && !expression.names.includes(id) && selectedByAll([expression, compileMarkers(id)]) !== undefined);
        return unless(own.length === 0, `${at}.markers.${mode}`, `${shown(text)}, which selects tests of ${listed(own)}`, "tests of no framework: `and not ({frameworks})`, which stands for all of them");
      }),
    ),
};

function expressionFindings(markers: Readonly<Partial<Record<Mode, string>>>, at: string, complete: (text: string) => string): Finding[] {
  return (Object.entries(markers) as [Mode, string][]).flatMap(([mode, text]) => {
    const fault = faultOf(complete(text));
    return unless(fault === undefined, `${at}.markers.${mode}`, `${shown(text)}: ${fault}`, "markers with and, or, not and parentheses, as pytest reads them");
  });
}

function faultOf(text: string): string | undefined {
  try {
    compileMarkers(text);
    return undefined;
  } catch (error) {
    if (error instanceof MarkerExpressionError) return error.message;
    throw error;
  }
}

/** At most one finding for two suites in a mode, with markers of a test that both would run. */
function overlap(pipeline: Pipeline, mode: Mode, earlier: TestSuite, later: TestSuite, index: number): Finding[] {
  if (areShards(earlier, later) || !runsIn(earlier, mode) || !runsIn(later, mode) || !architecturesOf(later).some((arch) => architecturesOf(earlier).includes(arch))) return [];
  for (const { id } of pipeline.frameworks) {
    const both = [earlier, later].map(({ markers }) => readable(markersOf(markers[mode] ?? "", id)));
    const marked = both.includes(undefined) ? undefined : selectedByAll(both as MarkerExpression[], canHave);
    if (marked !== undefined) {
      const found = `${shown(later.id)} selects tests that ${shown(earlier.id)} selects too, such as one with ${marked.size === 0 ? "no marker" : `the markers ${listed(marked)}`}`;
      return [{ path: `pipeline.suites[${index}].markers.${mode}`, found, allowed: `tests of its own: no test that ${shown(earlier.id)} runs in ${mode} mode` }];
    }
  }
  return [];
}

/** Shards of one selection share it; pytest-split gives each test to one of them. */
function areShards(one: TestSuite, other: TestSuite): boolean {
  return one.shard !== undefined && one.shard.of === other.shard?.of && one.shard.number !== other.shard.number && JSON.stringify(one.markers) === JSON.stringify(other.markers);
}

/** Undefined for an expression that cannot be read, which has a finding of its own. */
function readable(text: string): MarkerExpression | undefined {
  return faultOf(text) === undefined ? compileMarkers(text) : undefined;
}

function runsIn({ modes, markers }: TestSuite, mode: Mode): boolean {
  return modes.includes(mode) && markers[mode] !== undefined;
}

/** Architectures on which its tests run. Collecting a test twice costs little, so it is no matter. */
function architecturesOf({ runners, collectOnly }: TestSuite): Arch[] {
  return (Object.keys(runners) as Arch[]).filter((arch) => collectOnly[arch] === undefined);
}

const KINDS: readonly string[] = suiteSchema.shape.kind.options;
/** A number of devices, such as `gpu_2`: what a test needs. */
const DEVICES = /^[a-z]+_\d+$/;

/** A test is of one kind, and needs one number of GPUs. Marks that contradict this are the tests' fault and no suite's. */
function canHave(markers: ReadonlySet<string>): boolean {
  const of = [...markers];
  return of.filter((name) => KINDS.includes(name)).length <= 1 && of.filter((name) => DEVICES.test(name)).length <= 1;
}
