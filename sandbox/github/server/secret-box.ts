/**
 * The key pair that Actions secrets are sealed for. GitHub publishes the public half; a client seals a value with it (libsodium's sealed box), and
 * only the server can open it. The private half lives only in memory, so each start of the sandbox has a key of its own.
 */
import { createHash, randomBytes } from "node:crypto";
import sodium from "libsodium-wrappers";
import { HttpError } from "./errors";

/** GitHub's limit of a secret's value, bytes: docs.github.com, "Secrets reference". */
const LIMIT = 48 * 1024;

/** The key pair for which clients seal secrets. Values are forgotten once opened; a salted hash stays. */
export class SecretBox {
  private constructor(
    private readonly keys: { publicKey: Uint8Array; privateKey: Uint8Array },
    /** Identifies the key, as GitHub's `key_id` does. */
    readonly keyId: string,
  ) {}

  static async create(): Promise<SecretBox> {
    await sodium.ready;
    return new SecretBox(sodium.crypto_box_keypair(), randomBytes(8).readBigUInt64BE().toString());
  }

  /** Base64. */
  get publicKey(): string {
    return Buffer.from(this.keys.publicKey).toString("base64");
  }

  /** Opens a sealed value and keeps a salted hash of it; 422 when it was sealed for another key. */
  open(encrypted: string, keyId: string): { salt: string; hash: string } {
    if (keyId !== this.keyId) throw new HttpError(422, "Improperly encrypted secret: key_id is not the current public key's");
    let value: Uint8Array;
    try {
      value = sodium.crypto_box_seal_open(Buffer.from(encrypted, "base64"), this.keys.publicKey, this.keys.privateKey);
    } catch {
      throw new HttpError(422, "Improperly encrypted secret");
    }
    if (value.length > LIMIT) throw new HttpError(422, `Secret value is too large: ${value.length} bytes (allowed: ${LIMIT})`);
    const salt = randomBytes(16).toString("hex");
    const hash = createHash("sha256").update(salt).update(value).digest("hex");
    value.fill(0);
    return { salt, hash };
  }
}
