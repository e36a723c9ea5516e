/** Marks by which the engine tells special values from plain ones. Source: sdk/proto/resource.proto and sdk/go/common/resource of pulumi/pulumi. */

/** The key under which an object says what it is. */
export const SIGNATURE = "4dabf18193072939515e22adb298388d";
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";
export const OUTPUT_VALUE = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
