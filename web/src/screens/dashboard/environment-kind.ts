import type { Environment } from "../../api/types";
import { listed } from "../../texts";

/** "Debian 12 · OVS · vxlan" */
export function environmentKind(environment: Environment): string {
    const { distribution, distribution_version, mechanism_drivers, type_drivers } = environment;
    return [
        [distribution, listed(distribution_version)].filter(Boolean).join(" "), listed(mechanism_drivers),
        listed(type_drivers),
    ].filter(Boolean).join(" · ");
}
