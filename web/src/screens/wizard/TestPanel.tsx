import circle_check from "lucide-static/icons/circle-check.svg?icon";
import key_icon from "lucide-static/icons/key-round.svg?icon";
import octagon_alert from "lucide-static/icons/octagon-alert.svg?icon";
import plug from "lucide-static/icons/plug-zap.svg?icon";
import { useEffect, useRef, useState } from "preact/hooks";
import { type ApiError, apiError, isAbort } from "../../api/client";
import type { ConnectionTest } from "../../api/types";
import { Button } from "../../parts/Button";
import { Icon } from "../../parts/Icon";
import { ErrorLine } from "../../parts/State";
import { wizard as texts } from "../../texts";
import { runTest } from "./connection-test";
import { type Draft, documentOf, isUsed } from "./draft";
import type { TargetName } from "./fields";

const UNNAMED = "unsaved";

interface TestPanelProps {
    part: TargetName;
    draft: Draft;
    is_whole: boolean;
    onCheck: () => void;
    onToKeys: (() => void) | null;
}

/** Hosts are known from the cloud: it goes with them. */
function targetsWith(draft: Draft, part: TargetName): TargetName[] {
    return part === "CLI" && isUsed(draft, "OpenStack") && draft.values.OpenStack["host"]
        ? ["OpenStack", "CLI"]
        : [part];
}

/** Tries what is filled in, saved or not. */
export function TestPanel({ part, draft, is_whole, onCheck, onToKeys }: TestPanelProps) {
    const [test, setTest] = useState<ConnectionTest | null>(null);
    const [error, setError] = useState<ApiError | null>(null);
    const [is_busy, setBusy] = useState(false);
    const [tested, setTested] = useState("");
    const running = useRef<AbortController | null>(null);
    useEffect(() => () => running.current?.abort(), []);

    const document = documentOf({ ...draft, name: draft.name || UNNAMED }, targetsWith(draft, part));
    const now = JSON.stringify(document);
    const run = async (): Promise<void> => {
        onCheck();
        if (!is_whole)
            return;
        const asking = new AbortController();
        running.current = asking;
        setBusy(true);
        setError(null);
        setTest(null);
        setTested(now);
        try {
            setTest(await runTest(document, part, asking.signal));
        } catch (thrown) {
            if (!isAbort(thrown))
                setError(apiError(thrown));
        }
        if (!asking.signal.aborted)
            setBusy(false);
    };
    return (
        <section class="wizard-test" aria-label={texts.test.label}>
            <Button icon={plug} busy={is_busy} onClick={() => void run()}>{texts.test.run}</Button>
            <div class="wizard-test-result" role="status">
                {is_busy && <p class="dim">{texts.test.running}</p>}
                {test && <Result test={test} is_stale={tested !== now} onToKeys={onToKeys} />}
            </div>
            <ErrorLine error={error} />
        </section>
    );
}

interface ResultProps {
    test: ConnectionTest;
    is_stale: boolean;
    onToKeys: (() => void) | null;
}

function Result({ test, is_stale, onToKeys }: ResultProps) {
    const results = test.results ?? [];
    const is_good = test.status === "response" && results.length > 0 && results.every(({ good }) => good);
    const is_about_keys = results.some(({ good, what }) => !good && /\bkey\b|fingerprint/i.test(what));
    if (test.status === "failed")
        return <p class="wizard-test-line is-bad"><Icon of={octagon_alert} />{texts.test.failed(test.reason ?? "")}</p>;
    return (
        <>
            <p class={`wizard-test-line ${is_good ? "is-good" : "is-bad"}`}>
                <Icon of={is_good ? circle_check : octagon_alert} />
                <strong>{is_good ? texts.test.good : texts.test.bad}</strong>
            </p>
            <ul class="wizard-test-parts">
                {results.map(({ target, part, good, what, ms }) => (
                    <li key={`${target} ${part ?? ""}`} class={good ? "is-good" : "is-bad"}>
                        <Icon of={good ? circle_check : octagon_alert} />
                        <span>
                            {part && <><bdi class="wizard-test-part">{texts.test.part(part)}</bdi>{" "}</>}
                            <bdi>{what}</bdi> <span class="dim number">{texts.test.took(ms)}</span>
                        </span>
                    </li>
                ))}
            </ul>
            {is_about_keys && onToKeys && <Button icon={key_icon} onClick={onToKeys}>{texts.parts.keys}</Button>}
            {is_stale && <p class="dim">{texts.test.stale}</p>}
        </>
    );
}
