import { SelectField } from "../../parts/Form";
import { model as texts } from "../../texts";

const policies = ["", "full", "extended", "classic"] as const;

/** "": any. */
export type Policy = (typeof policies)[number];

export function policyOf(given: string | undefined): Policy {
    return policies.find((policy) => policy === given) ?? "";
}

/** What people call it; one that is unknown as it is. */
export function policyText({ policy = "" }: { policy?: string }): string {
    const known = policies.find((one) => one === policy);
    return known === undefined ? policy : texts.policies[known];
}

interface PolicyFieldProps {
    hint: string;
    value: Policy;
    disabled: boolean;
    onValue: (policy: Policy) => void;
}

export function PolicyField({ hint, value, disabled, onValue }: PolicyFieldProps) {
    return (
        <SelectField
            label={texts.policy} hint={hint} value={value} disabled={disabled} onValue={onValue}
            choices={policies.map((policy) => ({ value: policy, text: texts.policies[policy] }))}
        />
    );
}
