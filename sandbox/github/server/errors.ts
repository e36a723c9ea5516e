/** GitHub's error answers. */

/** An error of one field, as `errors` lists it; some endpoints list plain sentences. */
export type FieldError = string | { readonly resource: string; readonly field: string; readonly code: string; readonly message?: string };

/** Thrown by handlers; the server turns it into the answer, adding the operation's documentation URL. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly errors?: readonly FieldError[],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export const notFound = (): HttpError => new HttpError(404, "Not Found");
export const conflict = (message: string): HttpError => new HttpError(409, message);
export const forbidden = (message: string): HttpError => new HttpError(403, message);
export const invalid = (...errors: FieldError[]): HttpError => new HttpError(422, "Validation Failed", errors);

/** What a push that breaks rules is answered: the contents API says 409, the refs API 422. */
export function ruleViolations(status: 409 | 422, violations: readonly string[]): HttpError {
  return new HttpError(status, `Repository rule violations found\n\n${violations.join("\n\n")}\n\n`);
}
