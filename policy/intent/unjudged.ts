/**
 * What a program says of a resource beside its properties, by the names of the engine's protocol (RegisterResourceRequest, sdk/proto/pulumi/resource.proto of pulumi/pulumi): which of it the
 * manifest holds, and why the rest is not judged. A field that stands nowhere here fails a test: a newer engine may bring one.
 */

/** Fields that the policy about the manifest judges, each with the option or property of a subject that holds it. */
export const judgedFields: Readonly<Record<string, string>> = {
  type: "its key in the manifest",
  name: "its key in the manifest",
  parent: "parent",
  object: "props",
  protect: "protect",
  provider: "provider",
  propertydependenciesMap: "sources",
  deletebeforereplace: "deleteBeforeReplace",
  deletebeforereplacedefined: "deleteBeforeReplace",
  ignorechangesList: "ignoreChanges",
  additionalsecretoutputsList: "additionalSecretOutputs",
  aliasurnsList: "aliases",
  aliasesList: "aliases",
  customtimeouts: "customTimeouts",
  // The engine shows these to no policy (AnalyzerResourceOptions); a state tells both, and an audit judges them.
  retainondelete: "retainOnDelete",
  deletedwith: "deletedWith",
  // Of providers, where they lead: the engine notes both with a provider's properties.
  version: "props",
  plugindownloadurl: "props",
};

const UNSEEN = "the engine shows it to no policy and notes it in no state";
const WIRE = "it says how the SDK and the engine talk, and nothing of the resource";
const ORDER = "it says in which order the engine works; what is made of what is judged by the sources of each property";

/** Fields that nobody judges. */
export const notJudged: Readonly<Record<string, string>> = {
  custom: "what has a provider is judged as a resource, whatever it calls itself",
  dependenciesList: ORDER,
  importid: "an import takes what is there under the properties that the program says, which are judged; the state has it once",
  replaceonchangesList: `${UNSEEN}; a replacement that it causes is a danger of the report`,
  replaceWithList: `${UNSEEN}; a replacement that it causes is a danger of the report`,
  replacementTrigger: `${UNSEEN}; a replacement that it causes is a danger of the report`,
  hidediffsList: `${UNSEEN}; the report reads the states and not the shown differences`,
  hooks: `${UNSEEN}; a hook is code of the program, which is reviewed as such`,
  transformsList: "a transform changes properties and options before the engine shows them, and they are judged as it leaves them",
  stateMigrationsList: UNSEEN,
  providersMap: "it is of components; each resource names the provider that it got, which is judged",
  envvarmappingsMap: `${UNSEEN}; a provider's settings that come from variables are judged as its properties`,
  pluginchecksumsMap: `${UNSEEN}; the version and the address of a plugin are judged`,
  packageref: "it names a provider's package, whose version and address are judged with the provider",
  remote: "a component of another language: its resources are judged each by itself",
  snippetid: UNSEEN,
  sourceposition: "it says where the program stands",
  stacktrace: "it says where the program stands",
  parentstacktracehandle: "it says where the program stands",
  acceptsecrets: WIRE,
  acceptresources: WIRE,
  acceptsByteString: WIRE,
  aliasspecs: WIRE,
  supportspartialvalues: WIRE,
  supportsresultreporting: WIRE,
  usesOutputValues: WIRE,
};
