import { useState } from "preact/hooks";
import { Button } from "../../parts/Button";
import { Dialog } from "../../parts/Dialog";
import { Field, SelectField, choicesOf } from "../../parts/Form";
import { common, wizard } from "../../texts";
import { type CloudEntry, type CloudImport, importOf, readClouds } from "./clouds";

const texts = wizard.clouds;

interface ImportDialogProps {
    onClose: () => void;
    onImport: (cloud: CloudImport, name: string) => void;
}

interface Found {
    cloud?: CloudImport;
    why?: string;
}

function tryImport(entry: CloudEntry | undefined): Found {
    if (!entry)
        return {};
    try {
        return { cloud: importOf(entry) };
    } catch (error) {
        return { why: error instanceof Error ? error.message : String(error) };
    }
}

function textOf(value: unknown): string {
    return typeof value === "string" ? value : "";
}

/** Chooses a cloud of a clouds.yaml. The file stays in the browser. */
export function ImportDialog({ onClose, onImport }: ImportDialogProps) {
    const [text, setText] = useState("");
    const [clouds, setClouds] = useState<readonly CloudEntry[]>([]);
    const [error, setError] = useState<string | null>(null);
    const [name, setName] = useState("");
    const read = async (file: string): Promise<void> => {
        setText(file);
        setError(null);
        setClouds([]);
        if (!file.trim())
            return;
        try {
            const found = await readClouds(file);
            setClouds(found);
            setName(found[0]?.name ?? "");
        } catch (thrown) {
            setError(thrown instanceof Error ? thrown.message : String(thrown));
        }
    };
    const { cloud, why } = tryImport(clouds.find((entry) => entry.name === name));
    const has_secret = cloud?.values["pwd"] ?? cloud?.values["application_credential_secret"];
    const apply = (): void => {
        if (cloud)
            onImport(cloud, name);
    };
    return (
        <Dialog
            title={texts.title} onClose={onClose}
            actions={(
                <>
                    <Button onClick={onClose}>{common.cancel}</Button>
                    <Button kind="primary" reason={cloud ? null : (why ?? error ?? texts.what)} onClick={apply}>
                        {texts.apply}
                    </Button>
                </>
            )}
        >
            <p class="dim">{texts.what}</p>
            <Field label={texts.file}>
                {(control) => (
                    <input
                        {...control} type="file" accept=".yaml,.yml,application/yaml" class="input wizard-file"
                        onChange={({ currentTarget: { files } }) => void files?.[0]?.text().then(read)}
                    />
                )}
            </Field>
            <Field label={texts.paste} error={error}>
                {(control) => (
                    <textarea
                        {...control} class="input mono wizard-paste" rows={6} value={text} spellcheck={false}
                        onInput={({ currentTarget: { value } }) => void read(value)}
                    />
                )}
            </Field>
            {clouds.length > 0 && (
                <SelectField
                    label={texts.cloud} value={name} onValue={setName} error={why}
                    choices={choicesOf(clouds.map((entry) => entry.name))}
                    hint={cloud && texts.summary(
                        `${textOf(cloud.values["host"])}:${textOf(cloud.values["port"])}`, textOf(cloud.values["user"]),
                    )}
                />
            )}
            {cloud && !has_secret && <p class="dim" role="status">{texts.noPassword}</p>}
        </Dialog>
    );
}
