import plus from "lucide-static/icons/plus.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import { useRef, useState } from "preact/hooks";
import { Button } from "../../parts/Button";
import { wizard } from "../../texts";
import { type Login, MASK, type Value, loginField, nameOf, withLogin } from "./draft";
import { FieldInput } from "./FieldInput";
import type { PartProps } from "./Fields";
import { login_fields } from "./fields";

const texts = wizard.logins;

/** Hosts with ways in of their own, a row each. */
export function Logins({ draft, saved, errors, onChange }: PartProps) {
    const { logins } = draft;
    const [is_open] = useState(logins.length > 0);
    const frame = useRef<HTMLDetailsElement>(null);
    const set = (change: (logins: readonly Login[]) => readonly Login[]): void =>
        onChange((before) => ({ ...before, logins: change(before.logins) }));
    const focus = (what: string): void => {
        requestAnimationFrame(() => requestAnimationFrame(() =>
            frame.current?.querySelector<HTMLElement>(what)?.focus()));
    };
    const add = (): void => {
        set(withLogin);
        focus("tbody tr:last-child input");
    };
    const remove = (id: number): void => {
        set((before) => before.filter((one) => one.id !== id));
        focus(".logins > .button");
    };
    const change = (id: number, key: string, value: Value): void => set((before) =>
        before.map((one) => (one.id === id ? { ...one, values: { ...one.values, [key]: value } } : one)));
    const wasSecret = (login: Login, key: string): boolean =>
        saved?.logins.some((one) => nameOf(one) === nameOf(login) && one.values[key] === MASK) ?? false;
    return (
        <details class="wizard-more" open={is_open} ref={frame}>
            <summary>{texts.title(logins.length)}</summary>
            <div class="logins">
                <p class="dim">{texts.what}</p>
                {logins.length > 0 && (
                    <div class="table-scroll" tabIndex={0} role="group" aria-label={texts.table}>
                        <table class="table logins-table" aria-label={texts.table}>
                            <thead>
                                <tr>
                                    {login_fields.map(({ key }) => (
                                        <th key={key} scope="col">{wizard.fields["hosts"]?.[key]?.label}</th>
                                    ))}
                                    <th scope="col"><span class="unseen">{texts.actions}</span></th>
                                </tr>
                            </thead>
                            <tbody>
                                {logins.map((login) => (
                                    <tr key={login.id}>
                                        {login_fields.map((spec) => (
                                            <td key={spec.key} class={`is-${spec.key}`}>
                                                <FieldInput
                                                    part="hosts" spec={spec} value={login.values[spec.key]}
                                                    error={errors[loginField(login, spec.key)]}
                                                    was_secret={wasSecret(login, spec.key)}
                                                    onValue={(value) => change(login.id, spec.key, value)}
                                                />
                                            </td>
                                        ))}
                                        <td>
                                            <Button
                                                kind="quiet" icon={trash} label={texts.remove(nameOf(login))}
                                                onClick={() => remove(login.id)}
                                            />
                                        </td>
                                    </tr>
                                ))}
                            </tbody>
                        </table>
                    </div>
                )}
                <Button icon={plus} onClick={add}>{texts.add}</Button>
            </div>
        </details>
    );
}
