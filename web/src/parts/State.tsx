import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import refresh from "lucide-static/icons/refresh-cw.svg?icon";
import type { ComponentChildren } from "preact";
import type { ApiError } from "../api/client";
import type { Resource } from "../api/resource";
import { place, setQuery } from "../app/router";
import { common, errorText } from "../texts";
import { Button } from "./Button";
import { Icon } from "./Icon";
import "./state.css";

interface EmptyProps {
    icon?: string;
    title: string;
    /** What to do next. */
    children?: ComponentChildren;
    actions?: ComponentChildren;
}

export function Empty({ icon, title, children, actions }: EmptyProps) {
    return (
        <div class="state">
            {icon && <Icon of={icon} class="state-icon" />}
            <h2>{title}</h2>
            {children && <div class="state-what">{children}</div>}
            {actions && <div class="row state-actions">{actions}</div>}
        </div>
    );
}

interface ErrorStateProps {
    error: ApiError;
    onRetry?: () => void;
    actions?: ComponentChildren;
}

/** What happened, and what to do. */
export function ErrorState({ error, onRetry, actions }: ErrorStateProps) {
    const { title, advice } = errorText(error);
    return (
        <div class="state is-error" role="alert">
            <Icon of={octagon_alert} class="state-icon" />
            <h2>{title}</h2>
            <p class="state-what" dir="auto">{advice}</p>
            {error.instance && <p class="dim state-instance">{common.requestId(error.instance)}</p>}
            {(onRetry || actions) && (
                <div class="row state-actions">
                    {onRetry && <Button icon={refresh} onClick={onRetry}>{common.retry}</Button>}
                    {actions}
                </div>
            )}
        </div>
    );
}

/** A line where one was filled in: an error of a form. */
export function ErrorLine({ error }: { error: ApiError | null | undefined }) {
    if (!error)
        return null;
    const { title, advice } = errorText(error);
    return (
        <div class="error-line" role="alert">
            <Icon of={octagon_alert} />
            <span dir="auto"><strong>{title}</strong> {advice}</span>
        </div>
    );
}

/** Grey lines in the place of what is being read. */
export function Skeleton({ lines = 3 }: { lines?: number }) {
    return (
        <div class="skeleton" role="status" aria-label={common.loading}>
            {Array.from({ length: lines }, (_, i) => <span key={i} class="skeleton-line" />)}
        </div>
    );
}

interface LoadedProps<T> {
    of: Resource<T>;
    skeleton?: ComponentChildren;
    children: (data: T) => ComponentChildren;
}

/** What was read; what was read before stays while it is read again, or cannot be. */
export function Loaded<T>({ of, skeleton, children }: LoadedProps<T>) {
    const data = of.data.value;
    const error = of.error.value;
    if (data !== undefined && error?.status !== 404)
        return <>{children(data)}</>;
    if (error) {
        // A place in a list that is there no more, or was mistyped.
        const is_lost = error.status === 400 && place.value.query.has("cursor");
        return (
            <ErrorState
                error={error} onRetry={() => of.reload()}
                actions={is_lost && <Button onClick={() => setQuery({ cursor: null })}>{common.firstPage}</Button>}
            />
        );
    }
    return <>{skeleton ?? <Skeleton />}</>;
}
