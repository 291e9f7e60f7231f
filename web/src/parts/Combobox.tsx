import type { ComponentChildren, TargetedKeyboardEvent } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import "./combobox.css";

export interface Option {
    id: string;
    /** What is shown; `text` is what stands in the field when it is chosen. */
    content: ComponentChildren;
    text: string;
}

interface ComboboxProps {
    label: string;
    placeholder?: string;
    value: string;
    onValue: (value: string) => void;
    options: readonly Option[];
    onChoose: (option: Option) => void;
    /** In the place of the options when there are none. */
    none?: ComponentChildren;
    id?: string;
    autofocus?: boolean;
}

/** A field with suggestions: arrows move, Enter chooses, Escape closes. */
export function Combobox(props: ComboboxProps) {
    const { label, placeholder, value, onValue, options, onChoose, none } = props;
    const own_id = useId();
    const id = props.id ?? own_id;
    const [is_open, setOpen] = useState(false);
    const [at, setAt] = useState(0);
    const list = useRef<HTMLUListElement>(null);
    const current = is_open ? options[Math.min(at, options.length - 1)] : undefined;

    useEffect(() => {
        list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
    }, [at, is_open]);

    const choose = (option: Option): void => {
        setOpen(false);
        onChoose(option);
    };
    const onKey = (event: TargetedKeyboardEvent<HTMLInputElement>): void => {
        const last = options.length - 1;
        if (event.key === "ArrowDown" || event.key === "ArrowUp") {
            event.preventDefault();
            if (!is_open)
                setOpen(true);
            else
                setAt(event.key === "ArrowDown" ? (at >= last ? 0 : at + 1) : at <= 0 ? last : at - 1);
        } else if (event.key === "Enter" && current) {
            event.preventDefault();
            choose(current);
        } else if (event.key === "Escape" && is_open) {
            event.preventDefault();
            event.stopPropagation();
            setOpen(false);
        }
    };
    const input = (text: string): void => {
        setOpen(true);
        setAt(0);
        onValue(text);
    };
    return (
        <div class="combobox">
            <input
                class="input" id={id} type="text" role="combobox" aria-label={label} placeholder={placeholder}
                value={value} dir="auto" autocomplete="off" spellcheck={false} aria-expanded={is_open}
                aria-autocomplete="list" aria-controls={`${id}-list`} autofocus={props.autofocus}
                aria-activedescendant={current ? `${id}-${current.id}` : undefined}
                onInput={(event) => input(event.currentTarget.value)} onKeyDown={onKey}
                onClick={() => setOpen(true)} onBlur={() => setOpen(false)}
            />
            <ul class="combobox-list" id={`${id}-list`} role="listbox" aria-label={label} ref={list} hidden={!is_open}>
                {options.map((option) => (
                    <li
                        key={option.id} id={`${id}-${option.id}`} role="option" class="combobox-option"
                        aria-selected={option === current}
                        onPointerDown={(event) => event.preventDefault()} onClick={() => choose(option)}
                    >
                        {option.content}
                    </li>
                ))}
                {options.length === 0 && none && <li class="combobox-none dim">{none}</li>}
            </ul>
        </div>
    );
}
