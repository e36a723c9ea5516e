/** What a stack costs: an estimate from the price table of its config, item by item. */

/** One amount at three loads. */
export interface Amounts {
  /** With nothing to do: node pools at their least nodes. */
  readonly minimum: number;
  /** Under the load profile. Undefined where no use was given. */
  readonly expected?: number;
  /** Node pools at their most nodes, all of the time. */
  readonly maximum: number;
}

/** One thing that is paid for. */
export interface CostItem {
  /** Unique and stable, so that items of two stacks can be laid side by side: `CLUSTER/POOL`, `CLUSTER/control-plane`, `acr/NAME`, `storage/ecr`. */
  readonly id: string;
  readonly kind: "nodes" | "control-plane" | "registry" | "storage";
  /** For people. */
  readonly title: string;
  /** Nodes that run; only of nodes. */
  readonly nodes?: Amounts;
  /** Price an hour, in the table's currency. */
  readonly hourly: Amounts;
  /** Price a month of 730 hours. */
  readonly monthly: Amounts;
}

/** The cost of one stack. */
export interface StackCost {
  /** Day of the prices, `YYYY-MM-DD`. */
  readonly asOf: string;
  /** ISO 4217 code. */
  readonly currency: string;
  /** Where the prices are from and what they leave out. */
  readonly source: string;
  readonly items: readonly CostItem[];
  readonly hourly: Amounts;
  readonly monthly: Amounts;
}

/** How much of a stack is used under a load profile. */
export interface ExpectedUse {
  /** Average number of nodes that run, by `poolKey`. */
  readonly nodes: ReadonlyMap<string, number>;
  /** GiB that the registries hold. */
  readonly storageGiB: { readonly ecr: number; readonly acr: number };
}
