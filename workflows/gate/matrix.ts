/** Expands a job's matrix, as docs.github.com's "Running variations of jobs" says: the product of the vectors, less `exclude`, with `include` merged in. */

export type MatrixLeg = Readonly<Record<string, unknown>>;

/** Most jobs that one matrix may make (docs.github.com, "Actions limits"). */
export const matrixLimit = 256;

/**
 * The legs of an evaluated matrix.
 * @throws Error when a vector is empty or the matrix makes more jobs than GitHub allows; the job then fails before it starts.
 */
export function expandMatrix(matrix: unknown): readonly MatrixLeg[] {
  if (typeof matrix !== "object" || matrix === null) throw new Error(`a matrix is a mapping, found ${JSON.stringify(matrix)}`);
  const { include = [], exclude = [], ...vectors } = matrix as { include?: MatrixLeg[]; exclude?: MatrixLeg[] } & Record<string, unknown[]>;
  for (const [name, vector] of Object.entries(vectors)) {
    if (!Array.isArray(vector) || vector.length === 0) throw new Error(`matrix vector "${name}" does not contain any values`);
  }
  const names = Object.keys(vectors);
  const product = names.reduce<MatrixLeg[]>((legs, name) => legs.flatMap((leg) => vectors[name]!.map((value) => ({ ...leg, [name]: value }))), [{}]);
  const kept = product.filter((leg) => !exclude.some((rule) => matches(leg, rule)));
  const legs = withIncludes(names.length === 0 ? [] : kept, names, include);
  if (legs.length === 0) throw new Error("the matrix does not contain any values");
  if (legs.length > matrixLimit) throw new Error(`the matrix makes ${legs.length} jobs; GitHub allows ${matrixLimit}`);
  return legs;
}

/** An include extends every leg whose own values it does not change; one that extends none becomes a leg of its own. */
function withIncludes(product: readonly MatrixLeg[], names: readonly string[], includes: readonly MatrixLeg[]): MatrixLeg[] {
  const legs = product.map((leg) => ({ ...leg }));
  const added: MatrixLeg[] = [];
  for (const include of includes) {
    const shared = Object.fromEntries(Object.entries(include).filter(([name]) => names.includes(name)));
    const extended = legs.filter((leg) => matches(leg, shared));
    if (extended.length === 0) added.push(include);
    for (const leg of extended) Object.assign(leg, include);
  }
  return [...legs, ...added];
}

function matches(leg: MatrixLeg, rule: MatrixLeg): boolean {
  return Object.entries(rule).every(([name, value]) => JSON.stringify(leg[name]) === JSON.stringify(value));
}
