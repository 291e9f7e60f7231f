import arrow_down from "lucide-static/icons/arrow-down.svg?icon";
import arrow_up from "lucide-static/icons/arrow-up.svg?icon";
import triangle_alert from "lucide-static/icons/triangle-alert.svg?icon";
import x from "lucide-static/icons/x.svg?icon";
import type { TargetedKeyboardEvent } from "preact";
import { useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../parts/Button";
import { Combobox, type Option } from "../../parts/Combobox";
import { Icon } from "../../parts/Icon";
import { ObjectIcon } from "../../parts/ObjectIcon";
import { chainText, cliqueTypes as texts, typeText } from "../../texts";
import { link_types, moved, unreached, useEntries } from "./catalog";

const MOST_OPTIONS = 60;

interface LinkTypePickerProps {
    focal: string;
    chosen: readonly string[];
    disabled: boolean;
    error: string | null;
    onChoose: (chosen: readonly string[]) => void;
}

/** The ends that are reached by what is chosen: those that come next begin there. */
function endsOf(focal: string, chosen: readonly string[]): Set<string> {
    return new Set([focal, ...chosen.flatMap((type) => type.split("-"))]);
}

/** Link types in an order that matters: with buttons, or with the arrow keys. */
export function LinkTypePicker({ focal, chosen, disabled, error, onChoose }: LinkTypePickerProps) {
    const id = useId();
    const list = useRef<HTMLOListElement>(null);
    const focus = useRef<number | null>(null);
    const [told, tell] = useState("");
    const lost = unreached(focal, chosen);

    // What moves takes the focus along, before the next key comes.
    useLayoutEffect(() => {
        if (focus.current === null)
            return;
        const at = Math.min(focus.current, chosen.length - 1);
        focus.current = null;
        list.current?.querySelectorAll<HTMLElement>(".picked")[at]?.focus();
    }, [chosen]);

    const move = (from: number, to: number): void => {
        const type = chosen[from];
        if (disabled || type === undefined || to < 0 || to >= chosen.length)
            return;
        focus.current = to;
        tell(texts.moved(type, to + 1, chosen.length));
        onChoose(moved(chosen, from, to));
    };
    const take = (at: number): void => {
        focus.current = at;
        tell(texts.taken(chosen[at] ?? ""));
        onChoose(chosen.filter((_, i) => i !== at));
    };
    const onKey = (event: TargetedKeyboardEvent<HTMLLIElement>, at: number): void => {
        if (disabled || !["ArrowUp", "ArrowDown", "Delete"].includes(event.key))
            return;
        event.preventDefault();
        if (event.key === "Delete")
            take(at);
        else
            move(at, event.key === "ArrowUp" ? at - 1 : at + 1);
    };
    const add = (type: string): void => {
        tell(texts.added(type));
        onChoose([...chosen, type]);
    };
    return (
        <fieldset class={`picker${error ? " is-bad" : ""}`} aria-describedby={error ? `${id}-error` : `${id}-hint`}>
            <legend class="field-label">{texts.links}</legend>
            {!disabled && <p class="field-hint" id={`${id}-hint`}>{texts.linksHint}</p>}
            <ol class="picker-list" ref={list}>
                {chosen.map((type, i) => (
                    <li
                        key={`${type} ${chosen.slice(0, i).filter((one) => one === type).length}`}
                        class="picked" tabIndex={disabled ? undefined : 0} onKeyDown={(event) => onKey(event, i)}
                    >
                        <span class="picked-at number">{i + 1}</span>
                        <Ends type={type} />
                        {lost.has(type) && (
                            <span class="picked-lost" title={texts.unreached}>
                                <Icon of={triangle_alert} /><span>{texts.unreached}</span>
                            </span>
                        )}
                        {!disabled && (
                            <span class="picked-actions">
                                <Button
                                    kind="quiet" icon={arrow_up} label={texts.up(type)}
                                    reason={i > 0 ? null : texts.isFirst} onClick={() => move(i, i - 1)}
                                />
                                <Button
                                    kind="quiet" icon={arrow_down} label={texts.down(type)}
                                    reason={i + 1 < chosen.length ? null : texts.isLast} onClick={() => move(i, i + 1)}
                                />
                                <Button kind="quiet" icon={x} label={texts.take(type)} onClick={() => take(i)} />
                            </span>
                        )}
                    </li>
                ))}
                {chosen.length === 0 && <li class="picker-none dim">{texts.noLinks}</li>}
            </ol>
            {!disabled && <Add focal={focal} chosen={chosen} onAdd={add} />}
            {error && <p class="field-error" id={`${id}-error`}>{error}</p>}
            {chosen.length > 0 && (
                <p class="field-hint">{texts.leads}: <bdi class="entry-chain">{chainText(chosen)}</bdi></p>
            )}
            <p class="unseen" role="status">{told}</p>
        </fieldset>
    );
}

function Ends({ type }: { type: string }) {
    return (
        <span class="picked-ends" title={type}>
            {type.split("-").map((end, i) => (
                <span key={i} class="picked-end">
                    {i > 0 && <span class="dim">{"\u2192"}</span>}
                    <ObjectIcon type={end} />
                    <span class="name" dir="auto">{typeText(end)}</span>
                </span>
            ))}
        </span>
    );
}

interface AddProps {
    focal: string;
    chosen: readonly string[];
    onAdd: (type: string) => void;
}

function Add({ focal, chosen, onAdd }: AddProps) {
    const [typed, setTyped] = useState("");
    const known = useEntries(link_types).data.value?.[link_types.list] ?? [];
    const reached = endsOf(focal, chosen);
    const text = typed.trim().toLowerCase();
    const options: Option[] = known
        .filter(({ type }) => !chosen.includes(type))
        .filter(({ type, endPointA, endPointB }) =>
            `${type} ${typeText(endPointA)} ${typeText(endPointB)}`.toLowerCase().includes(text))
        // Those that go on from what is reached come first.
        .sort((a, b) => Number(reached.has(b.endPointA)) - Number(reached.has(a.endPointA)))
        .slice(0, MOST_OPTIONS)
        .map(({ _id, type }) => ({ id: _id, text: type, content: <Ends type={type} /> }));
    return (
        <Combobox
            label={texts.addLink} placeholder={`${texts.addLink}: ${texts.addLinkHint}`} value={typed} onValue={setTyped}
            options={options} none={texts.noSuchLink}
            onChoose={(option) => {
                setTyped("");
                onAdd(option.text);
            }}
        />
    );
}
