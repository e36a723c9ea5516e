/** Configuration of the GitHub provider, as @pulumi/github 6.15 takes it. */
import { createPrivateKey } from "node:crypto";
import { z } from "zod";

/** The sandbox talks to nothing but the machine it is on, whatever it is told. */
function isLoopback(url: string): boolean {
  const host = URL.canParse(url) ? new URL(url).hostname : "";
  return host === "127.0.0.1" || host === "localhost" || host === "[::1]";
}

/** Newlines may be written as `\n`, as in the real provider. */
export function privateKey(pem: string): ReturnType<typeof createPrivateKey> {
  return createPrivateKey(pem.replaceAll("\\n", "\n"));
}

function isPrivateKey(pem: string): boolean {
  try {
    return privateKey(pem).asymmetricKeyType === "rsa";
  } catch {
    return false;
  }
}

const milliseconds = z.number().int().min(0);
const numeric = z.string().regex(/^\d+$/, "must be a number");

export const configSchema = z.strictObject({
  owner: z.string().min(1).optional(),
  /** Older name of `owner`. */
  organization: z.string().min(1).optional(),
  token: z.string().min(1).optional(),
  appAuth: z
    .strictObject({
      id: numeric,
      installationId: numeric,
      pemFile: z.string().refine(isPrivateKey, "must be an RSA private key in PEM, as GitHub gives it for an app"),
    })
    .optional(),
  /** Defaults to the sandbox's server; another address must be on loopback too. */
  baseUrl: z
    .string()
    .refine(isLoopback, "must be on this machine (127.0.0.1 or localhost): the sandbox does not talk to the real GitHub")
    .optional(),
  cachePath: z.string().optional(),
  insecure: z.boolean().optional(),
  legacyClient: z.boolean().optional(),
  /** Items of one page of a list. Defaults to 100. */
  maxPerPage: z.number().int().min(1).max(100).optional(),
  /** Attempts after the first one when GitHub says to slow down. Defaults to 3. */
  maxRetries: z.number().int().min(0).optional(),
  /** Requests are sent one at a time unless this is true. */
  parallelRequests: z.boolean().optional(),
  /** Milliseconds between reads. Defaults to 0. */
  readDelayMs: milliseconds.optional(),
  /** Milliseconds before another attempt. The real provider waits 1000; the sandbox 50. */
  retryDelayMs: milliseconds.optional(),
  retryableErrors: z.array(z.number().int()).optional(),
  /** Milliseconds between writes. The real provider's older client waits 1000; the sandbox only what is asked for. */
  writeDelayMs: milliseconds.optional(),
});

export type GitHubConfig = z.infer<typeof configSchema>;
