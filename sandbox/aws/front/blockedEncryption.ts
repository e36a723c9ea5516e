/**
 * Which encryption a bucket blocks, which the emulator does not hold. Since April 2026, S3 blocks SSE-C on new buckets that ask for nothing else
 * (docs.aws.amazon.com, AmazonS3, "Blocking or unblocking SSE-C for a general purpose bucket").
 */
import type { IncomingMessage } from "node:http";

const BLOCKED = "BlockedEncryptionTypes";
const BY_DEFAULT = ["SSE-C"];
/** What S3 takes. */
const KNOWN: ReadonlySet<string> = new Set(["SSE-C", "NONE"]);

export class BlockedEncryption {
  /** By account and path of the bucket. */
  private readonly blocked = new Map<string, readonly string[]>();

  /** True for a request about a bucket's encryption, whatever it does with it. */
  concerns({ url, headers }: IncomingMessage): boolean {
    return /[?&]encryption(=|&|$)/.test(url ?? "") && /Credential=[^,]+\/s3\/aws4_request/.test(headers.authorization ?? "");
  }

  /** Takes note of a request. @returns what S3 refuses in it */
  heed(request: IncomingMessage, account: string | undefined, body: string): string | undefined {
    const types = [...body.matchAll(/<EncryptionType>([^<]*)<\/EncryptionType>/g)].map(([, type = ""]) => type);
    const unknown = types.filter((type) => !KNOWN.has(type));
    if (unknown.length > 0) return `found ${unknown.join(", ")}; ${[...KNOWN].join(", ")} are allowed`;
    if (request.method === "DELETE") this.blocked.delete(key(request, account));
    if (request.method === "PUT" && types.length > 0) this.blocked.set(key(request, account), types);
    return undefined;
  }

  /** The emulator's answer to a read, with what is blocked. */
  completed(request: IncomingMessage, account: string | undefined, answer: string): string {
    const types = this.blocked.get(key(request, account)) ?? BY_DEFAULT;
    const written = `<${BLOCKED}>${types.map((type) => `<EncryptionType>${type}</EncryptionType>`).join("")}</${BLOCKED}>`;
    return answer.replaceAll("</Rule>", `${written}</Rule>`);
  }
}

function key({ url, headers }: IncomingMessage, account: string | undefined): string {
  return `${account ?? ""} ${headers.host ?? ""} ${(url ?? "").split("?")[0]?.replace(/\/$/, "")}`;
}
