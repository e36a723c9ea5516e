import { isProps } from "../../kit/values";
import { workflowRule } from "./workflow-rule";

export const scriptsWithoutExpressions = workflowRule({
  name: "scripts-without-expressions",
  title: "Scripts hold no expressions",
  severity: "critical",
  level: "mandatory",
  holds: "No `run` script, no shell and no inline script of an action holds a `${{ }}` expression: values come in through `env`.",
  why: "GitHub pastes the value into the script before the shell reads it: a branch name or a pull request's title becomes code.",
  fix: "Put the expression into the step's `env` and read the variable, in quotes, in the script.",
  source: { title: "GitHub: script injections", url: "https://docs.github.com/actions/concepts/security/script-injections" },
  actions: true,
  *judge(workflow) {
    for (const job of workflow.jobs) {
      for (const script of job.steps.flatMap(scripts)) {
        const expression = /\$\{\{.*?\}\}/s.exec(script);
        if (expression !== null) yield { job, found: expression[0], wanted: "an environment variable" };
      }
    }
  },
});

/** What a step hands to an interpreter: its own script and shell, and what actions take under names such as `script` or `inlineScript`. */
function scripts(step: Readonly<Record<string, unknown>>): readonly string[] {
  const options = isProps(step["with"]) ? Object.entries(step["with"]) : [];
  const inline = options.filter(([name]) => /^(inline-?)?(script|command|run)$/i.test(name)).map(([, value]) => value);
  return [step["run"], step["shell"], ...inline].filter((script) => typeof script === "string");
}
