import { useSignal } from "@preact/signals";
import type { CloudObject } from "../../api/types";
import { useResource } from "../../api/resource";
import { ObjectIcon, objectIcon } from "../../parts/ObjectIcon";
import { Menu } from "../../parts/Menu";
import { objectName, objectPath } from "../../parts/ObjectList";
import { common, count, dashboard as texts, errorText, typeText } from "../../texts";

const MOST = 1000;

interface ObjectMenuProps {
    environment: string;
    type: string;
    total: number | undefined;
}

/** "2 regions": opens a list of them; it is asked for when it is opened. */
export function ObjectMenu({ environment, type, total }: ObjectMenuProps) {
    const is_wanted = useSignal(false);
    const found = useResource<{ objects: CloudObject[] }>(
        is_wanted.value ? `/environments/${encodeURIComponent(environment)}/objects` : null,
        {
            query: { type, fields: "_id,id,name,object_name,ref_id", sort: "name", limit: MOST },
            voids: { kinds: ["object", "revision"], environment, types: [type] },
        },
    );
    const text = total === undefined ? typeText(type, 2) : `${count(total)} ${typeText(type, total)}`;
    const objects = found.data.value?.objects ?? [];
    const items = objects.map((object) => ({
        text: objectName(object),
        icon: objectIcon(type),
        to: objectPath(environment, object),
    }));
    const state = found.data.value ? texts.noneThere : found.error.value ? errorText(found.error.value).title : common.loading;
    const want = (): void => {
        is_wanted.value = true;
    };
    return (
        <div onPointerEnter={want} onFocusCapture={want}>
            <Menu
                label={text} button={<><ObjectIcon type={type} />{text}</>} button_class="button is-plain"
                sections={[{ title: items.length ? undefined : state, items }]}
                onOpen={want}
            />
        </div>
    );
}
