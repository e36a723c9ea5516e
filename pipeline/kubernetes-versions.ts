/**
 * Minor versions of Kubernetes and the last day on which AKS supports each.
 * Source: learn.microsoft.com, "Supported Kubernetes versions in AKS", release calendar as of November 2026; a month stands for its last day.
 */
const SUPPORT_ENDS: Readonly<Record<string, string>> = {
  "1.33": "2026-07-31",
  "1.34": "2026-11-30",
  "1.35": "2027-03-31",
  "1.36": "2027-06-30",
  "1.37": "2027-10-31",
};

/** Days before the end of support from which a version is a finding: time for two upgrades, as a control plane goes up one minor at a time. */
export const UPGRADE_DAYS = 90;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Last day of support, `YYYY-MM-DD`; undefined for a version that the table does not have. */
export const supportEnds = (minor: string): string | undefined => SUPPORT_ENDS[minor];

/** Versions that have more than `UPGRADE_DAYS` of support left on a day, oldest first. @param today `YYYY-MM-DD` */
export function lastingVersions(today: string): string[] {
  return Object.keys(SUPPORT_ENDS).filter((minor) => lasts(minor, today));
}

/** Whether a version is supported for more than `UPGRADE_DAYS` from a day on. @param today `YYYY-MM-DD` */
export function lasts(minor: string, today: string): boolean {
  const end = supportEnds(minor);
  return end !== undefined && (Date.parse(end) - Date.parse(today)) / DAY_MS > UPGRADE_DAYS;
}
