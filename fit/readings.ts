/** What has been read of a checkout: plain data, made by `fit/read` and judged by `fit/rules`. */

/** What was read, or why it could not be. */
export type Read<Value> = { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly fault: Fault };

/** Why a file cannot be judged. */
export interface Fault {
  readonly kind: "missing" | "binary" | "huge" | "absent" | "unparsable";
  /** For people; of a parser, its own words. */
  readonly message: string;
  readonly line?: number | undefined;
}

/** An `ARG`. */
export interface ArgDeclaration {
  readonly name: string;
  /** Undefined without a default. May hold variables. */
  readonly fallback: string | undefined;
  readonly line: number;
}

/** A variable that an instruction reads. */
export interface VariableUse {
  readonly name: string;
  readonly line: number;
  /** The instruction copes with an empty value: it asks for one first, or names another for that case. */
  readonly optional: boolean;
}

/** `RUN --mount=type=secret`. */
export interface SecretMount {
  readonly id: string;
  readonly line: number;
  readonly required: boolean;
}

/** Something taken from another stage, image or named context. */
export interface StageUse {
  readonly from: string;
  readonly line: number;
}

/** A file or folder of the build context that a stage takes in. */
export interface ContextUse {
  readonly path: string;
  readonly line: number;
}

export interface Stage {
  /** Lower case, as BuildKit compares them; undefined without `AS`. */
  readonly name: string | undefined;
  /** What stands behind `FROM`, with its variables. */
  readonly from: string;
  readonly line: number;
  readonly args: readonly ArgDeclaration[];
  /** Names that `ENV` sets, before which a variable of that name is the argument's. */
  readonly environment: readonly string[];
  readonly variables: readonly VariableUse[];
  readonly secrets: readonly SecretMount[];
  readonly stages: readonly StageUse[];
  readonly context: readonly ContextUse[];
}

export interface Dockerfile {
  /** Arguments before the first stage. */
  readonly args: readonly ArgDeclaration[];
  readonly stages: readonly Stage[];
}

/** One way in which pytest would run a test: parametrised tests have one case for each set of markers. */
export interface TestCase {
  readonly path: string;
  readonly line: number;
  /** `Class::test_name` or `test_name`. */
  readonly name: string;
  readonly markers: readonly string[];
}

/** A marker where it is written. */
export interface MarkerUse {
  readonly marker: string;
  readonly path: string;
  readonly line: number;
}

export interface PytestReading {
  /** Names that pytest's settings or a `conftest.py` register. */
  readonly registered: readonly string[];
  /** Where the settings are; undefined without any. */
  readonly settings: string | undefined;
  readonly cases: readonly TestCase[];
  readonly uses: readonly MarkerUse[];
  readonly faults: readonly { readonly path: string; readonly fault: Fault }[];
}

/** A kind of object that a template of a chart makes. */
export interface ChartObject {
  readonly path: string;
  readonly line: number;
  readonly kind: string;
  /** As written, such as `rbac.authorization.k8s.io/v1`. */
  readonly apiVersion: string;
}

export interface Chart {
  readonly objects: readonly ChartObject[];
  /** Dependencies by a path in the repository that is not there. */
  readonly missing: readonly string[];
}

/** A graph's manifest. */
export interface Manifest {
  readonly kinds: readonly string[];
  /** GPUs that all replicas of its services ask for; undefined where no service could be read. */
  readonly gpus: number | undefined;
}

/** A workflow file that is in the repository. */
export interface WorkflowReading {
  readonly path: string;
  /** Check runs that its jobs report, each with the line of the job. */
  readonly contexts: readonly { readonly name: string; readonly line: number }[];
}

export interface CodeownersReading {
  readonly path: string;
  /** A pattern, its owners, and whether it matches a file. */
  readonly entries: readonly { readonly pattern: string; readonly owners: readonly string[]; readonly line: number; readonly matches: boolean }[];
}

export interface CargoReading {
  /** Features of the package itself and of the workspace's members, by name. */
  readonly features: readonly string[];
  /** Members of the workspace that are not there. */
  readonly missing: readonly string[];
}

/** A file without a line that a header has. */
export interface HeaderReading {
  readonly path: string;
  /** What is missing, such as `SPDX-License-Identifier`. */
  readonly missing: readonly string[];
}

/** Everything that the rules judge. Maps are by path; what the pipeline does not name is not in them. */
export interface Readings {
  readonly commit: string;
  /** Every file, sorted. */
  readonly files: readonly string[];
  readonly has: (path: string) => boolean;
  /** Tells whether a path is a folder with files in it; the root is `.` or nothing. */
  readonly hasFolder: (path: string) => boolean;
  readonly dockerfiles: ReadonlyMap<string, Read<Dockerfile>>;
  readonly pytest: PytestReading;
  readonly charts: ReadonlyMap<string, Read<Chart>>;
  readonly manifests: ReadonlyMap<string, Read<Manifest>>;
  /** Services by path of the compose file. */
  readonly compose: ReadonlyMap<string, Read<readonly string[]>>;
  /** Targets by folder of the Makefile. */
  readonly makefiles: ReadonlyMap<string, Read<readonly string[]>>;
  /** By folder of the `Cargo.toml`. */
  readonly cargo: ReadonlyMap<string, Read<CargoReading>>;
  readonly workflows: readonly { readonly path: string; readonly read: Read<WorkflowReading> }[];
  readonly codeowners: readonly CodeownersReading[];
  /** Files that hold rulesets or settings of branches for an app that applies them. */
  readonly rulesetFiles: readonly string[];
  readonly headers: readonly HeaderReading[];
  /** Delivered files that are there as a stack wrote them. */
  readonly generated: ReadonlySet<string>;
  /** Files that Git LFS keeps. */
  readonly lfsPointers: readonly string[];
}
