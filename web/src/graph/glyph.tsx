import type { JSX } from "preact";

import { Icon } from "../parts/Icon";
import { iconOf } from "./icon";
import { hueOf } from "./kinds";

/** The icon of a kind on its ground. */
export function KindGlyph({ type }: { type: string }): JSX.Element {
    return (
        <span class={`kind-glyph kind-${hueOf(type)}`}>
            <Icon of={iconOf(type)} />
        </span>
    );
}
