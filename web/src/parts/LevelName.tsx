import type { Message } from "../api/types";
import { levelOf, level_icons } from "../app/counters";
import { levelText } from "../texts";
import { Icon } from "./Icon";
import "./level-name.css";

/** The level of a message: by its word, its shape and its colour. */
export function LevelName({ of }: { of: Message["level"] }) {
    const level = levelOf(of);
    return <span class={`level-name-of is-${level}`}><Icon of={level_icons[level]} />{levelText[of]}</span>;
}
