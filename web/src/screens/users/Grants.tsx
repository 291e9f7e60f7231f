import { useState } from "preact/hooks";
import { type ApiError, apiError, apiPath, put } from "../../api/client";
import type { User } from "../../api/types";
import { useEnvironments } from "../../app/environments";
import { EnvironmentLink } from "../../parts/EnvironmentLink";
import { ErrorLine, Loaded } from "../../parts/State";
import { toast } from "../../parts/Toast";
import { users as texts } from "../../texts";
import { type Right, rightByRoles, rightIn } from "./rights";

const rights: readonly Right[] = ["", "view", "edit"];

/** The rights of a user in single environments; each change holds at once. */
export function Grants({ user, onChange }: { user: User; onChange: () => void }) {
    const environments = useEnvironments();
    const [error, setError] = useState<ApiError | null>(null);
    const [busy, setBusy] = useState<string | null>(null);
    const by_roles = rightByRoles(user);
    const grant = async (of: string, right: Right): Promise<void> => {
        setBusy(of);
        setError(null);
        try {
            const body = { view: right !== "", edit: right === "edit" };
            await put(apiPath("/users/{name}/grants/{of}", { name: user.name, of }), body);
            toast(texts.granted[right](user.name, of));
        } catch (thrown) {
            setError(apiError(thrown));
        } finally {
            onChange();
            setBusy(null);
        }
    };
    return (
        <>
            <p class="dim">{by_roles ? texts.everywhere[by_roles] : texts.rightsHint}</p>
            <ErrorLine error={error} />
            <Loaded of={environments}>
                {({ environments: all }) => all.length === 0
                    ? <p class="dim">{texts.noEnvironments}</p>
                    : (
                        <ul class="grants">
                            {all.map(({ name }) => (
                                <li key={name} class="grant">
                                    <EnvironmentLink name={name} />
                                    <select
                                        class="input" value={rightIn(name, user)}
                                        aria-label={texts.right(name)} aria-busy={busy === name}
                                        disabled={busy !== null}
                                        onChange={(event) => void grant(name, event.currentTarget.value as Right)}
                                    >
                                        {rights.map((right) => (
                                            <option key={right} value={right}>{texts.rightNames[right]}</option>
                                        ))}
                                    </select>
                                </li>
                            ))}
                        </ul>
                    )}
            </Loaded>
        </>
    );
}
