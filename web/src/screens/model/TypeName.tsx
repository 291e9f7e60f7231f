import { ObjectIcon } from "../../parts/ObjectIcon";
import { typeText } from "../../texts";

/** A type of objects, with its icon. */
export function TypeName({ type }: { type: string }) {
    return (
        <span class="type-name">
            <ObjectIcon type={type} />
            <span class="name" dir="auto" title={type}>{typeText(type)}</span>
        </span>
    );
}
