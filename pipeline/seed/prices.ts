/** Default price table. Every price can be changed by stack config; a negotiated price belongs there. */
import { HOURS_PER_MONTH, type Prices } from "../prices";

/** Days of a month by which daily prices are turned into monthly ones. */
const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;

export const seedPrices: Prices = {
  asOf: "2026-11-23",
  currency: "USD",
  source:
    "List prices without discount. Virtual machines: Azure's pricing page of Linux virtual machines, and its retail prices by region. Spot: a snapshot " +
    "of Azure's retail prices, a guide only, as spot moves with demand. AKS, ACR, ECR: the pricing pages of each. Disks, traffic, load balancers and " +
    "GitHub's fees are not in it.",
  // Free has no price because it has no uptime promise.
  aks: { Free: 0, Standard: 0.1 * HOURS_PER_MONTH, Premium: 0.6 * HOURS_PER_MONTH },
  acr: {
    Basic: { monthly: 0.167 * DAYS_PER_MONTH, includedGiB: 10 },
    Standard: { monthly: 0.667 * DAYS_PER_MONTH, includedGiB: 100 },
    Premium: { monthly: 1.667 * DAYS_PER_MONTH, includedGiB: 500 },
  },
  storageGiB: { ecr: 0.1, acr: 0.003 * DAYS_PER_MONTH },
};
