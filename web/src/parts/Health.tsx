import circle_check from "lucide-static/icons/circle-check.svg?icon";
import circle_dashed from "lucide-static/icons/circle-dashed.svg?icon";
import loader from "lucide-static/icons/loader-circle.svg?icon";
import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import triangle_alert from "lucide-static/icons/triangle-alert.svg?icon";
import type { ComponentChildren } from "preact";
import type { Health as HealthName } from "../app/environments";
import { Icon } from "./Icon";
import "./health.css";

const icons: Record<HealthName, string> = {
    good: circle_check,
    warning: triangle_alert,
    error: octagon_alert,
    busy: loader,
    unknown: circle_dashed,
};

/** A state: by its words, its shape and its colour. */
export function Health({ of, children }: { of: HealthName; children: ComponentChildren }) {
    return <span class={`health is-${of}`}><Icon of={icons[of]} />{children}</span>;
}
