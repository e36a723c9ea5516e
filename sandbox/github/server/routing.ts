/** Finding the operation that a request means, among all of GitHub's. */
import type { KnownOperation, OperationName } from "./openapi";

export interface Match {
  readonly operation: KnownOperation;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Compiled {
  readonly operation: KnownOperation;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly fixedSegments: number;
}

export class Router {
  private readonly compiled: readonly Compiled[];

  constructor(known: readonly KnownOperation[]) {
    // Of two templates that fit, the one that says more of the path is meant: /rulesets/rule-suites before /rulesets/{ruleset_id}.
    this.compiled = known.map(compile).sort((a, b) => b.fixedSegments - a.fixedSegments);
  }

  /** The operation for a method and an undecoded path, or undefined when GitHub has none. */
  find(method: string, path: string): Match | undefined {
    for (const candidate of this.compiled) {
      if (candidate.method !== method) continue;
      const found = candidate.pattern.exec(path);
      if (!found) continue;
      const parameters = candidate.names.map((name, i) => [name, decodeURIComponent(found[i + 1] ?? "")]);
      return { operation: candidate.operation, parameters: Object.fromEntries(parameters) as Record<string, string> };
    }
    return undefined;
  }
}

function compile(operation: KnownOperation): Compiled {
  const [method, template] = operation.name.split(" ") as [string, string];
  const names: string[] = [];
  const segments = template.split("/");
  const source = segments
    .map((segment) =>
      segment.replace(/\{([^}]+)\}|[.*+?^${}()|[\]\\]/g, (token, name?: string) => {
        if (name === undefined) return `\\${token}`;
        names.push(name);
        // The root of a repository is `contents/` with an empty path.
        return operation.multiSegment.includes(name) ? (name === "path" ? "(.*)" : "(.+?)") : "([^/]+)";
      }),
    )
    .join("/");
  const fixedSegments = segments.filter((segment) => !segment.includes("{")).length;
  return { operation, method, names, pattern: new RegExp(`^${source}$`), fixedSegments };
}

/** Splits `PUT /path` into its parts. */
export function parseOperation(name: OperationName): { method: string; path: string } {
  const [method, path] = name.split(" ") as [string, string];
  return { method, path };
}
