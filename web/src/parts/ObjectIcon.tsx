/* The glyph of a type of objects: the same in the tree, in lists and in the graph. */

import aggregate from "lucide-static/icons/group.svg?icon";
import agent from "lucide-static/icons/bot.svg?icon";
import box from "lucide-static/icons/box.svg?icon";
import cloud from "lucide-static/icons/cloud.svg?icon";
import ethernet_port from "lucide-static/icons/ethernet-port.svg?icon";
import folder from "lucide-static/icons/folder.svg?icon";
import host from "lucide-static/icons/server.svg?icon";
import instance from "lucide-static/icons/monitor.svg?icon";
import network from "lucide-static/icons/cloudy.svg?icon";
import otep from "lucide-static/icons/corner-down-left.svg?icon";
import port from "lucide-static/icons/circle-dot.svg?icon";
import project from "lucide-static/icons/briefcase.svg?icon";
import region from "lucide-static/icons/earth.svg?icon";
import switch_icon from "lucide-static/icons/router.svg?icon";
import vconnector from "lucide-static/icons/git-merge.svg?icon";
import vedge from "lucide-static/icons/workflow.svg?icon";
import vnic from "lucide-static/icons/plug.svg?icon";
import vservice from "lucide-static/icons/layers.svg?icon";
import zone from "lucide-static/icons/map-pin.svg?icon";
import { typeText } from "../texts";
import { Icon } from "./Icon";

const icons: Record<string, string> = {
    environment: cloud,
    region,
    project,
    availability_zone: zone,
    aggregate,
    host,
    host_ref: host,
    network,
    port,
    instance,
    vservice,
    vnic,
    vconnector,
    vedge,
    otep,
    host_pnic: ethernet_port,
    switch_pnic: ethernet_port,
    switch: switch_icon,
    network_agent: agent,
};

/** The shapes of a type's icon. */
export function objectIcon(type: string): string {
    return (Object.hasOwn(icons, type) ? icons[type] : undefined) ?? (type.endsWith("_folder") ? folder : box);
}

export function ObjectIcon({ type, labelled = false }: { type: string; labelled?: boolean }) {
    return <Icon of={objectIcon(type)} label={labelled ? typeText(type) : undefined} />;
}
