import { useSignal } from "@preact/signals";
import type { MessageCounts } from "../../api/types";
import {
    type Level, MessageDialog, level_icons, level_names, levels_of, sumOf, useMessageCounts,
} from "../../app/counters";
import { Icon } from "../../parts/Icon";
import { Time } from "../../parts/Time";
import { count, environment as texts, levels } from "../../texts";

function lastOf(counts: MessageCounts | undefined, level: Level): string | undefined {
    return levels_of[level].map((name) => counts?.last[name] ?? "").sort().at(-1) || undefined;
}

/** How many messages there are of each level, and when the last one was. */
export function MessageCards({ environment }: { environment: string }) {
    const open = useSignal<Level | null>(null);
    const counts = useMessageCounts(environment);
    return (
        <section class="message-cards" aria-label={texts.messages}>
            {level_names.map((level) => (
                <button
                    key={level} type="button" class={`message-card is-${level}`} aria-haspopup="dialog"
                    onClick={() => {
                        open.value = level;
                    }}
                >
                    <Icon of={level_icons[level]} />
                    <span class="message-card-count number">{counts ? count(sumOf(counts.levels, level)) : "\u2007"}</span>
                    <span class="message-card-label">{levels[level]}</span>
                    <span class="message-card-last dim">
                        {texts.lastMessage} <Time of={lastOf(counts, level)} none={texts.noMessages} />
                    </span>
                </button>
            ))}
            {open.value && (
                <MessageDialog
                    level={open.value} environment={environment}
                    onClose={() => {
                        open.value = null;
                    }}
                />
            )}
        </section>
    );
}
