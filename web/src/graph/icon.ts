import several from "lucide-static/icons/layers-2.svg?icon";

import { objectIcon } from "../parts/ObjectIcon";

/** The shapes of an icon of lucide; "": several kinds. */
export function iconOf(type: string): string {
    return type === "" ? several : objectIcon(type);
}
