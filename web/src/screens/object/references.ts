/* Which attributes are the id of another object, and of what type it is. */

import type { CloudObject } from "../../api/types";
import { href } from "../../app/router";

/** null: the type is not known. */
const types: Record<string, string | null> = {
    host: "host",
    host_id: "host",
    "binding:host_id": "host",
    network: "network",
    network_id: "network",
    project_id: "project",
    tenant_id: "project",
    device_id: null,
    instance_id: "instance",
    vedge_id: "vedge",
    vconnector_id: "vconnector",
    switch: "switch",
    availability_zone: "availability_zone",
    region: "region",
};

/** The address of the object that a value names; null: it names none. */
export function referenceHref(object: CloudObject, name: string, value: unknown): string | null {
    if (typeof value !== "string" || value === "")
        return null;
    if (name === "ref_id")
        return objectHref(object.environment, value);
    if (name === "parent_id")
        return object.parent_type === "environment"
            ? href("/environments/:environment", { environment: object.environment })
            : objectHref(object.environment, value, object.parent_type);
    if (name === "master_parent_id")
        return objectHref(object.environment, value, text(object["master_parent_type"]));
    if (name === "environment")
        return value === object.environment ? href("/environments/:environment", { environment: value }) : null;
    if (!Object.hasOwn(types, name))
        return null;
    return objectHref(object.environment, value, types[name] ?? undefined);
}

function text(value: unknown): string | undefined {
    return typeof value === "string" ? value : undefined;
}

function objectHref(environment: string, id: string, type?: string): string {
    return href("/environments/:environment/objects/:object", { environment, object: id }, { type });
}
