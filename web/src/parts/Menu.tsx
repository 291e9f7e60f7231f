import type { ComponentChildren, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { Link } from "../app/router";
import { Icon } from "./Icon";
import "./menu.css";

export interface MenuItem {
    text: string;
    icon?: string;
    /** Where it leads, or else what it does. */
    to?: string;
    run?: () => void;
    /** One of several, and chosen or not. */
    is_checked?: boolean;
    is_current?: boolean;
}

export interface MenuSection {
    title?: string;
    items: readonly MenuItem[];
}

interface MenuProps {
    /** What the button shows. */
    button: ComponentChildren;
    label: string;
    button_class?: string;
    sections: readonly MenuSection[];
    /** At which edge of the button it opens. */
    at?: "start" | "end";
    onOpen?: () => void;
}

function itemsOf(menu: HTMLElement | null): HTMLElement[] {
    return [...(menu?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
}

function next(items: HTMLElement[], key: string): HTMLElement | undefined {
    const at = items.indexOf(document.activeElement as HTMLElement);
    switch (key) {
        case "ArrowDown": return items[(at + 1) % items.length];
        case "ArrowUp": return items[(at <= 0 ? items.length : at) - 1];
        case "Home": return items[0];
        case "End": return items.at(-1);
        default: {
            if (key.length !== 1)
                return undefined;
            const order = [...items.slice(at + 1), ...items.slice(0, at + 1)];
            return order.find((item) => item.textContent?.trim().toLowerCase().startsWith(key.toLowerCase()));
        }
    }
}

export function Menu({ button, label, button_class = "button", sections, at = "start", onOpen }: MenuProps) {
    const [is_open, setOpen] = useState(false);
    const id = useId();
    const root = useRef<HTMLDivElement>(null);
    const list = useRef<HTMLDivElement>(null);
    const trigger = useRef<HTMLButtonElement>(null);

    useEffect(() => {
        if (!is_open)
            return undefined;
        onOpen?.();
        (itemsOf(list.current)[0] ?? list.current)?.focus();
        const outside = (event: Event): void => {
            if (!root.current?.contains(event.target as Node))
                setOpen(false);
        };
        document.addEventListener("pointerdown", outside);
        document.addEventListener("focusin", outside);
        return () => {
            document.removeEventListener("pointerdown", outside);
            document.removeEventListener("focusin", outside);
        };
    }, [is_open]);

    const close = (): void => {
        setOpen(false);
        trigger.current?.focus();
    };
    const onKey = (event: TargetedKeyboardEvent<HTMLDivElement>): void => {
        if (event.key === "Escape" && is_open) {
            event.stopPropagation();
            close();
        } else if (event.key === "Tab") {
            setOpen(false);
        } else if (is_open) {
            const item = next(itemsOf(list.current), event.key);
            if (item) {
                event.preventDefault();
                item.focus();
            }
        } else if (event.key === "ArrowDown") {
            event.preventDefault();
            setOpen(true);
        }
    };

    return (
        <div class="menu" ref={root} onKeyDown={onKey}>
            <button
                type="button" ref={trigger} class={button_class} aria-haspopup="menu" aria-expanded={is_open}
                aria-controls={is_open ? id : undefined} aria-label={label} title={label}
                onClick={() => setOpen(!is_open)}
            >
                {button}
            </button>
            {is_open && (
                <div id={id} class={`menu-list is-${at}`} role="menu" aria-label={label} ref={list} tabIndex={-1}>
                    {sections.map((section, i) => (
                        <div key={i} role="group" class="menu-section" aria-label={section.title}>
                            {section.title && <div class="menu-title" aria-hidden>{section.title}</div>}
                            {section.items.map((item) => <Item key={item.text} item={item} close={close} />)}
                        </div>
                    ))}
                </div>
            )}
        </div>
    );
}

function Item({ item, close }: { item: MenuItem; close: () => void }) {
    const inside = (
        <>
            {item.icon && <Icon of={item.icon} />}
            <span class="name" dir="auto" title={item.text}>{item.text}</span>
        </>
    );
    const choose = (): void => {
        close();
        item.run?.();
    };
    if (item.to !== undefined)
        return (
            <Link
                to={item.to} class="menu-item" role="menuitem" tabIndex={-1} onClick={close}
                aria-current={item.is_current ? "page" : undefined}
            >
                {inside}
            </Link>
        );
    const is_choice = item.is_checked !== undefined;
    return (
        <button
            type="button" class="menu-item" role={is_choice ? "menuitemradio" : "menuitem"} tabIndex={-1}
            aria-checked={is_choice ? item.is_checked : undefined} onClick={choose}
        >
            {inside}
        </button>
    );
}
