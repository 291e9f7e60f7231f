import { Link } from "../app/router";
import { common } from "../texts";
import "./breadcrumb.css";

export interface Crumb {
    text: string;
    to: string;
}

/** Where one is; the last crumb is the page itself. */
export function Breadcrumb({ crumbs }: { crumbs: readonly Crumb[] }) {
    return (
        <nav class="breadcrumb" aria-label={common.breadcrumb}>
            <ol>
                {crumbs.map((crumb, i) => (
                    <li key={crumb.to}>
                        <Link
                            to={crumb.to} class="name" dir="auto" title={crumb.text}
                            aria-current={i === crumbs.length - 1 ? "page" : undefined}
                        >
                            {crumb.text}
                        </Link>
                    </li>
                ))}
            </ol>
        </nav>
    );
}
