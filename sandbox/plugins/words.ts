/** The words by which providers are chosen, apart from what finds them: help reads them without it. */
export const CHOICES = ["auto", "real", "ours"] as const;

/** `auto`: the real plugin wherever one can be had. `real`: an error where one cannot. `ours`: the sandbox's own. */
export type Choice = (typeof CHOICES)[number];
