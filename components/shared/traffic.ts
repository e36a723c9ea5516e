/** What the pods of a namespace may reach, and who reaches them. */
import type { input } from "@pulumi/kubernetes/types";
import { FORBIDDEN_ADDRESSES } from "../../pipeline/namespaces";

/** Addresses of pods. Overlay networks of different clusters may share them. */
export const POD_CIDR = "10.244.0.0/16";

/** The cluster's DNS, and the outside: no pod, and no address of the platform. The API server of AKS is outside. */
const EGRESS: input.networking.v1.NetworkPolicyEgressRule[] = [
  {
    to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }],
    ports: [
      { protocol: "UDP", port: 53 },
      { protocol: "TCP", port: 53 },
    ],
  },
  { to: [{ ipBlock: { cidr: "0.0.0.0/0", except: [POD_CIDR, ...FORBIDDEN_ADDRESSES] } }] },
];

/** Nobody reaches these pods; they reach DNS and the outside. */
export function outwardTraffic(): input.networking.v1.NetworkPolicySpec {
  return { podSelector: {}, policyTypes: ["Ingress", "Egress"], egress: EGRESS };
}

/** As outward, and the cluster's own collector of metrics may read a port. @param port TCP port of the metrics */
export function measuredTraffic(port: number): input.networking.v1.NetworkPolicySpec {
  const from = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } } }];
  return { ...outwardTraffic(), ingress: [{ from, ports: [{ protocol: "TCP", port }] }] };
}
