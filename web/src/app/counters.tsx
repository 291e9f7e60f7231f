/* How many messages there are of each level within the look-back: in the bar, and of one environment. */

import bell from "lucide-static/icons/bell.svg?icon";
import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import triangle_alert from "lucide-static/icons/triangle-alert.svg?icon";
import { useComputed, useSignal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useRef } from "preact/hooks";
import { lazy } from "./lazy";
import type { Message, MessageCounts } from "../api/types";
import { useResource } from "../api/resource";
import { Icon } from "../parts/Icon";
import { now } from "../parts/clock";
import { count, levels } from "../texts";
import { look_back } from "./session";
import "./counters.css";

export type Level = "info" | "warning" | "error";

export const level_names: readonly Level[] = ["info", "warning", "error"];

export const level_icons: Record<Level, string> = { info: bell, warning: triangle_alert, error: octagon_alert };

/** The levels of the API that are counted as one. */
export const levels_of: Record<Level, readonly string[]> = {
    info: ["info"],
    warning: ["warn"],
    error: ["error", "crit"],
};

/** Of what is graver or finer, the nearest. */
export function levelOf(level: Message["level"]): Level {
    switch (level) {
        case "error":
        case "crit": return "error";
        case "warn": return "warning";
        default: return "info";
    }
}

const STEP = 600_000;

/** The beginning of the look-back; it moves in steps, so that equal questions have one answer. */
export function lookBackStart(now: number, back: number): string {
    return new Date(Math.floor((now - back) / STEP) * STEP).toISOString();
}

/** The look-back goes along with the time; what was counted stays until it is counted anew. */
export function useMessageCounts(environment?: string): MessageCounts | undefined {
    const from = useComputed(() => lookBackStart(now.value, look_back.value));
    const counts = useResource<MessageCounts>("/messages/counts", {
        query: { from: from.value, environment },
        voids: { kinds: ["message", "environment"], environment },
    }).data.value;
    const last = useRef<{ environment: string | undefined; counts: MessageCounts } | null>(null);
    if (counts)
        last.current = { environment, counts };
    return counts ?? (last.current?.environment === environment ? last.current?.counts : undefined);
}

export function sumOf(counts: Record<string, number> | undefined, level: Level): number {
    return levels_of[level].reduce((sum, name) => sum + (counts?.[name] ?? 0), 0);
}

export interface MessageDialogProps {
    level: Level;
    environment?: string;
    onClose: () => void;
}

export const MessageDialog: ComponentType<MessageDialogProps> = lazy(
    async () => (await import("../screens/MessageDialog")).MessageDialog,
);

interface CountersProps {
    counts: Record<string, number> | undefined;
    environment?: string;
}

export function Counters({ counts, environment }: CountersProps) {
    const open = useSignal<Level | null>(null);
    return (
        <div class="counters" role="group" aria-label={levels.label}>
            {level_names.map((level) => {
                const n = sumOf(counts, level);
                return (
                    <button
                        key={level} type="button" class={`counter is-${level}${n ? "" : " is-zero"}`}
                        aria-label={levels.counter[level](n)} title={levels.counter[level](n)} aria-haspopup="dialog"
                        onClick={() => {
                            open.value = level;
                        }}
                    >
                        <Icon of={level_icons[level]} />
                        <span class="number">{n > 9999 ? levels.many : count(n)}</span>
                    </button>
                );
            })}
            {open.value && (
                <MessageDialog
                    level={open.value} environment={environment}
                    onClose={() => {
                        open.value = null;
                    }}
                />
            )}
        </div>
    );
}
