import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { toast } from "../parts/Toast";
import { shell } from "../texts";

/** A component that is loaded when it is first shown. */
export function lazy<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
    let loaded: ComponentType<Props> | null = null;
    return function Lazy(props: Props) {
        const [Inside, setInside] = useState<ComponentType<Props> | null>(() => loaded);
        useEffect(() => {
            if (!Inside)
                load().then(
                    (found) => {
                        loaded = found;
                        setInside(() => found);
                    },
                    () => toast(shell.partFailed, "bad"),
                );
        }, [Inside]);
        return Inside && <Inside {...props} />;
    };
}
