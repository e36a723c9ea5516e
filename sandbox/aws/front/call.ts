/** A request to AWS as the gateway reads it, and the answers that it can give itself. */
import { randomUUID } from "node:crypto";

export type Service = "ecr" | "iam" | "sts";

export interface Call {
  readonly service: Service;
  readonly operation: string;
  /** Parameters of the query protocol (IAM, STS) or of the JSON body (ECR). */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Account that the request's access key belongs to; undefined when the request is not signed with a key of the sandbox. */
  readonly account: string | undefined;
}

/** An answer of the gateway instead of the emulator's. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** The call in a request with a body, or undefined when it is of no service that the gateway looks into. */
export function readCall(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
  account: string | undefined,
): Call | undefined {
  const target = headers["x-amz-target"];
  if (typeof target === "string" && target.startsWith("AmazonEC2ContainerRegistry_")) {
    return {
      service: "ecr",
      operation: target.slice(target.indexOf(".") + 1),
      parameters: JSON.parse(body) as Record<string, unknown>,
      account,
    };
  }
  if (!String(headers["content-type"]).startsWith("application/x-www-form-urlencoded")) return undefined;
  const parameters = Object.fromEntries(new URLSearchParams(body));
  const service = parameters.Version === "2010-05-08" ? "iam" : parameters.Version === "2011-06-15" ? "sts" : undefined;
  return service && { service, operation: parameters.Action ?? "", parameters, account };
}

/** The refusal in the form of the service's protocol. */
export function refusalBody(service: Service, { code, message }: Refusal): { readonly type: string; readonly body: string } {
  if (service === "ecr") return { type: "application/x-amz-json-1.1", body: JSON.stringify({ __type: code, message }) };
  const namespace = service === "iam" ? "https://iam.amazonaws.com/doc/2010-05-08/" : "https://sts.amazonaws.com/doc/2011-06-15/";
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return { type: "text/xml", body: `<ErrorResponse xmlns="${namespace}">${error}<RequestId>${randomUUID()}</RequestId></ErrorResponse>` };
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;" };

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Texts of every element of that name in an answer of the emulator, with XML's escapes resolved. */
export function elements(xml: string, name: string): string[] {
  return [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, text = ""]) =>
    Object.entries(ENTITIES)
      .reduceRight((whole, [character, entity]) => whole.replaceAll(entity, character), text)
      .trim(),
  );
}

/** Members of a list parameter of the query protocol: `NAME.member.1`, ... */
export function members(parameters: Readonly<Record<string, unknown>>, name: string): string[] {
  return Object.entries(parameters)
    .filter(([key]) => key.startsWith(`${name}.member.`))
    .map(([, value]) => String(value));
}
