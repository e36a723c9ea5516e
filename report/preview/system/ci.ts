/** What runs: required checks, the build matrix, tags, paths, suites, deployment tests, the nightly run. */
import { allImages, tagPatterns } from "../../../pipeline/images";
import type { ComponentImage, DeploymentTest, Framework, Mode, PathFilter, Pipeline, RequiredCheck, TestSuite } from "../../../pipeline/model";
import type { SystemChange } from "../model";
import { say, words, type Sentence } from "../statement";
import type { ConfigSide } from "./side";
import { factOf, fieldChanges, shown, thingChanges, usual, type FieldChange } from "./things";

type Topic = (before: ConfigSide, after: ConfigSide) => SystemChange[];

/** How each mode is called in a sentence. */
const MODES: Readonly<Record<Mode, string>> = { "pull-request": "pull requests", "post-merge": "main", nightly: "nightly runs" };
const MODE_NAMES = Object.keys(MODES) as Mode[];

export const requiredChecks: Topic = (before, after) =>
  thingChanges<RequiredCheck>(before.pipeline.requiredChecks, after.pipeline.requiredChecks, {
    kind: "required-check",
    noun: "required check",
    id: ({ context }) => context,
    arrival: ({ title, reporter }) => say`${title}, reported by ${reporter.kind === "job" ? reporter.workflow : reporter.slug}`,
    renamed: (one, other) => one.title === other.title && JSON.stringify(one.reporter) === JSON.stringify(other.reporter),
    fields: {
      appId: (context, change) => say`the required check ${context} counts when the app ${shown(change.after)} reports it, instead of ${shown(change.before)}.`,
      reports: (context, { after: when }) => say`the required check ${context} reports ${words(when === "after-mirror" ? "once a pull request is mirrored" : "on every pull request")}.`,
    },
  });

export const reviews: Topic = (before, after) => {
  const [was, becomes] = [before.infrastructure.github.requiredReviews, after.infrastructure.github.requiredReviews];
  if (was === becomes) return [];
  return [{ kind: "reviews-changed", effect: "changed", subject: "reviews", before: was, after: becomes, facts: { before: was, after: becomes }, sentence: say`A pull request needs ${becomes} approving reviews instead of ${was}.` }];
};

export const buildMatrix: Topic = (before, after) => [...frameworks(before.pipeline, after.pipeline), ...components(before.pipeline, after.pipeline), ...core(before.pipeline, after.pipeline), ...imageCounts(before.pipeline, after.pipeline)];

function frameworks(before: Pipeline, after: Pipeline): SystemChange[] {
  return thingChanges<Framework>(before.frameworks, after.frameworks, {
    kind: "framework",
    noun: "framework",
    id: ({ id }) => id,
    arrival: ({ title, cuda, architectures }) => say`${title}, with CUDA ${cuda["pull-request"]} on pull requests, ${cuda["post-merge"]} on main and ${cuda.nightly} nightly, for ${architectures}`,
    fields: Object.fromEntries(MODE_NAMES.map((mode) => [`cuda.${mode}`, (id: string, change: FieldChange) => cudaSentence(id, mode, change)])),
    elsewhere: ["owns"],
  });
}

function cudaSentence(id: string, mode: Mode, { before, after }: FieldChange): Sentence {
  const versions = (value: FieldChange["before"]): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
  return say`the framework ${id} is built with CUDA ${versions(after)} instead of ${versions(before)} on ${words(MODES[mode])}.`;
}

function components(before: Pipeline, after: Pipeline): SystemChange[] {
  return thingChanges<ComponentImage>(before.components, after.components, {
    kind: "component",
    noun: "component image",
    id: ({ id }) => id,
    arrival: ({ title, architectures }) => say`${title}, for ${architectures}`,
  });
}

function core(before: Pipeline, after: Pipeline): SystemChange[] {
  return fieldChanges(before.core, after.core).map((change) => ({
    kind: "core-changed",
    effect: "changed",
    subject: "core",
    ...(change.before === undefined ? {} : { before: change.before }),
    ...(change.after === undefined ? {} : { after: change.after }),
    facts: { field: change.field, before: change.before ?? null, after: change.after ?? null },
    sentence: usual(say`${words("The core container's ")}${words(change.field)}`, change),
  }));
}

/** The most that a run of each mode builds. */
function imageCounts(before: Pipeline, after: Pipeline): SystemChange[] {
  return MODE_NAMES.flatMap((mode): SystemChange[] => {
    const [was, becomes] = [allImages(before, mode), allImages(after, mode)].map((images) => images.map(({ id }) => id));
    const [added, removed] = [becomes!.filter((id) => !was!.includes(id)), was!.filter((id) => !becomes!.includes(id))];
    if (added.length + removed.length === 0) return [];
    const what = [...(added.length === 0 ? [] : [say`${added} come`]), ...(removed.length === 0 ? [] : [say`${removed} go`])];
    const detail = what.flatMap((part, index) => (index === 0 ? part : [...words(" and "), ...part]));
    return [
      {
        kind: "images-changed",
        effect: "changed",
        subject: mode,
        before: was!.length,
        after: becomes!.length,
        facts: { mode, before: was!.length, after: becomes!.length, added, removed },
        sentence: say`At most ${becomes!.length} images are built on ${words(MODES[mode])} instead of ${was!.length}: ${detail}.`,
      },
    ];
  });
}

export const tags: Topic = ({ pipeline: before }, { pipeline: after }) => {
  const old = new Map(tagPatterns(before).map((pattern) => [pattern.mode, pattern]));
  return tagPatterns(after).flatMap(({ mode, pattern, example, movable }): SystemChange[] => {
    const was = old.get(mode);
    if (was === undefined || (was.pattern === pattern && was.movable === movable)) return [];
    const on = mode === "release" ? "release branches" : MODES[mode];
    const moves = was.movable === movable ? words("") : words(movable ? "; they can be overwritten from then on" : "; they can no longer be overwritten");
    return [
      {
        kind: "tags-changed",
        effect: "changed",
        subject: mode,
        before: was.pattern,
        after: pattern,
        facts: { mode, before: was.pattern, after: pattern, example, movableBefore: was.movable, movableAfter: movable },
        sentence: say`Images of ${words(on)} are tagged ${pattern} instead of ${was.pattern}, such as ${example}${moves}.`,
      },
    ];
  });
};

/** What a match of a filter makes run. */
const CONCERNS: Readonly<Record<PathFilter["concerns"], string>> = {
  backend: "builds every framework",
  rust: "runs the Rust checks",
  component: "builds the component image of this filter",
  core: "builds the core container",
  everything: "runs everything",
  none: "needs no job",
};

export const watchedPaths: Topic = ({ pipeline: before }, { pipeline: after }) => [
  ...thingChanges<PathFilter>(before.filters, after.filters, {
    kind: "filter",
    noun: "path filter",
    id: ({ id }) => id,
    arrival: ({ patterns, concerns }) => say`a change of ${patterns} ${words(CONCERNS[concerns])}`,
    fields: {
      patterns: (id, change) => patternsSentence(id, change, after.filters.find((filter) => filter.id === id)!),
      concerns: (id, { after: becomes, before: was }) => say`a match of the path filter ${id} ${words(CONCERNS[becomes as PathFilter["concerns"]])}; before, it ${words(CONCERNS[was as PathFilter["concerns"]])}.`,
    },
  }),
  ...owned(before, after),
];

/** What comes with `!` takes away, and what goes with it gives back. */
function patternsSentence(id: string, { list }: FieldChange, { concerns }: PathFilter): Sentence {
  const { added, removed } = list ?? { added: [], removed: [] };
  const excludes = (pattern: string): boolean => pattern.startsWith("!");
  const wider = [...added.filter((pattern) => !excludes(pattern)), ...removed.filter(excludes).map((pattern) => pattern.slice(1))];
  const narrower = [...removed.filter((pattern) => !excludes(pattern)), ...added.filter(excludes).map((pattern) => pattern.slice(1))];
  const then = words(CONCERNS[concerns]);
  if (wider.length + narrower.length === 0) return say`the patterns of the path filter ${id} have another order; the last match wins.`;
  if (narrower.length === 0) return say`a change of ${wider} now matches the path filter ${id}, which ${then}.`;
  if (wider.length === 0) return say`a change of ${narrower} no longer matches the path filter ${id}, which ${then}.`;
  return say`a change of ${wider} now matches the path filter ${id}, which ${then}; one of ${narrower} no longer does.`;
}

function owned(before: Pipeline, after: Pipeline): SystemChange[] {
  return after.frameworks.flatMap((framework): SystemChange[] => {
    const was = before.frameworks.find(({ id }) => id === framework.id);
    const [change] = was === undefined ? [] : fieldChanges({ owns: was.owns }, { owns: framework.owns });
    if (change?.list === undefined) return [];
    return [
      {
        kind: "owned-paths-changed",
        effect: "changed",
        subject: framework.id,
        before: factOf(was!.owns),
        after: factOf(framework.owns),
        facts: { framework: framework.id, added: [...change.list.added], removed: [...change.list.removed] },
        sentence: usual(say`Paths of which a change builds ${framework.id} alone: the list`, change),
      },
    ];
  });
}

export const suites: Topic = ({ pipeline: before }, { pipeline: after }) =>
  thingChanges<TestSuite>(before.suites, after.suites, {
    kind: "suite",
    noun: "test suite",
    id: ({ id }) => id,
    arrival: ({ title, kind, modes, gpus }) => say`${title} (${words(kind)}), on ${words(modes.map((mode) => MODES[mode]).join(", "))}, with ${gpus} GPUs`,
    fields: {
      gpus: (id, change) => say`a test of the suite ${id} takes ${shown(change.after)} GPUs instead of ${shown(change.before)}.`,
      timeoutMinutes: (id, change) => say`the suite ${id} is given up after ${shown(change.after)} minutes instead of ${shown(change.before)}.`,
    },
  });

export const deploymentTests: Topic = ({ pipeline: before }, { pipeline: after }) => {
  const { tests: old, ...oldSettings } = before.deployments;
  const { tests, ...settings } = after.deployments;
  return [
    ...thingChanges<DeploymentTest>(old, tests, { kind: "deployment-test", noun: "deployment test", id: ({ framework, profile }) => `${framework}/${profile}`, arrival: ({ manifest, gpus }) => say`${manifest}, with ${gpus} GPUs` }),
    ...fieldChanges(oldSettings, settings).map((change): SystemChange => ({
      kind: "deployment-tests-changed",
      effect: "changed",
      subject: change.field,
      ...(change.before === undefined ? {} : { before: change.before }),
      ...(change.after === undefined ? {} : { after: change.after }),
      facts: { field: change.field, before: change.before ?? null, after: change.after ?? null },
      sentence: usual(say`${words(`${change.field.charAt(0).toUpperCase()}${change.field.slice(1)} of deployment tests`)}`, change),
    })),
  ];
};

export const schedule: Topic = ({ pipeline: before }, { pipeline: after }) => {
  const [was, becomes] = [before.schedule, after.schedule].map(({ cron, timezone }) => `${cron} ${timezone}`);
  if (was === becomes) return [];
  return [{ kind: "schedule-changed", effect: "changed", subject: "nightly", before: was!, after: becomes!, facts: { before: was!, after: becomes! }, sentence: say`The nightly run starts at ${becomes!} instead of ${was!}.` }];
};
