/**
 * Where the sandbox's own GitHub provider answers otherwise than the real one, and why that stays. test/sandbox/plugins/differential finds them, and
 * fails for one that is not here as for a row that is no longer true. An asterisk stands for any text.
 */
export interface KnownDifference {
  /** Last word of the type token. */
  readonly type: string;
  /** Step of the comparison. */
  readonly step: string;
  /** Part of the answer, of Diff's (`diff.`), or of the requests (`requests.`). */
  readonly what: string;
  /** What the real one does, and why ours does otherwise. */
  readonly reason: string;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    type: "ActionsEnvironmentSecret",
    step: "by hand: another value*",
    what: "*",
    reason: "The real one reads that the time of the last write is another and plans nothing, so that a replaced secret is not noticed. Ours plans an update.",
  },
  {
    type: "ActionsRunnerGroup",
    step: "by hand: gone",
    what: "gone",
    reason: "The real one takes every refusal of GitHub for an unchanged group (getOrganizationRunnerGroup), so that a group that is gone is found by the next update, which fails. Ours finds it at once.",
  },
  { type: "ActionsRunnerGroup", step: "*", what: "restrictedToWorkflows", reason: "The bridge fills in this default when it writes, and not in the inputs. Ours has it in the inputs; the requests are the same." },
  { type: "ActionsRunnerGroup", step: "*", what: "requests.body.selected_workflows", reason: "The real one leaves out an empty list, which GitHub then keeps as it is. Ours sends it, so that a group loses the workflows that its inputs lose." },
  { type: "ActionsEnvironmentSecret", step: "*", what: "requests.request", reason: "The real one writes under /repositories/{id}, ours under /repos/{owner}/{name}: one place, by two addresses." },
  { type: "ActionsEnvironmentVariable", step: "change of value*", what: "requests.body.name", reason: "The real one repeats the name, which its address holds already." },
  { type: "RepositoryFile", step: "delete", what: "requests.body.content", reason: "The real one sends the content with a deletion; GitHub has no use for it." },
  { type: "RepositoryFile", step: "change of branch, left out", what: "diff.*", reason: "The real one keeps the branch of the state. The program always names it." },
  { type: "RepositoryFile", step: "change of commitMessage, left out", what: "diff.*", reason: "The real one keeps the message of the state. The program always gives one." },
  { type: "RepositoryEnvironment", step: "change of waitTimer, left out", what: "diff.*", reason: "To the real one no wait and a wait of 0 are the same; the program always says it, and GitHub is asked for the same." },
  { type: "RepositoryRuleset", step: "change of bypassActors, left out", what: "diff.*", reason: "Only where the list was empty: to the real one no list and an empty list are the same." },
  { type: "RepositoryRuleset", step: "change of conditions, left out", what: "conditions", reason: "Neither sends conditions then, and GitHub keeps those that it has. Ours says so in the outputs; the real one says that there are none." },
  { type: "ActionsRepositoryPermissions", step: "change of shaPinningRequired, *", what: "*", reason: "The real one never sends no, and keeps yes when it is left out. Neither turns the requirement off at GitHub; ours has what the inputs say in the state." },
  { type: "ActionsRepositoryPermissions", step: "change of enabled, the other", what: "allowedActions", reason: "While Actions are off, GitHub does not say which are allowed; ours keeps what the inputs say." },
  { type: "ActionsRepositoryPermissions", step: "change of allowedActions, left out", what: "refusal", reason: "The real one sends an empty word, which GitHub refuses. The program always names it." },
  { type: "WorkflowRepositoryPermissions", step: "change of defaultWorkflowPermissions, left out", what: "refusal", reason: "The real one sends an empty word, which GitHub refuses. The program always names it." },
  { type: "ActionsRepositoryOidcSubjectClaimCustomizationTemplate", step: "by hand: another subject*", what: "includeClaimKeys", reason: "A read of the bridge adds no input that the program did not give; that useDefault is another shows the change in both." },
];
