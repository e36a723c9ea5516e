/**
 * How the engine writes what JSON has no form for. Source: pulumi/pulumi, sdk/go/common/resource/sig/sig.go, and the unknown values of
 * sdk/go/common/resource/plugin/rpc.go.
 */

/** Key of an object that is no plain object; its value says what it is. */
export const SIGNATURE_KEY = "4dabf18193072939515e22adb298388d";

export const SIGNATURES: Readonly<Record<string, "secret" | "asset" | "archive" | "resource" | "output">> = {
  "1b47061264138c4ac30d75fd1eb44270": "secret",
  c44067f5952c0a294b673a41bacd8c17: "asset",
  "0def7320c3a5731c473e5ecbe6d01bc7": "archive",
  "5cf8f73096256a8f31e491e813e4eb8e": "resource",
  d0e6a833031e9bbcd3f4e8bde6ca49a4: "output",
};

/** Stands for a secret where a digest shows one. A plain text of these letters is taken for one too: hidden once too often. */
export const SECRET_TEXT = "[secret]";

/** Texts that stand for a value that is not known yet, one for each kind of value. */
export const UNKNOWN_TEXTS: ReadonlySet<string> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
