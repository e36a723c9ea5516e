/** The policy pack: constructing it starts its server, so nothing but the engine loads this file. */
import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./kit/policies";
import { serveBy } from "./kit/serve";
import { version } from "./package.json";
import { rules } from "./rules";

const NAME = "gpu-cicd";

serveBy(rules, { name: NAME, version });
void new PolicyPack(NAME, { policies: [...policiesOf(rules)] });
