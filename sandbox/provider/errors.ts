/** Errors as the engine reads them: one line of text, and for a half-made resource the details that keep it in state. */
import { Metadata, status, type ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";

/** An error of the sandbox itself, or of the program's use of it, with a gRPC status of its own. */
export class ProviderError extends Error {
  constructor(
    readonly code: status,
    message: string,
  ) {
    super(message);
  }
}

/** The text of any error in one line. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replace(/\s*\n\s*/g, " ").trim();
}

export function serviceError(error: unknown, metadata = new Metadata()): ServiceError {
  const code = error instanceof ProviderError ? error.code : status.UNKNOWN;
  const details = oneLine(error);
  return Object.assign(new Error(details), { code, details, metadata });
}

export interface HalfMade {
  readonly id: string;
  readonly outputs: Struct;
  readonly inputs: Struct;
  readonly reason: string;
}

/** The engine records the resource with `reason` and tries to update it the next time. */
export function initFailed(half: HalfMade): ServiceError {
  const detail = new ErrorResourceInitFailed();
  detail.setId(half.id);
  detail.setProperties(half.outputs);
  detail.setInputs(half.inputs);
  detail.addReasons(half.reason);
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const message = new Status();
  message.setCode(status.UNKNOWN);
  message.setMessage(half.reason);
  message.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(message.serializeBinary()));
  return serviceError(new Error(half.reason), metadata);
}
