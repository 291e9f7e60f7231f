import type { ScanOptions } from "../../api/types";
import { useResource } from "../../api/resource";
import type { Constant } from "../../api/types";
import { CheckField, SelectField, TextField } from "../../parts/Form";
import { scans as texts } from "../../texts";
import { partOf, scan_parts } from "./scan";

export const default_options: ScanOptions = { log_level: "info", inventory: "inventory" };

export type LogLevel = NonNullable<ScanOptions["log_level"]>;

/** Those that a scan or a schedule has, as they are sent. */
export function optionsOf(from: Omit<ScanOptions, "log_level"> & { log_level?: string }): ScanOptions {
    const { log_level, inventory, clear, implicit_links } = { ...default_options, ...from };
    const part = partOf(from);
    return {
        log_level: log_level as LogLevel, inventory: inventory?.trim() || "inventory", clear: clear ?? false,
        implicit_links: implicit_links ?? false, ...(part ? { [part]: true } : {}),
    };
}

interface OptionFieldsProps {
    options: ScanOptions;
    onChange: (options: ScanOptions) => void;
}

/** How to scan. */
export function OptionFields({ options, onChange }: OptionFieldsProps) {
    const constant = useResource<Constant>("/constants/log_levels");
    const levels = constant.data.value?.data.map(({ value, label }) => ({ value: String(value), text: label })) ?? [];
    const level = options.log_level ?? "info";
    const choices = levels.some(({ value }) => value === level) ? levels : [{ value: level, text: level }, ...levels];
    return (
        <>
            <div class="scan-fields">
                <SelectField
                    label={texts.what.label} hint={texts.what.hint} value={partOf(options)}
                    choices={scan_parts.map((value) => ({ value, text: texts.what.parts[value] }))}
                    onValue={(part) => onChange({
                        ...options, scan_only_inventory: false, scan_only_links: false, scan_only_cliques: false,
                        ...(part ? { [part]: true } : {}),
                    })}
                />
                <SelectField
                    label={texts.log_level.label} hint={texts.log_level.hint} value={level} choices={choices}
                    onValue={(log_level) => onChange({ ...options, log_level: log_level as LogLevel })}
                />
                <TextField
                    label={texts.inventory.label} hint={texts.inventory.hint} value={options.inventory ?? ""}
                    onValue={(inventory) => onChange({ ...options, inventory })} maxLength={255} required
                    autocomplete="off" spellcheck={false}
                />
            </div>
            <div class="scan-fields">
                <CheckField
                    label={texts.implicit_links.label} hint={texts.implicit_links.hint}
                    checked={options.implicit_links ?? false}
                    onValue={(implicit_links) => onChange({ ...options, implicit_links })}
                />
                <CheckField
                    label={texts.clear.label} hint={texts.clear.hint} checked={options.clear ?? false}
                    onValue={(clear) => onChange({ ...options, clear })}
                />
            </div>
        </>
    );
}
