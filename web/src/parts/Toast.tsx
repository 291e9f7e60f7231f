import circle_check from "lucide-static/icons/circle-check.svg?icon";
import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import x from "lucide-static/icons/x.svg?icon";
import { signal } from "@preact/signals";
import { apiError } from "../api/client";
import { common, errorText } from "../texts";
import { Button } from "./Button";
import { Icon } from "./Icon";
import "./toast.css";

interface Toast {
    id: number;
    kind: "good" | "bad";
    text: string;
}

const SHOWN_FOR = 6000;

const toasts = signal<readonly Toast[]>([]);
let last_id = 0;

function drop(id: number): void {
    toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Says what happened. What went wrong stays until somebody has closed it. */
export function toast(text: string, kind: Toast["kind"] = "good"): void {
    const id = ++last_id;
    toasts.value = [...toasts.value.filter((one) => one.text !== text), { id, kind, text }];
    if (kind === "good")
        setTimeout(() => drop(id), SHOWN_FOR);
}

/** Says what went wrong, and what to do. */
export function toastError(thrown: unknown): void {
    const { title, advice } = errorText(apiError(thrown));
    toast(`${title} ${advice}`, "bad");
}

export function Toasts() {
    return (
        <div class="toasts">
            <div role="status" class="toasts-list">
                {toasts.value.filter((one) => one.kind === "good").map((one) => <One key={one.id} toast={one} />)}
            </div>
            <div role="alert" class="toasts-list">
                {toasts.value.filter((one) => one.kind === "bad").map((one) => <One key={one.id} toast={one} />)}
            </div>
        </div>
    );
}

function One({ toast: { id, kind, text } }: { toast: Toast }) {
    return (
        <div class={`toast is-${kind}`}>
            <Icon of={kind === "good" ? circle_check : octagon_alert} />
            <span class="toast-text" dir="auto">{text}</span>
            <Button kind="quiet" icon={x} label={common.close} onClick={() => drop(id)} />
        </div>
    );
}
