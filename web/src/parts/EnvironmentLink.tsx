import { Link, href } from "../app/router";

/** The name of an environment, to its page. */
export function EnvironmentLink({ name }: { name: string }) {
    return (
        <Link class="name" dir="auto" title={name} to={href("/environments/:environment", { environment: name })}>
            {name}
        </Link>
    );
}
