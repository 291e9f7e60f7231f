import { linkTypes as texts, typeText } from "../../texts";
import type { LinkType } from "../../api/types";
import { type EntryColumn, EntryList } from "./EntryList";
import { link_types } from "./catalog";
import { TypeName } from "./TypeName";

const columns: readonly EntryColumn<LinkType>[] = [
    { id: "type", title: texts.type, is_sortable: true, key: ({ type }) => type, cell: ({ type }) => type },
    {
        id: "from", title: texts.from, is_sortable: true, key: ({ endPointA }) => typeText(endPointA),
        cell: ({ endPointA }) => <TypeName type={endPointA} />,
    },
    {
        id: "to", title: texts.to, is_sortable: true, key: ({ endPointB }) => typeText(endPointB),
        cell: ({ endPointB }) => <TypeName type={endPointB} />,
    },
    {
        id: "description", title: texts.description, is_wide: true, is_minor: true,
        cell: ({ description, type }) => (description === type ? null : <bdi>{description}</bdi>),
    },
];

export function LinkTypes() {
    return (
        <EntryList
            catalog={link_types} texts={texts} columns={columns}
            textOf={({ type, description, endPointA, endPointB }) =>
                `${type} ${description} ${typeText(endPointA)} ${typeText(endPointB)}`}
        />
    );
}
