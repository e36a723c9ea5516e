/** Attacks by refs: branches and tags that somebody makes, moves or takes away, and what a workflow on them gets. */
import { got, refused, type Attack, type Outcome } from "../attack";
import { anyIdentityOf, told } from "../judges/clouds";
import { inTheWay, mayMove, type Move } from "../judges/refs";
import type { Stage } from "../stage";

const WRITER = { kind: "writer" } as const;
/** A name that release branches may have. */
const release = ({ repository }: Stage, name: string): string => `refs/heads/${repository.releaseBranches.replaceAll("*", name)}`;
const mirror = ({ repository }: Stage, name: string): string => `refs/heads/${repository.mirrorBranchPrefix}${name}`;
const main = ({ repository }: Stage): string => `refs/heads/${repository.defaultBranch}`;
const folder = (ref: string): string => ref.slice(0, ref.lastIndexOf("/"));

/** One of the moves is made: refused only where all are. */
function moves(stage: Stage, move: Move, refs: readonly string[]): Outcome {
  const tried = refs.map((ref) => ({ ref, ...mayMove(stage, WRITER, move, ref) }));
  const open = tried.find(({ allowed }) => allowed);
  return open === undefined ? refused([...new Set(tried.map(({ why }) => why))].join("; ")) : got(`may ${move} ${open.ref}`);
}

/** Makes a ref and runs a workflow file of his own on it, in any environment. */
function bornWithIdentity(stage: Stage, refs: readonly string[]): Outcome {
  const born = refs.filter((ref) => mayMove(stage, WRITER, "create", ref).allowed);
  const files = [...stage.files.keys()].filter((path) => path.startsWith(".github/workflows/"));
  for (const ref of born) {
    const taken = [".github/workflows/evil.yml", ...files].flatMap((workflow) => anyIdentityOf(stage, { ref, workflow }));
    if (taken.length > 0) return got(`${ref} takes ${told(taken)}`);
  }
  return refused(born.length === 0 ? moves(stage, "create", refs).told : `no environment and no cloud knows ${born.join(", ")}`);
}

/** Takes the place of a ref that others need: git keeps no ref beside one that begins with it. */
function blocks(stage: Stage, needed: string, made: readonly string[]): Outcome {
  const inWay = made.filter((ref) => inTheWay([ref], needed) !== undefined);
  if (inWay.length !== made.length) throw new Error(`${made.join(", ")}: not all are in the way of ${needed}`);
  return moves(stage, "create", made);
}

const protection = (name: string) => new RegExp(`^RepositoryRuleset protection-${name}$`);

export const refAttacks: readonly Attack[] = [
  {
    id: "release-branch-born",
    who: "writer",
    does: "Creates a release branch that holds a workflow of his own, which names each environment and asks both clouds for a token.",
    stops: "The ruleset `releases-born` lets nobody but the named teams create a release branch.",
    proof: "policy `refs-born-restricted`; test/trust",
    remains: "One member of those teams is enough: give `release-images` reviewers where that is too much.",
    attempt: (stage) => bornWithIdentity(stage, ["evil", "1.0", "9.9.9"].map((name) => release(stage, name))),
    opened: (stage) => stage.without(protection("releases-born")),
  },
  {
    id: "release-branch-blocked",
    who: "writer",
    does: "Creates a branch below or above a release branch's name, so that git refuses the release branch itself.",
    stops: "The ruleset `releases-born` covers the names around release branches, too.",
    proof: "policy `refs-born-restricted`",
    remains: "nothing",
    attempt: (stage) => blocks(stage, release(stage, "1.0"), [`${release(stage, "1.0")}/x`, `${release(stage, "1.0")}/x/y`, folder(release(stage, "1.0"))]),
    opened: (stage) => stage.without(protection("releases-born")),
  },
  {
    id: "release-branch-pushed",
    who: "writer",
    does: "Pushes to a release branch without a pull request.",
    stops: "The ruleset `release` asks for a reviewed pull request.",
    proof: "policy `protected-branches-reviewed`",
    remains: "nothing",
    attempt: (stage) => moves(stage, "update", [release(stage, "1.0")]),
    opened: (stage) => stage.without(protection("release")),
  },
  {
    id: "mirror-branch-blocked",
    who: "writer",
    does: "Creates `pull-request/9/x`, or a branch `pull-request`, so that git refuses the bot's `pull-request/9`: the pull request can never be tested.",
    stops: "The ruleset `mirrors` covers the names around mirror branches, too.",
    proof: "policy `mirror-branches-restricted`",
    remains: "nothing",
    attempt: (stage) => blocks(stage, mirror(stage, "9"), [`${mirror(stage, "9")}/x`, `${mirror(stage, "9")}/x/y`, folder(mirror(stage, "9"))]),
    opened: (stage) => stage.without(protection("mirrors")),
  },
  {
    id: "mirror-branch-made",
    who: "writer",
    does: "Makes a mirror branch of a pull request that no maintainer has looked at, to get the mirror's identity and secrets.",
    stops: "The ruleset `mirrors` lets only the bot's app create them.",
    proof: "policy `mirror-branches-restricted`; test/trust",
    remains: "nothing",
    attempt: (stage) => bornWithIdentity(stage, ["9", "77", "0", "9x"].map((name) => mirror(stage, name))),
    opened: (stage) => stage.without(protection("mirrors")),
  },
  ...(["update", "delete"] as const).map(
    (move): Attack => ({
      id: `mirror-branch-${move}d`,
      who: "writer",
      does: move === "update" ? "Pushes another commit onto a mirror branch that a maintainer asked for." : "Deletes a mirror branch while its tests run.",
      stops: "The ruleset `mirrors` lets only the bot's app do it.",
      proof: "policy `mirror-branches-restricted`",
      remains: "nothing",
      attempt: (stage) => moves(stage, move, [mirror(stage, "9")]),
      opened: (stage) => stage.without(protection("mirrors")),
    }),
  ),
  {
    id: "main-pushed",
    who: "writer",
    does: "Pushes to the default branch without a pull request.",
    stops: "The ruleset `main` asks for a reviewed pull request.",
    proof: "policy `protected-branches-reviewed`",
    remains: "nothing",
    attempt: (stage) => moves(stage, "update", [main(stage)]),
    opened: (stage) => stage.without(protection("main")),
  },
  {
    id: "protected-branch-deleted",
    who: "writer",
    does: "Deletes the default branch or a release branch, to make it anew with other commits.",
    stops: "The rulesets `main` and `release` forbid it.",
    proof: "policy `protected-branches-reviewed`",
    remains: "nothing",
    attempt: (stage) => moves(stage, "delete", [main(stage), release(stage, "1.0")]),
    opened: (stage) => stage.without(protection("main")),
  },
  {
    id: "tag-with-identity",
    who: "writer",
    does: "Pushes a tag that is called as a branch that environments admit, with a workflow that starts on tags, and asks for each identity.",
    stops: "Environments admit only branches, the clouds' trust names the ref, and the ruleset `tags` lets only the named teams create tags.",
    proof: "policy `refs-born-restricted`; test/trust",
    remains: "nothing",
    attempt: (stage) => bornWithIdentity(stage, [main(stage), release(stage, "1.0"), mirror(stage, "9")].map((ref) => ref.replace("refs/heads/", "refs/tags/"))),
    opened: (stage) =>
      stage
        .without(protection("tags"))
        .having("RepositoryEnvironmentDeploymentPolicy repository-main-images-main", "tagPattern", stage.repository.defaultBranch),
  },
  {
    id: "tag-as-a-branch",
    who: "writer",
    does: "Makes a tag that is called as the default branch, a release or a mirror: what takes a short name then takes the tag's commit.",
    stops: "The ruleset `tags` lets only the named teams create tags.",
    proof: "policy `refs-born-restricted`",
    remains: "nothing",
    attempt: (stage) => moves(stage, "create", [main(stage), release(stage, "1.0"), mirror(stage, "9")].map((ref) => ref.replace("refs/heads/", "refs/tags/"))),
    opened: (stage) => stage.without(protection("tags")),
  },
  ...(["update", "delete"] as const).map(
    (move): Attack => ({
      id: `release-tag-${move}d`,
      who: "writer",
      does: move === "update" ? "Moves the tag of a release to another commit." : "Deletes the tag of a release, to push another of its name.",
      stops: "The ruleset `tags` forbids it to all but the named teams.",
      proof: "policy `refs-born-restricted`",
      remains: "nothing",
      attempt: (stage) => moves(stage, move, ["refs/tags/v1.0.0"]),
      opened: (stage) => stage.without(protection("tags")),
    }),
  ),
  {
    id: "queue-branch-made",
    who: "writer",
    does: "Pushes a branch that is called as a merge group's, with a workflow of his own, and asks for each identity.",
    stops: "No environment admits a merge group's branch.",
    proof: "coherence `merge-queue-environments`; policy `environments-limited`; test/trust",
    remains: "nothing",
    attempt: (stage) => bornWithIdentity(stage, [`refs/heads/gh-readonly-queue/${stage.repository.defaultBranch}/pr-7-${"0".repeat(40)}`]),
    opened: (stage) => stage.having("RepositoryEnvironmentDeploymentPolicy repository-main-images-main", "branchPattern", "gh-readonly-queue/*/*"),
  },
];
