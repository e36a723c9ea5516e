/** Changes of a resource's inputs: each value by itself, and what is optional left out. */
import type { Properties } from "../../../../sandbox/provider/kind";

export interface InputChange {
  /** Path of the value, without positions in lists, and what becomes of it. */
  readonly name: string;
  readonly props: Properties;
}

/** All changes of one value; of a list's items, the first stands for all. */
export function changesOf(props: Properties): readonly InputChange[] {
  return variants(props).map(({ path, how, value }) => ({ name: `${path}, ${how}`, props: value as Properties }));
}

/** One that is there: of a repository that is not, the real provider takes it for a new name of the same. */
const ANOTHER_REPOSITORY = "gpu-cicd";

interface Variant {
  readonly path: string;
  readonly how: string;
  readonly value: unknown;
}

function variants(value: unknown): readonly Variant[] {
  if (Array.isArray(value)) {
    const items = value as readonly unknown[];
    const inner = items.slice(0, 1).flatMap((item) => variants(item).map((variant) => ({ ...variant, value: [variant.value, ...items.slice(1)] })));
    const none = items.length > 0 ? [{ path: "", how: "emptied", value: [] }] : [];
    const fewer = items.length > 1 ? [{ path: "", how: "one less", value: items.slice(1) }] : [];
    return [...inner, ...fewer, ...none];
  }
  if (typeof value === "object" && value !== null) {
    const object = value as Properties;
    return Object.keys(object).flatMap((key) => [
      ...(key === "repository" ? [{ path: "", how: "another", value: ANOTHER_REPOSITORY }] : variants(object[key])).map(({ path, how, value: other }) => ({ path: path === "" ? key : `${key}.${path}`, how, value: { ...object, [key]: other } })),
      { path: key, how: "left out", value: Object.fromEntries(Object.entries(object).filter(([other]) => other !== key)) },
    ]);
  }
  if (typeof value === "boolean") return [{ path: "", how: "the other", value: !value }];
  if (typeof value === "number") return [{ path: "", how: "one more", value: value + 1 }];
  return [{ path: "", how: "another", value: `${String(value)}x` }];
}
