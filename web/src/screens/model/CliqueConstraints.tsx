import type { CliqueConstraint } from "../../api/types";
import { cliqueConstraints as texts, listed, model, typeText } from "../../texts";
import { type EntryColumn, EntryList } from "./EntryList";
import { policyText } from "./PolicyField";
import { TypeName } from "./TypeName";
import { clique_constraints } from "./catalog";

function constraintsText({ constraints }: CliqueConstraint): string {
    return listed(constraints.map((type) => typeText(type)));
}

const columns: readonly EntryColumn<CliqueConstraint>[] = [
    {
        id: "focal", title: texts.focal, is_sortable: true, key: ({ focal_point_type }) => typeText(focal_point_type),
        cell: ({ focal_point_type }) => <TypeName type={focal_point_type} />,
    },
    {
        id: "constraints", title: texts.constraints, is_wide: true, is_sortable: true, key: constraintsText,
        cell: (entry) => constraintsText(entry) || <span class="dim">{texts.nothing}</span>,
    },
    { id: "policy", title: model.policy, is_minor: true, is_sortable: true, key: policyText, cell: policyText },
];

export function CliqueConstraints() {
    return (
        <EntryList
            catalog={clique_constraints} texts={texts} columns={columns}
            textOf={(entry) => `${entry.focal_point_type} ${typeText(entry.focal_point_type)} ${constraintsText(entry)}`}
        />
    );
}
