/** What the commands have in common about what they are asked. */

/** Something asked for that there is not; the message lists every such thing. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Options that were given: make hands on one without a value where a variable is not set, and such a one counts as not given. */
export function givenOf<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== "")) as Values;
}
