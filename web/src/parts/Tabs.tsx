import type { TargetedKeyboardEvent } from "preact";
import { Icon } from "./Icon";
import "./tabs.css";

export interface Tab<T extends string> {
    id: T;
    text: string;
    icon?: string;
    /** Why it cannot be chosen. */
    reason?: string;
}

interface TabsProps<T extends string> {
    label: string;
    tabs: readonly Tab<T>[];
    chosen: T;
    onChoose: (id: T) => void;
    /** The id of the element that shows the chosen one; it has role tabpanel. */
    panel: string;
}

/** The panel that belongs to it is named by `aria-labelledby={tabId(panel, chosen)}`. */
export function tabId(panel: string, id: string): string {
    return `${panel}-tab-${id}`;
}

export function Tabs<T extends string>({ label, tabs, chosen, onChoose, panel }: TabsProps<T>) {
    const onKey = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
        const able = tabs.filter((tab) => !tab.reason);
        const at = able.findIndex((tab) => tab.id === chosen);
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: able.length - 1 }[event.key];
        const tab = to === undefined ? undefined : able.at(to % able.length);
        if (!tab)
            return;
        event.preventDefault();
        onChoose(tab.id);
        document.getElementById(tabId(panel, tab.id))?.focus();
    };
    return (
        <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKey}>
            {tabs.map((tab) => (
                <button
                    key={tab.id} type="button" role="tab" class="tab" id={tabId(panel, tab.id)}
                    aria-selected={tab.id === chosen} aria-controls={panel} tabIndex={tab.id === chosen ? 0 : -1}
                    aria-disabled={tab.reason ? true : undefined} title={tab.reason}
                    onClick={() => !tab.reason && onChoose(tab.id)}
                >
                    {tab.icon && <Icon of={tab.icon} />}
                    {tab.text}
                </button>
            ))}
        </div>
    );
}
