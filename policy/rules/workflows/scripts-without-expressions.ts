import { isProps } from "../../kit/values";
import { workflowRule } from "./workflow-rule";

export const scriptsWithoutExpressions = workflowRule({
  name: "scripts-without-expressions",
  title: "Scripts hold no expressions",
  severity: "critical",
  level: "mandatory",
  holds: "No `run` script and no inline script of an action holds a `${{ }}` expression: values come in through `env`.",
  why: "GitHub pastes the value into the script before the shell reads it: a branch name or a pull request's title becomes code.",
  fix: "Put the expression into the step's `env` and read the variable, in quotes, in the script.",
  source: { title: "GitHub: script injections", url: "https://docs.github.com/actions/concepts/security/script-injections" },
  *judge(workflow) {
    for (const job of workflow.jobs) {
      for (const step of job.steps) {
        const inline = isProps(step["with"]) ? step["with"]["script"] : undefined;
        for (const script of [step["run"], inline]) {
          const expression = typeof script === "string" ? /\$\{\{.*?\}\}/s.exec(script) : null;
          if (expression !== null) yield { job, found: expression[0], wanted: "an environment variable" };
        }
      }
    }
  },
});
