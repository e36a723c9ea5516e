/**
 * Accounts of the sandbox. As with real AWS, the credentials decide the account: an access key id of the sandbox carries the account's
 * twelve digits. The secret key is no secret, since nothing verifies signatures.
 */

/** The account that the emulator uses when nothing else is said. */
export const DEFAULT_ACCOUNT = "123456789012";

const PREFIX = "AKIASBOX";

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Credentials of an administrator of the account. */
export function credentialsOf(account: string): Credentials {
  return { accessKeyId: `${PREFIX}${account}`, secretAccessKey: "not-a-secret" };
}

/** The account of one of the sandbox's access keys; undefined for any other key, such as those that the emulator issues for assumed roles. */
export function accountOf(accessKeyId: string): string | undefined {
  return /^AKIASBOX(\d{12})$/.exec(accessKeyId)?.[1];
}
