/** Certificates of the sandbox's servers: authorities that live as long as one sandbox, ECDSA P-256. */
import "reflect-metadata";
import { KeyObject, webcrypto } from "node:crypto";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const dayMilliseconds = 24 * 60 * 60 * 1000;
/** A sandbox is thrown away long before; a day of slack before now bears a clock that is set back. */
const lifetimeDays = 825;

/** A certificate and its key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Where a server is reached. */
export interface SubjectName {
  readonly type: "dns" | "ip";
  readonly value: string;
}

/** Signs certificates that one sandbox trusts. */
export interface Authority {
  /** PEM of the authority's own certificate. */
  readonly certificate: string;
  /** A certificate for servers at these DNS names and IP addresses. It proves a client too: etcd's JSON gateway calls its own server with it. */
  server(commonName: string, names: readonly SubjectName[]): Promise<KeyPair>;
  /** A certificate with which a client proves who it is. */
  client(commonName: string): Promise<KeyPair>;
}

/** Makes a new authority. Its key never leaves the process: what it signs once is all that it ever signs. */
export async function createAuthority(commonName: string): Promise<Authority> {
  cryptoProvider.set(webcrypto);
  const keys = await generateKeys();
  const authority = await X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: `CN=${commonName}`,
    ...validity(),
    signingAlgorithm: algorithm,
    keys,
    extensions: [new BasicConstraintsExtension(true, 0, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)],
  });
  const sign = (subject: string, usages: ExtendedKeyUsage[], names: readonly SubjectName[]) => signLeaf(authority, keys.privateKey, subject, usages, names);
  return {
    certificate: authority.toString("pem"),
    server: (subject, names) => sign(subject, [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth], names),
    client: (subject) => sign(subject, [ExtendedKeyUsage.clientAuth], []),
  };
}

async function signLeaf(
  issuer: X509Certificate,
  signingKey: webcrypto.CryptoKey,
  commonName: string,
  usages: ExtendedKeyUsage[],
  names: readonly SubjectName[],
): Promise<KeyPair> {
  const keys = await generateKeys();
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: `CN=${commonName}`,
    issuer: issuer.subject,
    ...validity(),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension(usages),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension([...names])]),
    ],
  });
  return { certificate: certificate.toString("pem"), key: privateKeyPem(keys.privateKey) };
}

async function generateKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function privateKeyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs8", format: "pem" }) as string;
}

/** A positive 127-bit number, as RFC 5280 section 4.1.2.2 asks. */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return Buffer.from(bytes).toString("hex");
}

function validity(): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - dayMilliseconds), notAfter: new Date(Date.now() + lifetimeDays * dayMilliseconds) };
}
