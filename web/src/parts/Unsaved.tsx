import { useLayoutEffect, useState } from "preact/hooks";
import { checkLeaving } from "../app/router";
import { unsaved as texts } from "../texts";
import { Button } from "./Button";
import { Dialog } from "./Dialog";

type Answer = (leaves: boolean) => void;

/** Asks before a screen is left whose changes are not saved. */
export function Unsaved({ is_changed }: { is_changed: boolean }) {
    const [answer, setAnswer] = useState<Answer | null>(null);
    // Before any effect of the screen, which may leave when all is saved.
    useLayoutEffect(() => {
        if (!is_changed)
            return undefined;
        return checkLeaving(() => new Promise<boolean>((resolve) => setAnswer(() => resolve)));
    }, [is_changed]);
    if (!answer)
        return null;
    const say = (leaves: boolean): void => {
        setAnswer(null);
        answer(leaves);
    };
    return (
        <Dialog
            title={texts.title} onClose={() => say(false)}
            actions={(
                <>
                    <Button onClick={() => say(false)}>{texts.stay}</Button>
                    <Button kind="danger" onClick={() => say(true)}>{texts.leave}</Button>
                </>
            )}
        >
            <p>{texts.text}</p>
        </Dialog>
    );
}
