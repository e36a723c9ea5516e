/** The schemas of everything that config says. The model's types are made from them. */
export { infrastructureFields, infrastructureSchema, type ConfiguredInfrastructure, type GivenInfrastructure } from "./infrastructure";
export { pipelineFields, pipelineSchema, type ConfiguredPipeline, type GivenPipeline } from "./pipeline";
