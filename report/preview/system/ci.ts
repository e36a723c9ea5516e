/** What runs: required checks, the build matrix, tags, paths, suites, deployment tests, the nightly run. */
import { reporterOf } from "../../../pipeline/checks";
import { withFrameworkTitles } from "../../../pipeline/frameworks";
import { allImages, publishedImages, images, tagPatterns } from "../../../pipeline/images";
import type { ComponentImage, DeploymentTest, Framework, Mode, PathFilter, Pipeline, RequiredCheck, TestSuite } from "../../../pipeline/model";
import { plannedTests } from "../../../pipeline/tests";
import type { SystemChange } from "../model";
import { say, words, type Sentence } from "../statement";
import type { ConfigSide } from "./side";
import { factOf, fieldChanges, shown, thingChanges, usual, type FieldChange } from "./things";

type Topic = (before: ConfigSide, after: ConfigSide) => SystemChange[];

/** How each mode is called in a sentence. */
const MODES: Readonly<Record<Mode, string>> = { "pull-request": "on pull requests", "post-merge": "on main", nightly: "in nightly runs" };
const MODE_NAMES = Object.keys(MODES) as Mode[];

export const requiredChecks: Topic = (before, after) =>
  thingChanges<RequiredCheck>(titled(before.pipeline, after.pipeline), titled(after.pipeline, after.pipeline), {
    kind: "required-check",
    noun: "required check",
    id: ({ context }) => context,
    arrival: (check) => say`${check.title}, reported by ${reporterOf(check)}`,
    arrivalFacts: (check) => ({ reporter: reporterOf(check) }),
    renamed: (one, other) => JSON.stringify({ ...one, context: "" }) === JSON.stringify({ ...other, context: "" }),
    fields: {
      appId: (context, change) => say`the required check ${context} counts when the app ${shown(change.after)} reports it, instead of ${shown(change.before)}.`,
    },
  });

/** Checks with their titles as people read them. A title that stays is the same on both sides: frameworks that change are told by themselves. */
function titled(pipeline: Pipeline, after: Pipeline): RequiredCheck[] {
  const stays = new Set(after.requiredChecks.map(({ title }) => title));
  return pipeline.requiredChecks.map((check) => ({ ...check, title: withFrameworkTitles(stays.has(check.title) ? after : pipeline, check.title) }));
}

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
  return say`the framework ${id} is built with CUDA ${versions(after)} instead of ${versions(before)} ${words(MODES[mode])}.`;
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
  const of = (pipeline: Pipeline, mode: Mode): readonly string[] => allImages(pipeline, mode).map(({ id }) => id);
  return MODE_NAMES.flatMap((mode) => setChange("images-changed", mode, of(before, mode), of(after, mode), (was, becomes) => say`At most ${becomes} images are built ${words(MODES[mode])} instead of ${was}`));
}

/** What a mode has of something, before and after: how many, which are new and which are gone. */
function setChange(kind: string, subject: string, was: readonly string[], becomes: readonly string[], counts: (was: number, becomes: number) => Sentence): SystemChange[] {
  const [added, removed] = [becomes.filter((id) => !was.includes(id)), was.filter((id) => !becomes.includes(id))];
  if (added.length + removed.length === 0) return [];
  const detail = [...(added.length === 0 ? [] : [say`new: ${added}`]), ...(removed.length === 0 ? [] : [say`gone: ${removed}`])];
  const details = detail.flatMap((part, index) => (index === 0 ? part : [...words("; "), ...part]));
  return [{ kind, effect: "changed", subject, before: was.length, after: becomes.length, facts: { subject, before: was.length, after: becomes.length, added, removed }, sentence: say`${counts(was.length, becomes.length)}: ${details}.` }];
}

export const tags: Topic = ({ pipeline: before }, { pipeline: after }) => [...tagForms(before, after), ...tagNames(before, after)];

function tagForms(before: Pipeline, after: Pipeline): SystemChange[] {
  const old = new Map(tagPatterns(before).map((pattern) => [pattern.mode, pattern]));
  return tagPatterns(after).flatMap(({ mode, pattern, example, movable }): SystemChange[] => {
    const was = old.get(mode);
    if (was === undefined || (was.pattern === pattern && was.movable === movable)) return [];
    const built = words(mode === "release" ? "on release branches" : MODES[mode]);
    const moves = was.movable === movable ? words("") : words(movable ? "; they can be overwritten from then on" : "; they can no longer be overwritten");
    return [
      {
        kind: "tags-changed",
        effect: "changed",
        subject: mode,
        before: was.pattern,
        after: pattern,
        facts: { mode, before: was.pattern, after: pattern, example, movableBefore: was.movable, movableAfter: movable },
        sentence: say`Images built ${built} are tagged ${pattern} instead of ${was.pattern}, such as ${example}${moves}.`,
      },
    ];
  });
}

/** Every tag that a mode can push. */
function tagNames(before: Pipeline, after: Pipeline): SystemChange[] {
  const of = (pipeline: Pipeline, mode: Mode): readonly string[] => publishedImages(pipeline, mode).map(({ tag }) => tag);
  return MODE_NAMES.flatMap((mode) => setChange("tag-names-changed", mode, of(before, mode), of(after, mode), (was, becomes) => say`${becomes} tags are pushed ${words(MODES[mode])} instead of ${was}`));
}

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
        sentence: usual(say`Paths of which a change builds only ${framework.id}: the list`, change),
      },
    ];
  });
}

export const suites: Topic = ({ pipeline: before }, { pipeline: after }) => [
  ...thingChanges<TestSuite>(before.suites, after.suites, {
    kind: "suite",
    noun: "test suite",
    id: ({ id }) => id,
    arrival: ({ title, kind, modes, gpus }) => say`${title} (${words(kind)}), ${words(modes.map((mode) => MODES[mode]).join(", "))}, with ${gpus} GPUs`,
    fields: {
      gpus: (id, change) => say`a test of the suite ${id} takes ${shown(change.after)} GPUs instead of ${shown(change.before)}.`,
      timeoutMinutes: (id, change) => say`the suite ${id} is given up after ${shown(change.after)} minutes instead of ${shown(change.before)}.`,
    },
  }),
  ...tests(before, after),
];

/** The most tests that a run of each mode executes, image by image. */
function tests(before: Pipeline, after: Pipeline): SystemChange[] {
  const of = (pipeline: Pipeline, mode: Mode): readonly string[] =>
    plannedTests(pipeline, mode, images(pipeline, mode))
      .filter(({ collectOnly }) => collectOnly === undefined)
      .map(({ suite, image }) => `${suite} on ${image}`);
  return MODE_NAMES.flatMap((mode) => setChange("tests-changed", mode, of(before, mode), of(after, mode), (was, becomes) => say`At most ${becomes} suites run ${words(MODES[mode])} instead of ${was}`));
}

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
