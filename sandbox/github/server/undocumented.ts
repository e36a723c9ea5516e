/**
 * Where GitHub's description says less than GitHub does. Each line has a reason; anything that is not here is held to the description.
 */
type Node = Record<string, unknown>;

export function undocumented(document: {
  paths: Record<string, Record<string, Node>>;
  components: Record<string, Record<string, unknown>>;
}): void {
  const environment = document.paths["/repos/{owner}/{repo}/environments/{environment_name}"]?.put;
  if (environment) {
    // The web interface, go-github (CreateUpdateEnvironment.CanAdminsBypass) and the Terraform provider send it; the description closes the body.
    const schema = bodySchema(environment);
    schema.properties = { ...(schema.properties as Node), can_admins_bypass: { type: "boolean" } };
  }
  const contents = document.paths["/repos/{owner}/{repo}/contents/{path}"];
  for (const operation of contents ? [contents.put, contents.delete] : []) {
    // "oneOf" a plain error and a rule violation, where every rule violation without metadata is a plain error too.
    const conflict = (operation?.responses as Record<string, Node> | undefined)?.["409"];
    const schema = (conflict?.content as Record<string, Node> | undefined)?.["application/json"];
    const choice = schema?.schema as Node | undefined;
    if (schema && choice?.oneOf) schema.schema = { anyOf: choice.oneOf };
  }
  const installations = (document.paths["/app/installations"]?.get?.responses as Record<string, Node> | undefined)?.["200"];
  const listed = (installations?.content as Record<string, Node> | undefined)?.["application/json"];
  // The list repeats the schema of an installation with "allOf" a user and an enterprise, where the schema itself says either of them.
  if (listed) listed.schema = { type: "array", items: { $ref: "#/components/schemas/installation" } };
  const validationError = document.components.schemas?.["validation-error"] as Node | undefined;
  if (validationError) {
    // Rulesets and others answer with plain sentences: {"message":"Validation Failed","errors":["Invalid rule 'pull_request': "]}.
    const errors = (validationError.properties as Record<string, Node>).errors!;
    errors.items = { anyOf: [{ type: "string" }, errors.items] };
  }
}

function bodySchema(operation: Node): Node {
  const content = (operation.requestBody as Node).content as Record<string, Node>;
  return content["application/json"]!.schema as Node;
}
