/** Tests, their markers, and which of them a suite reaches. */
import { withFrameworkMarkers } from "../../pipeline/frameworks";
import type { Mode, Pipeline } from "../../pipeline/model";
import { compileMarkers, MarkerExpressionError, type MarkerExpression } from "../../pipeline/markers";
import { config, file } from "../model";
import type { TestCase } from "../readings";
import { listed, once, shownFault, type FitInput, type Rule } from "./rule";

/** Life-cycle markers of the repository: a test that has one is meant to run some time. */
const LIFECYCLE = ["pre_merge", "post_merge", "nightly"];

/** Markers of pytest itself. Source: docs.pytest.org/en/stable/reference/reference.html, "Marks". */
const BUILT_IN = ["filterwarnings", "parametrize", "skip", "skipif", "usefixtures", "xfail"];

/** Markers that plugins register by themselves: pytest-asyncio, anyio, pytest-timeout, -benchmark, -mypy, -xdist, -rerunfailures, -order, -forked, -httpx. */
const OF_PLUGINS = ["anyio", "asyncio", "benchmark", "flaky", "forked", "httpx_mock", "mypy", "no_cover", "order", "timeout", "xdist_group"];

/** Tests without these in front never need the named hardware. */
const NEEDS_GPU = /^(?:gpu_[1-9]\d*|xpu_[1-9]\d*)$/;

/** One run of pytest: a suite on a framework, or a pass in the core container. */
interface Run {
  readonly path: string;
  readonly title: string;
  readonly mode: Mode;
  /** Undefined where the core container's. */
  readonly framework: string | undefined;
  readonly text: string;
  readonly gpus: number;
}

function runsOf(pipeline: Pipeline): Run[] {
  const { suites, frameworks, core } = pipeline;
  const inImages = suites.flatMap(({ id, modes, markers, gpus }) =>
    modes.flatMap((mode) =>
      frameworks.flatMap((framework) => {
        const text = markers[mode];
        if (text === undefined) return [];
        return [{ path: `suites.${id}.markers.${mode}`, title: `${id} of ${framework.title}`, mode, framework: framework.id, text: text.replaceAll("{framework}", framework.id), gpus }];
      }),
    ),
  );
  const inCore = core.pytest.flatMap(({ name, markers }) =>
    (Object.entries(markers) as [Mode, string | undefined][]).flatMap(([mode, text]) => (text === undefined ? [] : [{ path: `core.pytest.${name}.markers.${mode}`, title: `${name} of the core container`, mode, framework: undefined, text: withFrameworkMarkers(pipeline, text), gpus: 0 }])),
  );
  return [...inImages, ...inCore];
}

/** A run whose expression pytest would take. */
interface Compiled extends Run {
  readonly expression: MarkerExpression;
}

function compiled(input: FitInput): Compiled[] {
  return runsOf(input.pipeline).flatMap((run) => {
    try {
      return [{ ...run, expression: compileMarkers(run.text) }];
    } catch {
      return [];
    }
  });
}

interface Selection extends Compiled {
  readonly cases: readonly TestCase[];
}

const selected = new WeakMap<FitInput, readonly Selection[]>();

/** The cases of every run. Those that are always skipped never run, wherever they are selected. */
function selections(input: FitInput): readonly Selection[] {
  const known = selected.get(input);
  if (known) return known;
  const cases = input.readings.pytest.cases.map((each) => ({ each, markers: new Set(each.markers) }));
  const made = compiled(input).map((run) => ({ ...run, cases: cases.filter(({ markers }) => run.expression.matches(markers)).map(({ each }) => each) }));
  selected.set(input, made);
  return made;
}

const testUnreadable: Rule = {
  id: "test-unreadable",
  title: "Every test file, and pytest's settings, can be parsed.",
  find: ({ readings }) =>
    readings.pytest.faults.map(({ path, fault }) => ({ where: file(path, fault.line), about: "syntax", found: shownFault(fault), allowed: "a file that pytest can load", mend: "Correct the file: pytest stops at it, and no test of the run passes." })),
};

const expressionInvalid: Rule = {
  id: "marker-expression-invalid",
  title: "pytest can read every marker expression.",
  find: ({ pipeline }) =>
    once(
      runsOf(pipeline).flatMap(({ path, text }) => {
        try {
          compileMarkers(text);
          return [];
        } catch (error) {
          if (!(error instanceof MarkerExpressionError)) throw error;
          return [{ where: config(path), about: "expression", found: error.message, allowed: "markers, and, or, not and parentheses", mend: "Correct the expression." }];
        }
      }),
    ),
};

const markerUnregistered: Rule = {
  id: "marker-unregistered",
  title: "Every marker that a test or an expression uses is registered: pytest runs with --strict-markers.",
  find: (input) => {
    const { readings } = input;
    if (readings.pytest.faults.some(({ path }) => path === readings.pytest.settings)) return [];
    const known = new Set([...readings.pytest.registered, ...BUILT_IN, ...OF_PLUGINS]);
    const settings = readings.pytest.settings ?? "pyproject.toml";
    const inTests = new Map(readings.pytest.uses.filter(({ marker }) => !known.has(marker)).map((use) => [`${use.path}:${use.marker}`, use]));
    const inExpressions = compiled(input).flatMap(({ path, expression }) => expression.names.filter((name) => !known.has(name)).map((name) => ({ path, name })));
    return once([
      ...[...inTests.values()].map(({ marker, path, line }) => ({ where: file(path, line), about: marker, found: `marker ${marker}, which ${settings} does not register`, allowed: listed(readings.pytest.registered, 40), mend: `Register it under markers in ${settings}, or correct its name.` })),
      ...inExpressions.map(({ path, name }) => ({ where: config(path), about: name, found: `marker ${name}, which ${settings} does not register`, allowed: listed(readings.pytest.registered, 40), mend: "Correct its name." })),
    ]);
  },
};

const suiteEmpty: Rule = {
  id: "suite-selects-nothing",
  title: "Every suite selects a test of each framework, in each of its modes: pytest fails where it finds none.",
  find: (input) =>
    selections(input)
      .filter(({ cases }) => cases.length === 0)
      .map(({ path, title, mode, framework, text }) => ({
        where: config(path),
        about: framework ?? "core",
        found: `${title} selects no test in ${mode} mode: ${text}`,
        allowed: "an expression that selects a test",
        mend: "Correct the expression, take the mode or the framework out of the suite, or mark tests for it.",
      })),
};

const suiteWithoutGpuTests: Rule = {
  id: "suite-needs-no-gpu",
  title: "A suite that takes GPUs selects tests that need one.",
  find: (input) =>
    selections(input)
      .filter(({ gpus, cases }) => gpus > 0 && cases.length > 0 && !cases.some(({ markers }) => markers.some((marker) => NEEDS_GPU.test(marker))))
      .map(({ path, title, mode, framework, gpus, cases }) => ({
        where: config(path),
        about: framework ?? "core",
        found: `${title} holds ${gpus === 1 ? "a GPU" : `${gpus} GPUs`} in ${mode} mode for ${cases.length} ${cases.length === 1 ? "test" : "tests"} that need none`,
        allowed: "a test with a marker gpu_1 or above",
        mend: "Run these tests on a runner without GPU, or mark those that need one.",
      })),
};

/** A run on framework tests needs an image of the framework, and only the core's passes take tests without one. */
const testUnreached: Rule = {
  id: "test-unreached",
  title: "Every test with a life-cycle marker is selected by a suite, or by a pass of the core container, in some mode.",
  find: (input) => {
    const reached = new Set(selections(input).flatMap(({ cases }) => cases));
    const missed = input.readings.pytest.cases.filter((each) => !reached.has(each) && each.markers.some((marker) => LIFECYCLE.includes(marker)) && !each.markers.includes("skip"));
    const groups = new Map<string, TestCase[]>();
    for (const each of missed) {
      const markers = selectingMarkers(input, each).join(" ");
      groups.set(`${each.path}\0${markers}`, [...(groups.get(`${each.path}\0${markers}`) ?? []), each]);
    }
    return [...groups].map(([key, cases]) => {
      const [path = "", markers = ""] = key.split("\0");
      const names = [...new Set(cases.map(({ name }) => name))];
      return {
        where: file(path, cases[0]!.line),
        about: markers,
        found: `${names.length === 1 ? "a test" : `${names.length} tests`} with the markers ${markers}, such as ${listed(names, 3)}`,
        allowed: "markers that a suite's expression, or a pass of core.pytest, selects",
        mend: "Add what is missing to the test's markers, or a suite or pass that takes it.",
      };
    });
  },
};

/** Markers that some expression asks for: the others make no difference. */
function selectingMarkers(input: FitInput, { markers }: TestCase): string[] {
  const asked = new Set(compiled(input).flatMap(({ expression }) => expression.names));
  return markers.filter((marker) => asked.has(marker) || LIFECYCLE.includes(marker) || NEEDS_GPU.test(marker));
}

export const testRules: readonly Rule[] = [testUnreadable, expressionInvalid, markerUnregistered, suiteEmpty, suiteWithoutGpuTests, testUnreached];
