/** Dangers of what runs: images and charts of others, pods that may do more, and where runners register. */
import { canonical } from "../diff/canonical";
import { place } from "../diff/paths";
import type { Danger } from "../model";
import type { Change } from "../resources/change";
import { textAt, valueAt } from "../resources/values";
import { say } from "../statement";
import { isFields, isList, markOf, type Value } from "../value";
import { danger } from "./danger";
import { isChanged, isGone } from "./ends";
import { nameIn } from "./kubernetes";

/** A text, or a switch that is on, at a path as people write it. */
interface Leaf {
  readonly path: string;
  readonly value: string | boolean;
}

/** What a workload of a cluster runs: CronJobs, DaemonSets, pods' templates, and what a config map holds for such pods. */
export function workloadDangers(change: Change): Danger[] {
  if (isGone(change) || change.after === undefined || change.operation === "same") return [];
  const found = [...imageDangers(change), ...privilegeDangers(change)];
  if (!isChanged(change) || found.length > 0) return found;
  const name = nameIn(change);
  const template = (fields: Change["before"]): string => canonical(valueAt(fields, "spec") ?? valueAt(fields, "data") ?? null, place(""));
  if (template(change.before) === template(change.after)) return [];
  return [
    danger("workload-changed", change, { workload: name }, say`What ${name} runs, or how it runs, is changed: read its commands.`, {
      property: "spec",
    }),
  ];
}

/** What a Helm release runs, from which chart, and for whom its runners work. */
export function releaseSourceDangers(change: Change): Danger[] {
  if (!isChanged(change)) return [];
  const { before, after } = change;
  const release = textAt(before, "name") ?? change.resource.name;
  const sources = [["chart"], ["repositoryOpts", "repo"]].flatMap((path): Danger[] => {
    const [was, becomes] = [textAt(before, ...path), textAt(after, ...path)];
    if (was === becomes) return [];
    return [
      danger(
        "chart-source-changed",
        change,
        { release, before: was ?? null, after: becomes ?? null },
        say`The release ${release} comes from ${becomes ?? "nowhere"} instead of ${was ?? "nowhere"}: other people's templates run in the cluster.`,
        { property: path.join(".") },
      ),
    ];
  });
  const [url, newUrl] = [textAt(before, "values", "githubConfigUrl"), textAt(after, "values", "githubConfigUrl")];
  const target =
    url === undefined || url === newUrl
      ? []
      : [
          danger(
            "runner-target-changed",
            change,
            { release, before: url, after: newUrl ?? null },
            say`The runners of ${release} work for ${newUrl ?? "nobody"} instead of ${url}: whoever owns that runs jobs in this cluster.`,
            { property: "values.githubConfigUrl" },
          ),
        ];
  return [...sources, ...target, ...imageDangers(change), ...privilegeDangers(change)];
}

/** Images that were not there before. One from another repository is somebody else's program. */
function imageDangers(change: Change): Danger[] {
  if (!isChanged(change)) return [];
  const had = imagesOf(change.before);
  const known = new Set(had.map(({ value }) => value));
  const repositories = new Set(had.map(({ value }) => repositoryOf(String(value))));
  return imagesOf(change.after)
    .filter(({ value }) => !known.has(value))
    .map(({ path, value }) => {
      const image = String(value);
      if (repositories.has(repositoryOf(image)))
        return danger("image-changed", change, { image }, say`${change.resource.name} runs another build of an image: ${image}.`, {
          property: path,
        });
      return danger(
        "image-source-changed",
        change,
        { image },
        say`${change.resource.name} runs the image ${image}, from where none of its images came before.`,
        { property: path },
      );
    });
}

function imagesOf(value: Value | undefined): Leaf[] {
  return leaves(value).filter(({ path, value: text }) => /(^|\.)image(\.repository)?$/.test(path) && typeof text === "string");
}

/** An image without its tag and digest. */
function repositoryOf(image: string): string {
  return image.split("@")[0]!.replace(/:[^/]*$/, "");
}

/** What lets a pod reach its node. Source: kubernetes.io/docs/concepts/security/pod-security-standards. */
const PRIVILEGES = /(^|\.)(privileged|hostPID|hostIPC|hostNetwork|allowPrivilegeEscalation|hostPath\.path|hostPort)$/;

function privilegeDangers(change: Change): Danger[] {
  // A release that is new is seen as a whole; what a workload may do is said from its first day.
  const had = new Set(leaves(change.before).filter(isPrivilege).map(told));
  const name = textAt(change.after, "metadata", "name") ?? textAt(change.after, "name") ?? change.resource.name;
  return leaves(change.after)
    .filter((leaf) => isPrivilege(leaf) && !had.has(told(leaf)))
    .map((leaf) =>
      danger("workload-privileged", change, { workload: name, privilege: told(leaf) }, say`${name} may reach its node: ${told(leaf)}.`, {
        property: leaf.path,
      }),
    );
}

function isPrivilege({ path, value }: Leaf): boolean {
  return PRIVILEGES.test(path) && value !== false;
}

/** Such as `hostPath /var/run`. */
function told({ path, value }: Leaf): string {
  const key = path
    .replace(/\.path$/, "")
    .split(".")
    .at(-1)!;
  return typeof value === "string" ? `${key} ${value}` : key;
}

/** Texts and switches of a value, also inside of texts that hold JSON. */
function leaves(value: Value | undefined, path = ""): Leaf[] {
  if (typeof value === "boolean" || typeof value === "number")
    return [{ path, value: String(value) === "false" ? false : typeof value === "boolean" ? true : String(value) }];
  if (typeof value === "string") return value.startsWith("{") ? leaves(json(value) ?? null, path) : [{ path, value }];
  if (isList(value)) return value.flatMap((item, index) => leaves(item, `${path}[${index}]`));
  if (!isFields(value) || markOf(value) !== undefined) return [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

function json(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}
