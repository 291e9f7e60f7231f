import { Link } from "../app/router";
import { count, objectPage } from "../texts";
import { Icon } from "./Icon";
import "./tile.css";

interface TileProps {
    label: string;
    /** undefined: not known yet, its place is kept. */
    value: number | undefined;
    icon?: string;
    to?: string;
    /** There are more. */
    is_least?: boolean;
    /** Clicks on it choose what it counts, or take that back. */
    onChoose?: () => void;
    is_chosen?: boolean;
}

/** A number with what it counts. */
export function Tile({ label, value, icon, to, is_least = false, onChoose, is_chosen = false }: TileProps) {
    const text = value === undefined ? "\u2007" : is_least ? objectPage.atLeast(value) : count(value);
    const inside = (
        <>
            {icon && <Icon of={icon} class="tile-icon" />}
            <span class="tile-value number">{text}</span>
            <span class="tile-label">{label}</span>
        </>
    );
    if (onChoose)
        return <button type="button" class="tile" aria-pressed={is_chosen} onClick={onChoose}>{inside}</button>;
    return to ? <Link class="tile" to={to}>{inside}</Link> : <div class="tile">{inside}</div>;
}

export function Tiles({ label, children }: { label: string; children: preact.ComponentChildren }) {
    return <section class="tiles" aria-label={label}>{children}</section>;
}
