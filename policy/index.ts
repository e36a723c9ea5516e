/** The policy pack: constructing it starts its server, so nothing but the engine loads this file. */
import { PolicyPack } from "@pulumi/policy";
import { refuseWrongConfig } from "./kit/engine-config";
import { policiesOf } from "./kit/policies";
import { rules } from "./rules";

refuseWrongConfig(rules);
void new PolicyPack("gpu-cicd", { policies: [...policiesOf(rules)] });
