/**
 * A stack's configuration for a rehearsal: what is committed, and a canary for every secret. The values never stand in an argument or
 * in a file in the clear; they are encrypted as Pulumi's passphrase provider does it (sdk/go/common/resource/config/crypt.go and
 * pkg/secrets/passphrase/manager.go of pulumi/pulumi).
 */
import { createCipheriv, generateKeyPairSync, pbkdf2Sync, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument, type Document } from "yaml";
import { stackConfigFile, type Layout } from "./layout";

/** A secret that a stack needs: its key with namespace, and what its value must look like. */
export interface SecretKey {
  /** Such as `gpu-cicd:HF_TOKEN`. */
  readonly key: string;
  /** `text` (the default) is a random word, `private-key` an RSA key in PEM, `url` an https URL. */
  readonly format?: "text" | "private-key" | "url";
}

const ITERATIONS = 1_000_000;
const KEY_BYTES = 32;
const SALT_BYTES = 8;
const NONCE_BYTES = 12;

/**
 * Writes `Pulumi.STACK.yaml` into the sandbox from the committed one in `project`, and a copy of Pulumi.yaml beside it, so that commands
 * which know no other configuration file work there. A secret that the sandbox has a value for already keeps it. Returns the file.
 */
export async function writeStackConfig(layout: Layout, project: string, stack: string, secrets: readonly SecretKey[]): Promise<string> {
  const file = stackConfigFile(layout, stack);
  await copyFile(join(project, "Pulumi.yaml"), join(layout.directory, "Pulumi.yaml"));
  const committed = join(project, `Pulumi.${stack}.yaml`);
  const config = parseDocument(existsSync(committed) ? await readFile(committed, "utf8") : "");
  const before = existsSync(file) ? parseDocument(await readFile(file, "utf8")) : undefined;
  const salt = (before?.get("encryptionsalt") as string | undefined) ?? undefined;
  const crypter = new PassphraseCrypter((await readFile(layout.passphrase, "utf8")).trim(), salt);
  config.set("encryptionsalt", crypter.salt);
  for (const secret of secrets) config.setIn(["config", secret.key], earlier(before, secret.key) ?? { secure: crypter.encrypt(canary(secret)) });
  await writeFile(file, config.toString(), { mode: 0o600 });
  return file;
}

function earlier(before: Document | undefined, key: string): { secure: string } | undefined {
  const secure = before?.getIn(["config", key, "secure"]);
  return typeof secure === "string" ? { secure } : undefined;
}

/** A value that cannot be mistaken: found anywhere in the clear, it is a leak. */
function canary({ format = "text" }: SecretKey): string {
  const word = `canary-${randomBytes(16).toString("hex")}`;
  if (format === "url") return `https://canary.invalid/${word}`;
  if (format === "text") return word;
  return generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" }) as string;
}

/** Pulumi's passphrase encryption: PBKDF2 with SHA-256 to a key for AES-256-GCM. */
export class PassphraseCrypter {
  /** What stands as `encryptionsalt`: the salt, and a known word by which a wrong passphrase is noticed. */
  readonly salt: string;
  private readonly key: Buffer;

  /** Continues with an earlier `encryptionsalt`, or makes a new one. */
  constructor(passphrase: string, encryptionSalt?: string) {
    const salt = encryptionSalt === undefined ? randomBytes(SALT_BYTES) : Buffer.from(encryptionSalt.split(":")[1] ?? "", "base64");
    this.key = pbkdf2Sync(passphrase, salt, ITERATIONS, KEY_BYTES, "sha256");
    this.salt = encryptionSalt ?? `v1:${salt.toString("base64")}:${this.encrypt("pulumi")}`;
  }

  encrypt(text: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", this.key, nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
  }
}
