/**
 * AddClientIDToOpenIDConnectProvider and RemoveClientIDFromOpenIDConnectProvider, which the emulator does not know: the provider is made
 * anew under its ARN with the other list, and keeps its thumbprints and tags.
 */
import { type Call, elements } from "./call";
import type { AskIam } from "./rules";

const OPERATIONS = ["AddClientIDToOpenIDConnectProvider", "RemoveClientIDFromOpenIDConnectProvider"];

/** The answer to one of the two operations, as XML; undefined for any other call. */
export async function clientIdAnswer(
  call: Call,
  defaultAccount: string,
  ask: AskIam,
): Promise<{ readonly status: number; readonly body: string } | undefined> {
  if (call.service !== "iam" || !OPERATIONS.includes(call.operation)) return undefined;
  const account = call.account ?? defaultAccount;
  const OpenIDConnectProviderArn = String(call.parameters.OpenIDConnectProviderArn);
  const found = await ask(account, { Action: "GetOpenIDConnectProvider", OpenIDConnectProviderArn });
  if (found.status !== 200) return found;
  const clientId = String(call.parameters.ClientID);
  const others = elements(section(found.body, "ClientIDList"), "member").filter((entry) => entry !== clientId);
  const wanted = call.operation === OPERATIONS[0] ? [...others, clientId] : others;
  await succeed(ask(account, { Action: "DeleteOpenIDConnectProvider", OpenIDConnectProviderArn }));
  await succeed(
    ask(account, {
      Action: "CreateOpenIDConnectProvider",
      Url: `https://${elements(found.body, "Url")[0] ?? ""}`,
      ...numbered("ClientIDList", wanted),
      ...numbered("ThumbprintList", elements(section(found.body, "ThumbprintList"), "member")),
      ...numberedTags(section(found.body, "Tags")),
    }),
  );
  const name = call.operation;
  return {
    status: 200,
    body: `<${name}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ResponseMetadata><RequestId>sandbox</RequestId></ResponseMetadata></${name}Response>`,
  };
}

function section(xml: string, name: string): string {
  return new RegExp(`<${name}>[\\s\\S]*</${name}>`).exec(xml)?.[0] ?? "";
}

function numbered(name: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${name}.member.${index + 1}`, value]));
}

function numberedTags(xml: string): Record<string, string> {
  const values = elements(xml, "Value");
  return Object.fromEntries(
    elements(xml, "Key").flatMap((key, index) => [
      [`Tags.member.${index + 1}.Key`, key],
      [`Tags.member.${index + 1}.Value`, values[index] ?? ""],
    ]),
  );
}

async function succeed(answering: ReturnType<AskIam>): Promise<void> {
  const { status, body } = await answering;
  if (status !== 200) throw new Error(`the emulator answered ${status}: ${body}`);
}
