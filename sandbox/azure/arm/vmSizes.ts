/** What the name of a VM size says (learn.microsoft.com, vm-naming-conventions): family, vCPUs, features, accelerator, version. */
export interface VmSize {
  /** Family and subfamily, such as `D`, `NC`, `ND`. */
  readonly family: string;
  readonly vcpus: number;
  /** `p` in the features: an Arm processor. */
  readonly isArm: boolean;
  /** N families carry GPUs. */
  readonly hasGpu: boolean;
  /** GPUs that can be split into MIG instances: A100, H100, H200. */
  readonly hasMig: boolean;
}

const NAME = /^Standard_([A-Z]{1,2})(\d+)(?:-\d+)?([a-z]*)((?:_[A-Za-z0-9]+)*?)(?:_v(\d+))?$/;

/** Undefined when the text is no name of a VM size. */
export function parseVmSize(name: string): VmSize | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, family = "", vcpus = "0", features = "", accelerator = ""] = match;
  const hasGpu = family.startsWith("N");
  return {
    family,
    vcpus: Number(vcpus),
    isArm: features.includes("p"),
    hasGpu,
    hasMig: /_(A100|H100|H200)/.test(accelerator) || (family === "ND" && features.includes("asr")),
  };
}
