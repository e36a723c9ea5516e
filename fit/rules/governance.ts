/** What decides on merges beside this pipeline. */
import { config, file } from "../model";
import { CODEOWNERS_PATHS } from "../read/governance";
import { ownerRulesIn } from "../../workflows/documents/codeowners";
import { listed, shownFault, type Rule } from "./rule";

const requiredNameTaken: Rule = {
  id: "required-name-taken",
  title: "No workflow file but the pipeline's own reports the name of a required check.",
  find: ({ pipeline, readings, delivered }) => {
    const required = pipeline.requiredChecks.filter(({ kind }) => kind !== "app").map(({ context }) => context);
    return readings.workflows.flatMap(({ path, read }) => {
      if (delivered.has(path) || !read.ok) return [];
      return read.value.contexts
        .filter(({ name }) => required.includes(name))
        .map(({ name, line }) => ({ where: file(path, line), about: name, found: `a job that reports ${name}`, allowed: `any name but ${listed(required)}`, mend: "Remove the file with the change that brings the pipeline: the ruleset takes either report, and a green one of the old file lets a pull request merge." }));
    });
  },
};

const workflowUnreadable: Rule = {
  id: "workflow-unreadable",
  title: "GitHub can read every workflow file.",
  find: ({ readings, delivered }) =>
    readings.workflows.flatMap(({ path, read }) =>
      read.ok || delivered.has(path) ? [] : [{ where: file(path, read.fault.line), about: "syntax", found: shownFault(read.fault), allowed: "a workflow", mend: "Correct the file, or remove it: what it reports is not known." }],
    ),
};

const workflowReplaced: Rule = {
  id: "workflow-replaced",
  title: "No workflow file of the repository is at the path of one that the pipeline delivers, unless the pipeline wrote it.",
  find: ({ readings, delivered }) =>
    readings.workflows
      .filter(({ path }) => delivered.has(path) && !readings.generated.has(path))
      .map(({ path }) => ({ where: file(path), about: "file", found: "a file that somebody wrote, which the pipeline's file of the same name replaces", allowed: "a path that the pipeline does not deliver", mend: "Move what is still wanted elsewhere before the stack is applied." })),
};

const codeownersShadowed: Rule = {
  id: "codeowners-shadowed",
  title: "No CODEOWNERS of the repository stops counting because of the pipeline's.",
  find: ({ pipeline, readings, delivered }) => {
    const ours = CODEOWNERS_PATHS.find((path) => delivered.has(path));
    const kept = new Set(ownerRulesIn(pipeline.ownerRules.join("\n")));
    return readings.codeowners
      .filter(({ path }) => ours !== undefined && !readings.generated.has(path))
      .map(({ path, entries }) => ({ path, lost: entries.filter(({ pattern, owners }) => !kept.has([pattern, ...owners].join(" "))) }))
      .filter(({ lost }) => lost.length > 0)
      .map(({ path, lost }) => ({ where: file(path), about: "file", found: `${lost.length} ${lost.length === 1 ? "rule" : "rules"}, which GitHub does not read beside ${ours}`, allowed: `rules that are in ownerRules; GitHub takes the first of ${listed(CODEOWNERS_PATHS)}`, mend: "Write the file's lines into `ownerRules`: the delivered file then holds them, before the pipeline's own." }));
  },
};

const codeownersInvalid: Rule = {
  id: "codeowners-unmatched",
  title: "Every rule of CODEOWNERS matches a file and has owners that GitHub knows how to read.",
  find: ({ readings }) =>
    readings.codeowners
      .filter(({ path }) => !readings.generated.has(path))
      .flatMap(({ path, entries }) =>
        entries.flatMap(({ pattern, owners, line, matches }) => {
          const wrong = owners.filter((owner) => !/^(?:@[\w.-]+(?:\/[\w.-]+)?|[^@\s]+@[^@\s]+)$/.test(owner));
          return [
            ...(matches ? [] : [{ where: file(path, line), about: pattern, found: `${pattern}, which matches no file`, allowed: "a pattern of files that are there", mend: "Correct it, or take it out: nobody owns what it was meant for." }]),
            ...(wrong.length === 0 ? [] : [{ where: file(path, line), about: `${pattern} owners`, found: listed(wrong), allowed: "@user, @organisation/team or an email address", mend: "Correct the owner: GitHub skips a line that it cannot read." }]),
          ];
        }),
      ),
};

const rulesetBeside: Rule = {
  id: "rulesets-beside",
  title: "No file sets branch protection or rulesets beside the stack.",
  find: ({ readings }) =>
    readings.rulesetFiles.map((path) => ({ where: file(path), about: "file", found: "settings of branches that an app applies", allowed: "only rulesets of the stack", mend: "Take the branches out of the file, or the app off the repository: the two would undo each other." })),
};

const ownersMissing: Rule = {
  id: "owners-missing",
  title: "The pipeline's own files have owners.",
  find: ({ pipeline }) => (pipeline.codeOwners.length > 0 ? [] : [{ where: config("codeOwners"), about: "owners", found: "none", allowed: "teams as CODEOWNERS writes them", mend: "Name the team that reviews changes of CI." }]),
};

export const governanceRules: readonly Rule[] = [requiredNameTaken, workflowUnreadable, workflowReplaced, codeownersShadowed, codeownersInvalid, rulesetBeside, ownersMissing];
