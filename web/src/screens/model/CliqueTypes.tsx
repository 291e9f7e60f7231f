import type { CliqueType } from "../../api/types";
import { queryParam, setQuery } from "../../app/router";
import { SelectField } from "../../parts/Form";
import { chainText, cliqueTypes as texts, listed, model, typeText } from "../../texts";
import { type EntryColumn, EntryList } from "./EntryList";
import { policyText } from "./PolicyField";
import { TypeName } from "./TypeName";
import { clique_types, useEntries } from "./catalog";

const ANY = "ANY";

function placeOf(entry: CliqueType): string {
    const { environment, distribution, distribution_version, mechanism_drivers, type_drivers } = entry;
    if (environment === ANY)
        return texts.everywhere;
    return environment || [
        distribution, distribution_version, listed(mechanism_drivers as string | string[]),
        listed(type_drivers as string | string[]),
    ].filter(Boolean).join(" ") || texts.configured;
}

const columns: readonly EntryColumn<CliqueType>[] = [
    { id: "name", title: texts.name, is_sortable: true, key: ({ name }) => name, cell: ({ name }) => name },
    {
        id: "environment", title: texts.place, is_sortable: true, is_minor: true, key: placeOf,
        cell: (entry) => <span class="name" dir="auto" title={placeOf(entry)}>{placeOf(entry)}</span>,
    },
    {
        id: "focal", title: texts.focal, is_sortable: true, key: ({ focal_point_type }) => typeText(focal_point_type),
        cell: ({ focal_point_type }) => <TypeName type={focal_point_type} />,
    },
    { id: "policy", title: model.policy, is_minor: true, is_sortable: true, key: policyText, cell: policyText },
    {
        id: "links", title: texts.links, is_wide: true, is_minor: true,
        cell: ({ link_types }) => <bdi class="entry-chain">{chainText(link_types)}</bdi>,
    },
];

export function CliqueTypes() {
    const chosen = queryParam("environment").value;
    const all = useEntries(clique_types).data.value?.[clique_types.list] ?? [];
    const places = [...new Set([...all.map(({ environment = "" }) => environment), chosen])].filter(Boolean).sort();
    const control = (
        <SelectField
            label={<span class="unseen">{texts.place}</span>} value={chosen}
            choices={[
                { value: "", text: texts.anyEnvironment },
                ...places.map((value) => ({ value, text: value === ANY ? texts.everywhere : value })),
            ]}
            onValue={(environment) => setQuery({ environment })}
        />
    );
    return (
        <EntryList
            catalog={clique_types} texts={texts} columns={columns} control={control}
            fits={({ environment }) => !chosen || environment === chosen}
            textOf={(entry) => [
                entry.name, placeOf(entry), entry.focal_point_type, typeText(entry.focal_point_type),
                ...entry.link_types, chainText(entry.link_types),
            ].join(" ")}
        />
    );
}
