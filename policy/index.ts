/** The policy pack: constructing it starts its server, so nothing but the engine loads this file. */
import { PolicyPack } from "@pulumi/policy";
import { policyOf } from "./kit/policies";
import { rules } from "./rules";

void new PolicyPack("gpu-cicd", { policies: rules.map(policyOf) });
