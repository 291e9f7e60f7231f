import type { ComponentChildren, JSX, TargetedMouseEvent } from "preact";
import { Link } from "../app/router";
import { Icon } from "./Icon";
import "./button.css";

type ButtonKind = "plain" | "primary" | "danger" | "quiet";

interface Look {
    kind?: ButtonKind;
    icon?: string;
    /** With it the button shows its icon only. */
    label?: string;
    children?: ComponentChildren;
}

interface ButtonProps extends Look, Omit<JSX.IntrinsicElements["button"], "label" | "icon" | "ref"> {
    /** Why it cannot be used: it stays in reach of the keyboard, and says so. */
    reason?: string | null;
    /** What it began has not ended yet. */
    busy?: boolean;
}

function classOf({ kind = "plain", label, children }: Look): string {
    return `button is-${kind}${label && !children ? " is-icon" : ""}`;
}

export function Button({ kind, icon, label, reason, busy, children, onClick, title, ...rest }: ButtonProps) {
    const is_off = Boolean(reason) || Boolean(busy);
    const click = (event: TargetedMouseEvent<HTMLButtonElement>): void => {
        if (is_off)
            event.preventDefault();
        else
            onClick?.(event);
    };
    return (
        <button
            type="button" {...rest} class={classOf({ kind, label, children })} aria-label={label ?? rest["aria-label"]}
            aria-disabled={is_off || undefined} aria-busy={busy || undefined}
            title={reason ?? title ?? label} onClick={click}
        >
            {icon && <Icon of={icon} />}
            {children && <span class="button-text">{children}</span>}
        </button>
    );
}

interface ButtonLinkProps extends Look {
    to: string;
    reason?: string | null;
}

/** What looks like a button and goes to a screen. */
export function ButtonLink({ to, kind, icon, label, reason, children }: ButtonLinkProps) {
    if (reason)
        return <Button kind={kind} icon={icon} label={label} reason={reason}>{children}</Button>;
    return (
        <Link to={to} class={classOf({ kind, label, children })} aria-label={label} title={label}>
            {icon && <Icon of={icon} />}
            {children && <span class="button-text">{children}</span>}
        </Link>
    );
}
