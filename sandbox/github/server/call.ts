/** What a handler is given and what it gives back. */
import type { Caller } from "./auth";
import { notFound } from "./errors";
import type { OpenApi, OperationName } from "./openapi";
import type { Owner, Repository, Store } from "./state";
import type { SecretBox } from "./secret-box";

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Things that live as long as the server. */
export interface Server {
  readonly store: Store;
  readonly openApi: OpenApi;
  readonly secrets: SecretBox;
  /** Base URL of this server, without a slash at its end. */
  readonly url: string;
}

/** One request, checked against GitHub's description. */
export class Call {
  constructor(
    readonly server: Server,
    readonly caller: Caller,
    private readonly path: Readonly<Record<string, unknown>>,
    readonly query: Readonly<Record<string, unknown>>,
    private readonly content: unknown,
  ) {}

  get store(): Store {
    return this.server.store;
  }

  /** The body, whose shape the description has already held: a handler states the type that it has. */
  body<Body>(): Body {
    return (this.content ?? {}) as Body;
  }

  text(parameter: string): string {
    return String(this.path[parameter]);
  }

  number(parameter: string): number {
    return Number(this.path[parameter]);
  }

  optional(parameter: string): string | undefined {
    const value = this.query[parameter];
    return value === undefined ? undefined : String(value);
  }

  /** The owner that a path parameter names; 404 when it was never seeded. */
  owner(parameter = "org"): Owner {
    const login = this.text(parameter).toLowerCase();
    const found = this.store.state.owners.find((owner) => owner.login.toLowerCase() === login);
    if (!found || !mayAccess(this.caller, found.id)) throw notFound();
    return found;
  }

  /** The repository of the path; 404 when it was never seeded, or when the calling app is not installed on its owner. */
  repository(): Repository {
    const owner = this.owner("owner");
    const name = this.text("repo").toLowerCase();
    const found = this.store.state.repositories.find(
      (repository) => repository.ownerId === owner.id && repository.name.toLowerCase() === name,
    );
    if (!found) throw notFound();
    return found;
  }

  ownerOf(repository: Repository): Owner {
    return this.store.state.owners.find((owner) => owner.id === repository.ownerId)!;
  }

  /** One page of a list, by `per_page` (at most 100) and `page`. */
  page<T>(list: readonly T[]): readonly T[] {
    const size = this.pageSize();
    const page = Math.max(1, Number(this.query.page ?? 1));
    this.pages = Math.max(1, Math.ceil(list.length / size));
    return list.slice((page - 1) * size, page * size);
  }

  /** Number of pages of the list that was paged, when one was. */
  pages: number | undefined;

  private pageSize(): number {
    return Math.min(100, Math.max(1, Number(this.query.per_page ?? 30)));
  }
}

function mayAccess(caller: Caller, ownerId: number): boolean {
  return caller.kind !== "installation" || caller.installation.ownerId === ownerId;
}

/** Handlers do not pause: what they change is committed, or undone, before another request is looked at. */
export type Handler = (call: Call) => Answer;
export type Routes = Readonly<Record<OperationName, Handler>>;

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const noContent = (): Answer => ({ status: 204 });
