import circle_check from "lucide-static/icons/circle-check.svg?icon";
import triangle_alert from "lucide-static/icons/triangle-alert.svg?icon";
import { useId } from "preact/hooks";
import type { Constant, SupportedEnvironment } from "../../api/types";
import { CheckField, SelectField, TextField, choicesOf, withGiven } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { wizard as texts } from "../../texts";
import type { Draft } from "./draft";
import { Fields, type PartProps } from "./Fields";
import { type ChoiceKey, isSupported, possible } from "./support";

interface MainPartProps extends PartProps {
    constants: readonly Constant[];
    supported: readonly SupportedEnvironment[];
}

const kinds = ["OpenStack", "Kubernetes"];

export function MainPart(props: MainPartProps) {
    const { draft, saved, errors, onChange, constants, supported } = props;
    const set = (change: Partial<Draft>): void => onChange((before) => ({ ...before, ...change }));
    const choices = (key: ChoiceKey) => possible(key, constants, supported, draft);
    const select = (key: "distribution" | "distribution_version" | "type_drivers", disabled: boolean, hint?: string) => (
        <SelectField
            label={texts[key].label} value={draft[key]} error={errors[`main.${key}`]} hint={hint}
            disabled={disabled} choices={choicesOf(choices(key))}
            onValue={(value) => chooseVariant(key, value)}
        />
    );
    const chooseVariant = (key: string, value: string): void => onChange((before) => {
        const changed = { ...before, [key]: value };
        if (key !== "distribution")
            return changed;
        const versions = possible("distribution_version", constants, supported, { ...changed, distribution_version: "" });
        return {
            ...changed,
            distribution_version: versions.includes(before.distribution_version)
                ? before.distribution_version
                : (versions.at(-1) ?? ""),
        };
    });
    return (
        <>
            <div class="wizard-fields">
                <TextField
                    label={texts.name.label} hint={saved ? texts.nameStays : texts.name.hint} value={draft.name}
                    error={errors["main.name"]} onValue={(name) => set({ name })} maxLength={64} disabled={saved !== null}
                    name="main.name" autocomplete="off" spellcheck={false} aria-required
                />
                <SelectField
                    label={texts.environment_type.label} value={draft.environment_type} disabled={saved !== null}
                    choices={choicesOf(withGiven(kinds, draft.environment_type))}
                    onValue={(environment_type) => set({ environment_type })}
                />
                {select("distribution", saved !== null, saved ? texts.distributionStays : undefined)}
                {select("distribution_version", saved !== null, saved ? texts.distributionStays : undefined)}
                {select("type_drivers", false, texts.type_drivers.hint)}
                <Drivers
                    draft={draft} error={errors["main.mechanism_drivers"]} choices={choices("mechanism_drivers")}
                    onChoose={(mechanism_drivers) => set({ mechanism_drivers })}
                />
            </div>
            <Support is_good={isSupported(supported, draft, "scanning")} />
            <Features {...props} />
            <Fields part="main" {...props} />
        </>
    );
}

interface DriversProps {
    draft: Draft;
    error: string | undefined;
    choices: readonly string[];
    onChoose: (drivers: readonly string[]) => void;
}

function Drivers({ draft, error, choices, onChoose }: DriversProps) {
    const id = useId();
    return (
        <fieldset class={`field${error ? " is-bad" : ""}`} aria-describedby={`${id}-hint`}>
            <legend class="field-label">{texts.mechanism_drivers.label}</legend>
            <div class="wizard-drivers">
                {choices.map((driver) => (
                    <CheckField
                        key={driver} label={driver} checked={draft.mechanism_drivers.includes(driver)}
                        onValue={(is_on) => onChoose(is_on
                            ? [...draft.mechanism_drivers, driver]
                            : draft.mechanism_drivers.filter((one) => one !== driver))}
                    />
                ))}
            </div>
            <p class="field-hint" id={`${id}-hint`}>{texts.mechanism_drivers.hint}</p>
            {error && <p class="field-error">{error}</p>}
        </fieldset>
    );
}

function Support({ is_good }: { is_good: boolean }) {
    return (
        <p class={`wizard-support ${is_good ? "is-good" : "is-warning"}`} role="status">
            <Icon of={is_good ? circle_check : triangle_alert} />
            {is_good ? texts.isSupported : texts.isNotSupported}
        </p>
    );
}

function Features({ draft, onChange, supported }: MainPartProps) {
    const may_listen = isSupported(supported, draft, "listening");
    const may_monitor = isSupported(supported, draft, "monitoring");
    const set = (change: Partial<Draft>): void => onChange((before) => ({ ...before, ...change }));
    return (
        <fieldset class="wizard-features">
            <legend class="field-label">{texts.features}</legend>
            <CheckField
                label={texts.listen.label} hint={may_listen ? texts.listen.hint : texts.unsupported}
                checked={draft.listen && may_listen} disabled={!may_listen} onValue={(listen) => set({ listen })}
            />
            <CheckField
                label={texts.enable_monitoring.label}
                hint={may_monitor ? texts.enable_monitoring.hint : texts.unsupported}
                checked={draft.enable_monitoring && may_monitor} disabled={!may_monitor}
                onValue={(enable_monitoring) => set({ enable_monitoring })}
            />
            <CheckField
                label={texts.aci_enabled.label} hint={texts.aci_enabled.hint} checked={draft.aci_enabled}
                onValue={(aci_enabled) => set({ aci_enabled })}
            />
        </fieldset>
    );
}
