/** Default price table. Every price can be changed by stack config; a negotiated price belongs there. */
import { HOURS_PER_MONTH, type Prices } from "../prices";

/** Days of a month by which daily prices are turned into monthly ones. */
const DAYS_PER_MONTH = HOURS_PER_MONTH / 24;

export const seedPrices: Prices = {
  asOf: "2026-11-23",
  currency: "USD",
  source:
    "List prices without discount. Virtual machines: Azure's pricing page of Linux virtual machines, West US 3; sizes that are not offered there, East US. Spot: a snapshot " +
    "of Azure's retail prices of the same region, a guide only, as spot moves with demand. AKS, ACR, ECR: the pricing pages of each. Disks, traffic, load balancers and " +
    "GitHub's fees are not in it.",
  machines: {
    Standard_D4ds_v5: { hourly: 0.226, spotHourly: 0.0249 },
    Standard_D8ds_v5: { hourly: 0.452, spotHourly: 0.0497 },
    Standard_D16ds_v5: { hourly: 0.904, spotHourly: 0.0994 },
    Standard_D32ds_v5: { hourly: 1.808, spotHourly: 0.1989 },
    Standard_D48ds_v5: { hourly: 2.712, spotHourly: 0.2983 },
    Standard_D8pds_v6: { hourly: 0.362 },
    Standard_D16pds_v6: { hourly: 0.723 },
    Standard_D32pds_v6: { hourly: 1.446 },
    Standard_NC4as_T4_v3: { hourly: 0.526, spotHourly: 0.0579 },
    Standard_NC8as_T4_v3: { hourly: 0.752, spotHourly: 0.0827 },
    Standard_NC16as_T4_v3: { hourly: 1.204, spotHourly: 0.1324 },
    Standard_NC64as_T4_v3: { hourly: 4.352, spotHourly: 0.4787 },
    Standard_NV36ads_A10_v5: { hourly: 3.2, spotHourly: 0.8 },
    Standard_NV72ads_A10_v5: { hourly: 6.52, spotHourly: 1.63 },
    Standard_NC24ads_A100_v4: { hourly: 3.673, spotHourly: 0.404 },
    Standard_NC48ads_A100_v4: { hourly: 7.346, spotHourly: 0.8081 },
    Standard_NC96ads_A100_v4: { hourly: 14.692, spotHourly: 1.6161 },
    Standard_ND96asr_v4: { hourly: 27.197 },
    Standard_ND96amsr_A100_v4: { hourly: 32.77 },
    Standard_NC40ads_H100_v5: { hourly: 6.98 },
    Standard_NC80adis_H100_v5: { hourly: 13.96 },
    Standard_ND96isr_H100_v5: { hourly: 98.32 },
  },
  // Free has no price because it has no uptime promise.
  aks: { Free: 0, Standard: 0.1 * HOURS_PER_MONTH, Premium: 0.6 * HOURS_PER_MONTH },
  acr: {
    Basic: { monthly: 0.167 * DAYS_PER_MONTH, includedGiB: 10 },
    Standard: { monthly: 0.667 * DAYS_PER_MONTH, includedGiB: 100 },
    Premium: { monthly: 1.667 * DAYS_PER_MONTH, includedGiB: 500 },
  },
  storageGiB: { ecr: 0.1, acr: 0.003 * DAYS_PER_MONTH },
};
