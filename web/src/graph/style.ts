import type { StylesheetJson } from "cytoscape";

import { iconAt, iconSize, signAt, signSize } from "./badge";
import { labelSize, markSize } from "./label";
import { spacing } from "./layout";
import type { Theme } from "./theme";

/** What marks and lines look like. Cytoscape knows more values than its types do. */
export function styleOf(theme: Theme): StylesheetJson {
    const rules: { selector: string; style: Record<string, unknown> }[] = [
        {
            selector: "core",
            style: {
                "active-bg-size": 0,
                "selection-box-opacity": 0,
                "outside-texture-bg-color": theme.canvas,
                "outside-texture-bg-opacity": 0,
                "active-bg-color": theme.accent,
                "active-bg-opacity": 0,
                "selection-box-color": theme.accent,
                "selection-box-border-color": theme.accent,
                "selection-box-border-width": 0,
            },
        },
        {
            selector: "node",
            style: {
                "overlay-opacity": 0,
                "font-family": theme.font,
                "min-zoomed-font-size": 7.5,
            },
        },
        {
            selector: "node.mark",
            style: {
                shape: "round-rectangle",
                "corner-radius": "10",
                width: "data(width)",
                height: "data(height)",
                "background-color": theme.surface,
                "border-width": 1.25,
                "border-color": theme.border,
                label: "data(title)",
                "font-size": markSize.font,
                "font-weight": 500,
                color: theme.text,
                "text-valign": "center",
                "text-halign": "right",
                "text-margin-x": "data(shift)",
                "text-max-width": "400px",
                "text-wrap": "wrap",
                "text-justification": "left",
                "line-height": markSize.line / markSize.font,
                "background-image": "data(pictures)",
                "background-width": `${iconSize}px ${signSize}px`,
                "background-height": `${iconSize}px ${signSize}px`,
                "background-position-x": `${iconAt.x}px ${signAt.x}px`,
                "background-position-y": `${iconAt.y}px ${signAt.y}px`,
                "background-fit": "none none",
                "background-clip": "none none",
                "background-image-containment": "over over",
            },
        },
        {
            selector: "node.stack",
            style: {
                ghost: "yes",
                "ghost-offset-x": 5,
                "ghost-offset-y": 5,
                "ghost-opacity": 0.45,
                "font-weight": 600,
                "border-width": 1.5,
            },
        },
        { selector: "node.stale", style: { "border-color": theme.states.stale, "border-style": "dashed" } },
        { selector: "node.error", style: { "border-color": theme.states.error, "border-width": 2 } },
        {
            selector: "node.missing",
            style: { "border-color": theme.states.missing, "border-style": "dotted", color: theme.muted },
        },
        {
            selector: "node.focal",
            style: {
                "background-color": theme.accentSoft,
                "border-color": theme.accent,
                "border-width": 2.25,
                "font-weight": 700,
            },
        },
        {
            selector: "node.box",
            style: {
                shape: "round-rectangle",
                "corner-radius": "14",
                "background-color": theme.box,
                "background-opacity": 1,
                "border-width": 1,
                "border-color": theme.boxBorder,
                padding: `${spacing.padding}px`,
                label: "data(title)",
                "text-valign": "top",
                "text-halign": "center",
                "text-margin-x": "data(captionX)",
                "text-margin-y": -3,
                "text-events": "yes",
                "font-size": 12.5,
                "font-weight": 600,
                color: theme.muted,
                "compound-sizing-wrt-labels": "exclude",
            },
        },
        {
            selector: "edge",
            style: {
                "overlay-opacity": 0,
                width: "data(width)",
                "line-color": theme.lines.ok,
                "curve-style": "unbundled-bezier",
                "edge-distances": "endpoints",
                "control-point-weights": "data(weights)",
                "control-point-distances": "data(distances)",
                "source-endpoint": "data(sourceEnd)",
                "target-endpoint": "data(targetEnd)",
                "font-family": theme.font,
                "font-size": labelSize.font,
                "line-height": labelSize.line / labelSize.font,
                "text-wrap": "wrap",
                "text-max-width": "400px",
                "text-margin-x": "data(titleX)",
                "text-margin-y": "data(titleY)",
                color: theme.muted,
                "min-zoomed-font-size": 7.5,
                "text-background-color": theme.canvas,
                "text-background-opacity": 0.85,
                "text-background-padding": "1px",
                "text-background-shape": "roundrectangle",
            },
        },
        { selector: "edge.labelled", style: { label: "data(title)" } },
        { selector: "edge.inside", style: { "text-background-color": theme.box } },
        { selector: "edge.unknown", style: { "line-color": theme.lines.unknown, "line-style": "dotted" } },
        {
            selector: "edge.warning",
            style: {
                "line-color": theme.lines.warning,
                "mid-target-arrow-shape": "diamond",
                "mid-target-arrow-color": theme.lines.warning,
            },
        },
        {
            selector: "edge.error",
            style: {
                "line-color": theme.lines.error,
                "mid-target-arrow-shape": "tee",
                "mid-target-arrow-color": theme.lines.error,
                "arrow-scale": 1.3,
            },
        },
        { selector: "edge.implicit", style: { "line-style": "dashed", "line-dash-pattern": [7, 4] } },
        { selector: "edge.bridge", style: { "line-style": "dashed", "line-dash-pattern": [2, 5] } },
        { selector: "edge.near", style: { "line-color": theme.accent, label: "data(title)", "z-index": 5 } },
        { selector: ".dim", style: { opacity: 0.22 } },
        {
            selector: "edge.path",
            style: {
                "line-color": theme.accent,
                width: 3.5,
                label: "data(title)",
                color: theme.text,
                "z-index": 9,
            },
        },
        { selector: "node.path", style: { "border-color": theme.accent, "border-width": 2.25 } },
        {
            selector: "node.chosen",
            style: {
                "outline-width": 3,
                "outline-color": theme.accent,
                "outline-offset": 2,
                "outline-opacity": 0.55,
            },
        },
        { selector: "edge.chosen", style: { "line-color": theme.accent, width: 3.5, label: "data(title)" } },
        {
            selector: "node.cursor",
            style: {
                "outline-width": 3,
                "outline-color": theme.accent,
                "outline-offset": 3,
                "outline-opacity": 1,
            },
        },
    ];

    return rules as StylesheetJson;
}
