/**
 * What is attacked: the resources that a stack's program registers, with the files that it delivers among them, read as GitHub, AWS and Azure would
 * hold them. Nothing here knows what is meant; only what is there.
 */
import type { Repository } from "../pipeline/model";
import { changed, find, type Change } from "../policy/mutations/mutation";
import type { Resource } from "../policy/resources/resource";
import type { FederatedCredential } from "../sandbox/azure/trust/evaluate";
import type { Cluster } from "./cluster";

type Props = Readonly<Record<string, unknown>>;

export interface BypassActor {
  readonly actorType: string;
  readonly actorId: number;
  readonly bypassMode: string;
}

export interface Ruleset {
  readonly name: string;
  readonly target: "branch" | "tag" | "push";
  readonly includes: readonly string[];
  readonly excludes: readonly string[];
  readonly bypassActors: readonly BypassActor[];
  readonly rules: Props;
}

export interface Environment {
  readonly name: string;
  readonly branches: readonly string[];
  readonly tags: readonly string[];
  /** Number of teams and people of whom one has to agree. */
  readonly reviewers: number;
}

export interface Role {
  /** Physical name. */
  readonly name: string;
  /** Trust policy, JSON. */
  readonly trust: string;
  /** Inline policies, JSON each. */
  readonly policies: readonly string[];
}

/** What attacks are made on: the resources that a stack registers and the files that it delivers. */
export class Stage {
  constructor(
    readonly resources: readonly Resource[],
    /** The repository whose CI this is. */
    readonly repository: Repository,
    /** API servers that hold the stack's admission policies. */
    readonly cluster: Cluster,
    /** Whether pods are tried in namespaces that admission guards. */
    readonly guarded = true,
  ) {}

  /** Active rulesets of the repository. */
  get rulesets(): readonly Ruleset[] {
    return this.ofRepository("github:index/repositoryRuleset:RepositoryRuleset")
      .filter((props) => props["enforcement"] === "active")
      .map((props) => {
        const refName = (props["conditions"] as { refName?: { includes?: string[]; excludes?: string[] } } | undefined)?.refName ?? {};
        return {
          name: String(props["name"]),
          target: props["target"] as Ruleset["target"],
          includes: refName.includes ?? [],
          excludes: refName.excludes ?? [],
          bypassActors: (props["bypassActors"] ?? []) as readonly BypassActor[],
          rules: (props["rules"] ?? {}) as Props,
        };
      });
  }

  /** Environments of the repository, each with its policies. */
  get environments(): readonly Environment[] {
    const policies = this.ofRepository("github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy");
    return this.ofRepository("github:index/repositoryEnvironment:RepositoryEnvironment").map((props) => {
      const own = policies.filter((policy) => policy["environment"] === props["environment"]);
      const texts = (key: string): string[] => own.flatMap((policy) => (typeof policy[key] === "string" ? [policy[key]] : []));
      const reviewers = ((props["reviewers"] ?? []) as { teams?: unknown[]; users?: unknown[] }[]).flatMap(({ teams = [], users = [] }) => [...teams, ...users]);
      return { name: String(props["environment"]), branches: texts("branchPattern"), tags: texts("tagPattern"), reviewers: reviewers.length };
    });
  }

  get roles(): readonly Role[] {
    const policies = this.ofType("aws:iam/rolePolicy:RolePolicy");
    return this.ofType("aws:iam/role:Role").map((props) => ({
      name: String(props["name"]),
      trust: String(props["assumeRolePolicy"]),
      policies: policies.filter((policy) => policy["role"] === props["name"]).map((policy) => String(policy["policy"])),
    }));
  }

  /** Federated credentials by the name of their managed identity. */
  get credentials(): ReadonlyMap<string, readonly FederatedCredential[]> {
    const byIdentity = new Map<string, FederatedCredential[]>();
    for (const props of this.ofType("azure-native:managedidentity:FederatedIdentityCredential")) {
      const identity = String(props["resourceName"]);
      const credential = { name: String(props["federatedIdentityCredentialResourceName"]), issuer: String(props["issuer"]), subject: String(props["subject"]), audiences: props["audiences"] as string[] };
      byIdentity.set(identity, [...(byIdentity.get(identity) ?? []), credential]);
    }
    return byIdentity;
  }

  /** Delivered files by path. */
  get files(): ReadonlyMap<string, string> {
    return new Map(this.ofRepository("github:index/repositoryFile:RepositoryFile").map((props) => [String(props["file"]), String(props["content"])]));
  }

  /** A delivered file. @throws Error where it is not delivered */
  file(path: string): string {
    const content = this.files.get(path);
    if (content === undefined) throw new Error(`${path} is not delivered`);
    return content;
  }

  ofType(type: string): readonly Props[] {
    return this.resources.filter((resource) => resource.type === type).map(({ props }) => props);
  }

  private ofRepository(type: string): readonly Props[] {
    return this.ofType(type).filter((props) => props["repository"] === this.repository.name);
  }

  /** The stage with one property of one resource changed; the target is `TYPE NAME`, the keys of the path are separated by spaces. */
  having(target: string, path: string, change: Change): Stage {
    const resource = find(this.resources, target);
    return this.with(this.resources.map((each) => (each === resource ? changed(each, path.split(" "), change) : each)));
  }

  /** The stage without the resources that a test names. @throws Error where there is none of them */
  without(target: RegExp): Stage {
    const left = this.resources.filter(({ type, name }) => !target.test(`${type.split(":").at(-1)} ${name}`));
    if (left.length === this.resources.length) throw new Error(`no resource is ${target}`);
    return this.with(left);
  }

  /** The stage whose delivered file has another content. @throws Error where that changes nothing */
  editing(path: string, edit: (content: string) => string): Stage {
    const after = edit(this.file(path));
    if (after === this.file(path)) throw new Error(`${path} stays as it is`);
    return this.with(this.resources.map((each) => (each.props["file"] === path ? { ...each, props: { ...each.props, content: after } } : each)));
  }

  /** The stage in which admission does not judge pods. */
  unguarded(): Stage {
    return new Stage(this.resources, this.repository, this.cluster, false);
  }

  private with(resources: readonly Resource[]): Stage {
    return new Stage(resources, this.repository, this.cluster, this.guarded);
  }
}
