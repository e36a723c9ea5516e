/** Rules that several resource types share, as zod schemas whose messages say what was found and what is allowed. */
import { BlockList, isIP } from "node:net";
import { z } from "zod";
import { isGuid, parseResourceId } from "./ids";

const show = (value: unknown): string => JSON.stringify(value) ?? "nothing";

/** A string of one form. */
export const text = (pattern: RegExp, rule: string) =>
  z.string({ error: (issue) => `found ${show(issue.input)}; ${rule}` }).refine((value) => pattern.test(value), {
    error: (issue) => `found ${show(issue.input)}; ${rule}`,
  });

/** One of an SDK's enumerated values, cased as the service documents them. */
export function oneOf<T extends string>(allowed: Readonly<Record<string, T>> | readonly T[]) {
  const values = [...new Set(Object.values(allowed) as T[])] as [T, ...T[]];
  return z.enum(values, { error: (issue) => `found ${show(issue.input)}; allowed are ${values.join(", ")}` });
}

/** A whole number within bounds, both included. */
export const whole = (minimum: number, maximum: number) =>
  z.number({ error: (issue) => `found ${show(issue.input)}; a whole number from ${minimum} to ${maximum} is allowed` }).refine(
    (value) => Number.isInteger(value) && value >= minimum && value <= maximum,
    { error: (issue) => `found ${show(issue.input)}; a whole number from ${minimum} to ${maximum} is allowed` },
  );

export const guid = z.string().refine(isGuid, { error: (issue) => `found ${show(issue.input)}; a GUID is allowed` });

/** An ARM id of one type, such as `Microsoft.ManagedIdentity/userAssignedIdentities`. */
export const armId = (type: string) =>
  z.string().refine((id) => parseResourceId(id)?.type.toLowerCase() === type.toLowerCase(), {
    error: (issue) => `found ${show(issue.input)}; the ARM id of a ${type} is allowed`,
  });

/** ARM's limits on tags: 50 pairs, names up to 512 characters without <>%&\?/, values up to 256 (learn.microsoft.com, tag-resources). */
export const tags = z
  .record(text(/^[^<>%&\\?/]{1,512}$/, "a tag's name has 1 to 512 characters, none of < > % & \\ ? /"), z.string().max(256))
  .refine((value) => Object.keys(value).length <= 50, { error: "at most 50 tags are allowed" });

/** An IP range whose address is the range's first, such as 10.0.0.0/16. */
export const cidr = z.string().refine((value) => isCidr(value), {
  error: (issue) => `found ${show(issue.input)}; a CIDR range such as 10.0.0.0/16 is allowed, its address being the first of the range`,
});

/** An address or an IP range. */
export const addressOrRange = z.string().refine((value) => isIP(value) !== 0 || isCidr(value), {
  error: (issue) => `found ${show(issue.input)}; an IP address or a CIDR range is allowed`,
});

function isCidr(value: string): boolean {
  const [address = "", length = "", ...rest] = value.split("/");
  const family = isIP(address);
  if (rest.length > 0 || family === 0 || !/^\d{1,3}$/.test(length) || Number(length) > (family === 4 ? 32 : 128)) return false;
  return family === 6 || isFirstOfRange(address, Number(length));
}

function isFirstOfRange(address: string, length: number): boolean {
  const value = toNumber(address);
  const size = 2 ** (32 - length);
  return value % size === 0;
}

const toNumber = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);

/** Whether the address lies in the range; both IPv4. */
export function contains(range: string, address: string): boolean {
  const [network = "", length = ""] = range.split("/");
  if (isIP(network) !== 4 || isIP(address) !== 4) return false;
  const list = new BlockList();
  list.addSubnet(network, Number(length), "ipv4");
  return list.check(address, "ipv4");
}

/** Whether two IPv4 ranges share an address. */
export const overlap = (a: string, b: string): boolean => {
  const [first, second] = [a.split("/")[0] ?? "", b.split("/")[0] ?? ""];
  return contains(a, second) || contains(b, first);
};

const labelName = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
const labelKey = `([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?${labelName}`;

/** Labels of nodes: Kubernetes' syntax, without the prefix that AKS keeps for itself; its mark of spot nodes may be repeated. */
export const nodeLabels = z.record(
  text(new RegExp(`^(?!kubernetes\\.azure\\.com/(?!scalesetpriority$))${labelKey}$`), "a label's key is [prefix/]name; the prefix kubernetes.azure.com/ belongs to AKS"),
  text(new RegExp(`^(${labelName})?$`), "a label's value has up to 63 characters of A-Z a-z 0-9 - _ . and starts and ends with a letter or digit"),
);

/** A taint as AKS writes it. */
export const nodeTaint = text(
  new RegExp(`^${labelKey}(=(${labelName})?)?:(NoSchedule|PreferNoSchedule|NoExecute)$`),
  "a taint is key[=value]:NoSchedule, key[=value]:PreferNoSchedule or key[=value]:NoExecute",
);
