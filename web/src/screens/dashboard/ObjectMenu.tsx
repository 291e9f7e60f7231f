import { useSignal } from "@preact/signals";
import type { CloudObject } from "../../api/types";
import { useResource } from "../../api/resource";
import { href } from "../../app/router";
import { ObjectIcon, objectIcon } from "../../parts/ObjectIcon";
import { Menu } from "../../parts/Menu";
import { count, dashboard as texts, typeText } from "../../texts";

const MOST = 1000;

interface ObjectMenuProps {
    environment: string;
    type: string;
    total: number | undefined;
    /** Only what lies below the object with this id_path. */
    below?: string;
}

/** "2 regions": opens a list of them; it is asked for when it is opened. */
export function ObjectMenu({ environment, type, total, below }: ObjectMenuProps) {
    const is_wanted = useSignal(false);
    const found = useResource<{ objects: CloudObject[] }>(
        is_wanted.value ? `/environments/${encodeURIComponent(environment)}/objects` : null,
        {
            query: { type, below, fields: "_id,id,name,object_name", sort: "name", limit: MOST },
            voids: { kinds: ["object", "revision"], environment, types: [type] },
        },
    );
    const text = total === undefined ? typeText(type, 2) : `${count(total)} ${typeText(type, total)}`;
    const objects = found.data.value?.objects ?? [];
    const items = objects.map((object) => ({
        text: object.object_name ?? object.name ?? object.id,
        icon: objectIcon(type),
        to: href("/environments/:environment/objects/:object", { environment, object: object._id }),
    }));
    const want = (): void => {
        is_wanted.value = true;
    };
    return (
        <div onPointerEnter={want} onFocusCapture={want}>
            <Menu
                label={text} button={<><ObjectIcon type={type} />{text}</>} button_class="button is-plain"
                sections={[{ title: items.length ? undefined : texts.reading, items }]}
                onOpen={want}
            />
        </div>
    );
}
