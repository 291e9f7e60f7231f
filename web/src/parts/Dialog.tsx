import x from "lucide-static/icons/x.svg?icon";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { common } from "../texts";
import { Button } from "./Button";
import "./dialog.css";

interface DialogProps {
    title: ComponentChildren;
    onClose: () => void;
    /** The buttons at its end. */
    actions?: ComponentChildren;
    is_wide?: boolean;
    children: ComponentChildren;
}

/** A modal dialog, as long as it is rendered. The browser keeps the focus inside, and gives it back. */
export function Dialog({ title, onClose, actions, is_wide, children }: DialogProps) {
    const dialog = useRef<HTMLDialogElement>(null);
    const latest = useRef(onClose);
    latest.current = onClose;
    const id = useId();
    useEffect(() => {
        const element = dialog.current;
        const close = (): void => latest.current();
        element?.showModal();
        // Browsers close a dialog at the second Escape by themselves.
        element?.addEventListener("close", close);
        return () => {
            element?.removeEventListener("close", close);
            element?.close();
        };
    }, []);
    return (
        <dialog
            ref={dialog} class={`dialog${is_wide ? " is-wide" : ""}`} aria-labelledby={id}
            onCancel={(event) => {
                event.preventDefault();
                onClose();
            }}
            onPointerDown={(event) => {
                if (event.target === dialog.current)
                    onClose();
            }}
        >
            <div class="dialog-inside">
                <div class="dialog-head">
                    <h2 id={id}>{title}</h2>
                    <Button kind="quiet" icon={x} label={common.close} onClick={onClose} />
                </div>
                <div class="dialog-body">{children}</div>
                {actions && <div class="dialog-actions">{actions}</div>}
            </div>
        </dialog>
    );
}
