import "./icon.css";

interface IconProps {
    /** The shapes: `import cloud from "lucide-static/icons/cloud.svg?icon"`. */
    of: string;
    /** What it says, where no text beside it does. */
    label?: string;
    class?: string;
}

export function Icon({ of, label, class: given = "" }: IconProps) {
    return (
        <svg
            class={`icon ${given}`} viewBox="0 0 24 24" role={label ? "img" : undefined}
            aria-label={label} aria-hidden={label ? undefined : true}
            dangerouslySetInnerHTML={{ __html: of }}
        />
    );
}
