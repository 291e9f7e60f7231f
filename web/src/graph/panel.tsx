import type { ComponentChildren, JSX } from "preact";

import { graphTexts } from "../texts";
import { endsOf, LineFacts, MarkFacts } from "./details";
import { KindGlyph } from "./glyph";
import { titleOf } from "./label";
import { hostsOf, linesByMark, otherEnd, type Line, type Mark, type Model } from "./model";
import type { Path } from "./path";

export interface PanelActions {
    onSelect(id: string): void;
    onFocal(id: string): void;
    onOpen(id: string): void;
    onOpenStack(id: string): void;
    onShut(host: string): void;
    onPath(ends: { from?: string; to?: string }): void;
}

interface PanelProps extends PanelActions {
    environment: string;
    model: Model;
    selected: Mark | Line | undefined;
    /** undefined: none is marked; null: there is none. */
    path: Path | null | undefined;
    isPathEndGone: boolean;
    version: unknown;
}

interface ButtonProps {
    children: ComponentChildren;
    isMain?: boolean;
    onClick(): void;
}

function Button({ children, isMain, onClick }: ButtonProps): JSX.Element {
    return (
        <button
            type="button"
            class={isMain ? "graph-button graph-button-main" : "graph-button"}
            onClick={onClick}
        >
            {children}
        </button>
    );
}

function Close({ label, onClick }: { label: string; onClick(): void }): JSX.Element {
    return (
        <button type="button" class="graph-close" aria-label={label} title={label} onClick={onClick}>
            ×
        </button>
    );
}

function MarkButton({ mark, onSelect }: { mark: Mark; onSelect(id: string): void }): JSX.Element {
    return (
        <button type="button" class="mark-button" title={titleOf(mark)} onClick={() => onSelect(mark.id)}>
            <KindGlyph type={mark.type} />
            <bdi>{titleOf(mark)}</bdi>
        </button>
    );
}

function Neighbours({
    mark,
    model,
    onSelect,
}: {
    mark: Mark;
    model: Model;
    onSelect(id: string): void;
}): JSX.Element | null {
    const lines = linesByMark(model).get(mark.id) ?? [];

    if (lines.length === 0)
        return null;
    return (
        <section>
            <h4>{graphTexts.connected}</h4>
            <ul class="neighbours">
                {lines.map((line) => {
                    const other = model.markOf.get(otherEnd(line, mark.id));

                    return (
                        other && (
                            <li key={line.id}>
                                <MarkButton mark={other} onSelect={onSelect} />
                                {line.label && (
                                    <small>
                                        <bdi>{line.label}</bdi>
                                    </small>
                                )}
                            </li>
                        )
                    );
                })}
            </ul>
        </section>
    );
}

function MarkActions({
    model,
    mark,
    onFocal,
    onOpen,
    onOpenStack,
    onShut,
    onPath,
}: { model: Model; mark: Mark } & PanelActions): JSX.Element {
    return (
        <div class="panel-actions">
            {mark.count > 1 && (
                <Button isMain onClick={() => onOpenStack(mark.id)}>
                    {mark.isShut ? graphTexts.openHost : graphTexts.openStack}
                </Button>
            )}
            {mark.count === 1 && mark.state !== "missing" && (
                <>
                    {!mark.isFocal && (
                        <Button isMain onClick={() => onFocal(mark.id)}>
                            {graphTexts.makeFocal}
                        </Button>
                    )}
                    <Button onClick={() => onOpen(mark.id)}>{graphTexts.open}</Button>
                </>
            )}
            {hostsOf(model).has(mark.host) && (
                <Button onClick={() => onShut(mark.host)}>
                    <bdi>{graphTexts.shutHosts(mark.host)}</bdi>
                </Button>
            )}
            <div class="panel-path" role="group" aria-label={graphTexts.pathOfMark}>
                <span aria-hidden="true">{graphTexts.pathOfMark}</span>
                {!mark.isFocal && (
                    <Button onClick={() => onPath({ from: "", to: mark.id })}>{graphTexts.pathHere}</Button>
                )}
                <Button onClick={() => onPath({ from: mark.id })}>{graphTexts.pathFrom}</Button>
                <Button onClick={() => onPath({ to: mark.id })}>{graphTexts.pathTo}</Button>
            </div>
        </div>
    );
}

function PathSection({ path, isPathEndGone, onSelect, onPath }: PanelProps): JSX.Element {
    return (
        <section class="panel-part" aria-label={graphTexts.path}>
            <header>
                <h3>{path ? graphTexts.pathOf(path.lines.length) : graphTexts.path}</h3>
                <Close label={graphTexts.endPath} onClick={() => onPath({ from: "", to: "" })} />
            </header>
            {path ? (
                <ol class="path-steps">
                    {path.marks.map((mark, i) => (
                        <li key={mark.id}>
                            {i > 0 && (
                                <small class="path-link">
                                    <bdi>{path.lines[i - 1]?.label}</bdi>
                                </small>
                            )}
                            <MarkButton mark={mark} onSelect={onSelect} />
                            {mark.host && mark.host !== path.marks[i - 1]?.host && (
                                <small>{graphTexts.onHost(mark.host)}</small>
                            )}
                        </li>
                    ))}
                </ol>
            ) : (
                <p>{isPathEndGone ? graphTexts.pathEndGone : graphTexts.noPath}</p>
            )}
        </section>
    );
}

function MarkSection(props: PanelProps & { mark: Mark }): JSX.Element {
    const { environment, model, mark, version, onSelect } = props;

    return (
        <section class="panel-part" aria-label={graphTexts.details}>
            <header>
                <KindGlyph type={mark.type} />
                <h3>
                    <small>
                        {mark.isFocal
                            ? `${graphTexts.kind(mark.type)}, ${graphTexts.focal}`
                            : graphTexts.kind(mark.type)}
                    </small>
                    <bdi title={titleOf(mark)}>{titleOf(mark)}</bdi>
                </h3>
                <Close label={graphTexts.close} onClick={() => onSelect("")} />
            </header>
            <MarkActions {...props} />
            <MarkFacts environment={environment} mark={mark} version={version} />
            <Neighbours mark={mark} model={model} onSelect={onSelect} />
        </section>
    );
}

function LineSection({ model, line, onSelect }: PanelProps & { line: Line }): JSX.Element {
    const ends = [line.source, line.target].flatMap((id) => model.markOf.get(id) ?? []);

    return (
        <section class="panel-part" aria-label={graphTexts.details}>
            <header>
                <h3>
                    <small>{line.isBridge ? graphTexts.bridge : graphTexts.linkType(line.type)}</small>
                    <bdi>{line.label || endsOf(line, model)}</bdi>
                </h3>
                <Close label={graphTexts.close} onClick={() => onSelect("")} />
            </header>
            <LineFacts line={line} />
            <h4>{graphTexts.connected}</h4>
            <ul class="neighbours">
                {ends.map((mark) => (
                    <li key={mark.id}>
                        <MarkButton mark={mark} onSelect={onSelect} />
                    </li>
                ))}
            </ul>
        </section>
    );
}

/** What stays in sight of what was chosen. */
export function Panel(props: PanelProps): JSX.Element | null {
    const { selected, path } = props;

    if (!selected && path === undefined)
        return null;
    return (
        <aside class="graph-panel" aria-label={graphTexts.details}>
            {path !== undefined && <PathSection {...props} />}
            {selected &&
                ("column" in selected ? (
                    <MarkSection {...props} mark={selected} />
                ) : (
                    <LineSection {...props} line={selected} />
                ))}
        </aside>
    );
}
