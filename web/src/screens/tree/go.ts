import { apiPath, get } from "../../api/client";
import type { CloudObject } from "../../api/types";
import { navigate } from "../../app/router";
import { objectPath } from "../../parts/ObjectList";

/** A reference is one to an object that lies elsewhere. */
export function isReference(type: string): boolean {
    return type.endsWith("_ref");
}

/** Goes to an object; from what only refers to one on to that. */
export async function goToObject(environment: string, id: string, type: string): Promise<void> {
    const path = apiPath("/environments/{environment}/objects/{id}", { environment, id });
    const found = isReference(type) ? await get<CloudObject>(path).catch(() => null) : null;
    await navigate(objectPath(environment, found ?? { _id: id }));
}
