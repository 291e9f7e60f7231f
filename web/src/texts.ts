/* All that a person reads, by screen. */

import { type ApiError, isTold } from "./api/client";

const numbers = new Intl.NumberFormat("en");

export function count(n: number): string {
    return numbers.format(n);
}

/** "1 host", "2 hosts". */
export function counted(n: number, one: string, many: string): string {
    return `${count(n)} ${n === 1 ? one : many}`;
}

export const common = {
    product: "Calipso",
    close: "Close",
    cancel: "Cancel",
    save: "Save",
    saved: "Saved.",
    remove: "Remove",
    edit: "Edit",
    add: "Add",
    retry: "Try again",
    loading: "Loading",
    optional: "(optional)",
    never: "never",
    now: "just now",
    none: "none",
    unknown: "unknown",
    breadcrumb: "Where you are",
    pages: "Pages",
    firstPage: "First page",
    nextPage: "Next page",
    isFirstPage: "This is the first page",
    isLastPage: "This is the last page",
    showPassword: "Show password",
    copy: "Copy",
    copied: "Copied.",
    requestId: (id: string) => `Request ${id} in the server's log`,
    units: {
        milliseconds: (n: number) => `${n} ms`,
        seconds: (n: string) => `${n} s`,
        minutes: (minutes: number, seconds: number) => `${minutes} min ${seconds} s`,
        hours: (hours: number, minutes: number) => `${hours} h ${minutes} min`,
    },
};

/** What happened, and what to do about it. */
export function errorText(error: ApiError): { title: string; advice: string } {
    const { status, detail, retry_after } = error;
    if (isTold(error))
        return { title: error.title, advice: detail };
    if (status === 0)
        return {
            title: "The server does not answer.",
            advice: "Check that it runs and that this device is online; it is tried again by itself.",
        };
    if (status === 401)
        return { title: "You are not signed in.", advice: "Sign in again; this page stays where it is." };
    if (status === 403)
        return { title: "You may not do that.", advice: `${detail}. An administrator can give you the right.` };
    if (status === 404)
        return {
            title: "It is not there.",
            advice: "It may have been removed, or you may not see it. Go back, or search for it.",
        };
    if (status === 409)
        return { title: "That does not fit what is there.", advice: detail };
    if (status === 412)
        return {
            title: "Somebody else has changed it meanwhile.",
            advice: "Load it again, and make your change once more.",
        };
    if (status === 429)
        return {
            title: "Too many tries.",
            advice: retry_after ? `Wait ${retry_after} s, then try again.` : "Wait a little, then try again.",
        };
    if (status >= 500)
        return {
            title: "The server could not do it.",
            advice: `${detail}. Try again; the server's log has the cause.`,
        };
    return { title: "The server did not accept it:", advice: detail };
}

export const shell = {
    skip: "Skip to the content",
    home: "Calipso, to the dashboard",
    navigation: "Main",
    environments: "Environments",
    environmentsNone: "No environments yet",
    addEnvironment: "Add environment",
    existing: "Existing environments",
    dashboard: "Dashboard",
    getStarted: "Get started",
    search: "Search",
    searchHint: "Ctrl K",
    settingsMenu: "Administration",
    operations: "Operation",
    model: "Model",
    access: "Access",
    userMenu: (name: string) => `Signed in as ${name}`,
    ownSettings: "My settings",
    signOut: "Sign out",
    shortcuts: "Keyboard shortcuts",
    theme: "Appearance",
    themes: { auto: "As the system", light: "Light", dark: "Dark" },
    menu: "Menu",
    alerts: "Messages",
    away: "The server does not answer. What you see may be out of date; it is tried again by itself.",
    lost: "The live connection is lost. What you see may be out of date; it is tried again by itself.",
    notFound: "There is no such page",
    notFoundAdvice: "The address may be mistyped, or the page may have moved.",
    toDashboard: "To the dashboard",
    screenFailed: "This page could not be loaded",
    screenFailedAdvice: "The server may have been updated or may be away. Load the page again.",
    reload: "Load again",
    broken: "This page has failed",
    brokenAdvice: "What was shown could not be drawn. Load the page again; the rest of the program still works.",
    needsRole: (role: string) => `This page is for users with the role ${role}. An administrator can give it to you.`,
    shortcutList: [
        ["Ctrl K", "Search"],
        ["?", "Show this list"],
        ["g d", "To the dashboard"],
        ["Esc", "Close what is open"],
    ] as const,
};

export const levels = {
    label: "Messages by level",
    many: "9,999+",
    info: "Information",
    warning: "Warnings",
    error: "Errors",
    counter: {
        info: (n: number) => counted(n, "information message", "information messages"),
        warning: (n: number) => counted(n, "warning", "warnings"),
        error: (n: number) => counted(n, "error", "errors"),
    },
};

export const signIn = {
    title: "Sign in",
    again: "Sign in again",
    expired: "Your session has ended. Sign in to go on where you were; nothing that you entered is lost.",
    product: "See the virtual network of your clouds, from the instance to the wire.",
    name: "User name",
    password: "Password",
    submit: "Sign in",
    wrong: "User name or password is wrong.",
    wrongAdvice: "Check both; an administrator can set a new password.",
    setupNeeded: "There is no administrator yet. Open the link that the server printed when it started, or run",
    setupCommand: "calipso user add admin --roles all",
};

export const setup = {
    title: "Set up Calipso",
    what: "Make the first administrator. This works once.",
    name: "User name",
    password: "Password",
    passwordHint: "At least 8 characters.",
    again: "Password, once more",
    differ: "The two passwords differ.",
    submit: "Make administrator",
    done: "There is an administrator already",
    doneAdvice: "Sign in, or ask the administrator for an account.",
    noSecret: "This needs the whole link",
    noSecretAdvice: "Open the link that the server printed when it started, with all that stands behind its #.",
    wrongSecret: "The link is not good any more.",
    wrongSecretAdvice: "The server prints another one when it is started anew. Open that one.",
};

/** Types of objects: one, and many. */
const type_texts: Record<string, readonly [string, string]> = {
    environment: ["environment", "environments"],
    region: ["region", "regions"],
    project: ["project", "projects"],
    availability_zone: ["availability zone", "availability zones"],
    aggregate: ["aggregate", "aggregates"],
    host: ["host", "hosts"],
    host_ref: ["host", "hosts"],
    network: ["network", "networks"],
    port: ["port", "ports"],
    instance: ["instance", "instances"],
    vservice: ["vService", "vServices"],
    vnic: ["vNIC", "vNICs"],
    vconnector: ["vConnector", "vConnectors"],
    vedge: ["vEdge", "vEdges"],
    otep: ["OTEP", "OTEPs"],
    host_pnic: ["pNIC", "pNICs"],
    network_agent: ["network agent", "network agents"],
    switch: ["switch", "switches"],
    switch_pnic: ["switch port", "switch ports"],
    namespace: ["namespace", "namespaces"],
};

export function typeText(type: string, n = 1): string {
    const texts = Object.hasOwn(type_texts, type) ? type_texts[type] : undefined;
    if (texts)
        return texts[n === 1 ? 0 : 1];
    return type.replace(/_/g, " ");
}

export function capitalised(text: string): string {
    return /^[a-z][a-z ]/.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

/** "Hosts", "vNICs": the title of a tile or list of them. */
export function typesTitle(type: string): string {
    const text = typeText(type, 2);
    return /^[a-z][A-Z]/.test(text) ? text : capitalised(text);
}

export const scanStatus: Record<string, string> = {
    pending: "Waiting",
    running: "Running",
    completed: "Completed",
    completed_with_errors: "Completed with errors",
    failed: "Failed",
    aborted: "Ended by a user",
};

export const environmentState = {
    never: "Never scanned",
    scanning: (percent: number | null) => (percent === null ? "Scanning" : `Scanning, ${percent} %`),
    waiting: "Scan waits its turn",
    failed: "Last scan failed",
    withErrors: "Last scan had errors",
    aborted: "Last scan was ended",
    good: "Up to date",
};

export const dashboard = {
    title: "Dashboard",
    heading: "Environments",
    add: "Add environment",
    regions: (n: number) => counted(n, "region", "regions"),
    projects: (n: number) => counted(n, "project", "projects"),
    lastScan: "Last scan",
    emptyTitle: "No environments yet",
    emptyText: "An environment is a cloud and the ways into it. Add one, and let it be scanned.",
    emptyNoAdd: "Ask an administrator to give you the right to see one, or add your own.",
    counts: "What it has",
    reading: "There are none",
};

export const messageList = {
    title: "Messages",
    levels: "Messages by level: press one to see only these",
    all: "All",
    level: { info: "Information", warning: "Warnings", error: "Errors" },
    one: { info: "Information", warning: "Warning", error: "Error" },
    filters: "Filters",
    nFilters: (n: number) => (n ? `Filters (${count(n)})` : "Filters"),
    text: "Search in the text",
    environment: "Environment",
    anyEnvironment: "All environments",
    source: "Source",
    anySource: "All sources",
    object: "About the object",
    objectHint: "Name, id or address",
    noObject: "No such object. Try the beginning of its name.",
    oneObject: (id: string) => `About ${id}`,
    oneScan: "Of one scan",
    dropFilter: (what: string) => `${what}: show all again`,
    range: "Time",
    ranges: (span: string) => ({
        hour: "Last hour", day: "Last day", week: "Last week", "": `Last ${span}`, all: "Any time",
        custom: "Between two times",
    }),
    from: "From",
    until: "Until",
    unseen: "Not seen yet only",
    order: "Order",
    latestFirst: "Latest first",
    oldestFirst: "Oldest first",
    clearFilters: "Clear all filters",
    list: "Messages",
    newer: (n: number, is_least: boolean) => `${count(n)}${is_least ? "+" : ""} new ${n === 1 ? "message" : "messages"}`,
    notSeen: "not seen yet",
    markSeen: "Mark as seen",
    markUnseen: "Mark as not seen",
    markPage: "Mark these as seen",
    marked: (n: number) => `${counted(n, "message", "messages")} marked as seen.`,
    nothingToMark: "All of these have been seen",
    none: "No messages",
    noneText: "Scans, listeners and monitoring say here what they did and found. Nothing was said in this time.",
    noneFound: "No message fits",
    noneFoundText: "Clear filters, or look further back.",
    allTime: "Look at any time",
    clear: "Clear messages",
    mayNotClear: "This needs the right to change an environment",
    id: "Message",
    time: "Time",
    received: "Received",
    finished: "Finished",
    scan: "Scan",
    scanMessages: "All messages of this scan",
    objectMessages: "All messages about this object",
    context: "Seen from",
    kind: "Kind",
    newerOne: "Newer message",
    olderOne: "Older message",
    isFirst: "This is the first one on this page",
    isLast: "This is the last one on this page",
    copyText: "Copy text",
    copyFailed: "The browser did not allow copying. Select the text and copy it by hand.",
};

export const clearMessages = {
    title: "Clear messages",
    what: "They are removed for everybody, and do not come back.",
    from: "From",
    all: (n: number) => `All ${counted(n, "environment", "environments")} that you may change`,
    age: "Which",
    ages: { "": "All", week: "Older than a week", month: "Older than 30 days" },
    counting: "Counting\u2026",
    willGo: (n: number) => (n === 1 ? "1 message will be removed." : `${count(n)} messages will be removed.`),
    none: "There are none to remove.",
    submit: (n: number) => (n ? `Remove ${counted(n, "message", "messages")}` : "Remove"),
    done: (n: number) => (n === 1 ? "1 message was removed." : `${count(n)} messages were removed.`),
};

/** "instance → vNIC → vConnector": what links of these types lead through, in their order. */
export function chainText(link_types: readonly string[]): string {
    const chains: string[][] = [];
    for (const type of link_types) {
        const ends = type.split("-");
        const chain = chains.at(-1);
        if (chain && chain.at(-1) === ends[0])
            chain.push(...ends.slice(1));
        else
            chains.push(ends);
    }
    return chains.map((chain) => chain.map((end) => typeText(end)).join(" \u2192 ")).join(" \u00b7 ");
}

const model_policies = { "": "Any", full: "Full", extended: "Extended", classic: "Classic" };

/** What the editors of the model have in common. */
export const model = {
    actions: "Actions",
    filter: "Filter",
    noneFits: "None fits",
    noneFitsText: "Try other words, or clear the filter.",
    clearFilter: "Clear the filter",
    edit: (name: string) => `Edit ${name}`,
    remove: (name: string) => `Remove ${name}`,
    needsRole: (role: string) => `This needs the role ${role}`,
    readOnly: (role: string) => `You may look at this. To change it you need the role ${role}; an administrator can give it to you.`,
    next: "It holds from the next scan on.",
    added: (name: string) => `${name} was added. It holds from the next scan on.`,
    saved: (name: string) => `${name} was saved. It holds from the next scan on.`,
    removed: (name: string) => `${name} was removed. It holds from the next scan on.`,
    nothingChanged: "Nothing has been changed",
    policy: "Links",
    policyHint: "Of which of the ways to follow links it is one.",
    policies: model_policies,
    removeTitle: (name: string) => `Remove ${name}?`,
    removeText: "Cliques are made without it from the next scan on. This cannot be undone.",
    unsavedTitle: "Leave without saving?",
    unsavedText: "What you changed here is not saved.",
    leave: "Leave",
    stay: "Stay",
};

export const cliqueTypes = {
    title: "Clique types",
    what: "Which links are followed from a focal point, and in which order: that is what its graph shows.",
    one: "Clique type",
    add: "Add clique type",
    none: "No clique types",
    noneText: "Without one no graph is made.",
    name: "Name",
    focal: "Focal point",
    links: "Link types",
    linksHint: "In this order they are followed. With a row in focus the arrow keys move it, Delete takes it out.",
    noLinks: "None yet: add the one that begins at the focal point.",
    place: "Holds for",
    anyPlace: "All environments, unless they have their own",
    everywhere: "All environments",
    byConfiguration: "Environments that are made like this:",
    configured: "By configuration",
    environment: "Environment",
    anyEnvironment: "Show all",
    distribution: "Distribution",
    version: "Version",
    mechanism: "Mechanism drivers",
    drivers: "Type drivers",
    listHint: "Several with commas between them.",
    implicit: "Follow implicit links, too",
    implicitHint: "Links that were worked out from others, not seen themselves.",
    addLink: "Add a link type",
    addLinkHint: "its name, or a type of objects",
    noSuchLink: "There is no such link type. Add it under Link types first.",
    up: (type: string) => `Move ${type} up`,
    down: (type: string) => `Move ${type} down`,
    take: (type: string) => `Take ${type} out`,
    isFirst: "It is the first one",
    isLast: "It is the last one",
    moved: (type: string, at: number, of: number) => `${type}: now ${at} of ${of}`,
    taken: (type: string) => `${type} was taken out`,
    added: (type: string) => `${type} was added at the end`,
    leads: "It leads through",
    unreached: "Nothing before it leads here: it will not be followed.",
    needsName: "It needs a name",
    needsLinks: "It needs at least one link type",
};

export const cliqueConstraints = {
    title: "Clique constraints",
    what: "What all objects of a clique have in common with its focal point: others are left out.",
    one: "Clique constraint",
    add: "Add clique constraint",
    none: "No clique constraints",
    noneText: "Without one cliques may reach into networks that have nothing to do with their focal point.",
    focal: "Focal point",
    constraints: "Constraints",
    constraintHints: {
        network: "Only objects of the focal point's networks.",
        physical_network: "Only objects of the focal point's physical networks.",
    } as Record<string, string>,
    nothing: "none",
};

export const linkTypes = {
    title: "Link types",
    what: "Which kinds of objects are linked with which. Clique types are made of them.",
    one: "Link type",
    add: "Add link type",
    none: "No link types",
    noneText: "Without them no clique type can be made.",
    type: "Type",
    description: "Description",
    from: "From",
    to: "To",
    typeIs: (type: string) => `It will be called ${type}.`,
};

export const roleTexts: Record<string, { title: string; what: string }> = {
    "view-env": { title: "See every environment", what: "Also those that are added later." },
    "edit-env": { title: "Change every environment", what: "And let it be scanned; who may change may see." },
    "manage-users": { title: "Manage users", what: "Add, change and remove them, and give roles that one has oneself." },
    "manage-link-types": { title: "Change link types", what: "Which kinds of objects are linked." },
    "manage-clique-types": { title: "Change clique types", what: "Which links graphs follow." },
    "manage-clique-constraints": { title: "Change clique constraints", what: "What graphs leave out." },
};

const rights = { "": "Neither", view: "May see it", edit: "May change it" };

export const users = {
    title: "Users",
    what: "Who may sign in, and what they may do.",
    add: "Add user",
    one: "User",
    filter: "Filter by name",
    name: "Name",
    roles: "Roles",
    rightsIn: "Environments",
    actions: "Actions",
    administrator: "Administrator",
    you: "you",
    noRoles: "No roles",
    noRights: "none",
    edit: (name: string) => `Edit ${name}`,
    remove: (name: string) => `Remove ${name}`,
    none: "No users",
    noneText: "Add one to let somebody in.",
    noneFits: "Nobody is called so",
    noneFitsText: "Try the beginning of the name.",
    clearFilter: "Show all",
    canSee: (n: number) => `may see ${count(n)}`,
    canChange: (n: number) => `may change ${count(n)}`,
    all: { view: "may see all", edit: "may change all" },
    nameHint: "1 to 64 letters, digits and . _ - @",
    password: "Password",
    passwordHint: "8 characters at least.",
    again: "Password, once more",
    differ: "The two passwords differ",
    tooShort: "The password needs 8 characters at least",
    needsName: "It needs a name",
    badName: "The name has other characters than letters, digits and . _ - @",
    rolesHint: "Roles hold everywhere. Rights in single environments are given below.",
    rolesHintNew: "Roles hold everywhere. Rights in single environments are given next.",
    notYours: "You do not have this role, so you cannot give or take it.",
    added: (name: string) => `${name} was added.`,
    saved: (name: string) => `The roles of ${name} were saved.`,
    nothingChanged: "Nothing has been changed",
    hasMore: (name: string) => `${name} has roles that you do not have: only somebody who has them can change the roles and password, or remove ${name}.`,
    rights: "Rights in environments",
    rightsHint: "What is chosen holds at once.",
    right: (environment: string) => `Right in ${environment}`,
    rightNames: rights,
    granted: {
        "": (name: string, environment: string) => `${name} has no right in ${environment} any more.`,
        view: (name: string, environment: string) => `${name} may see ${environment}.`,
        edit: (name: string, environment: string) => `${name} may change ${environment}.`,
    },
    everywhere: { view: "The role lets this user see every environment anyway.", edit: "The role lets this user change every environment anyway." },
    noEnvironments: "There are no environments that you may see. Who may see them can say who else may.",
    newPassword: "New password",
    newPasswordHint: "The user is signed out everywhere, and all tokens end.",
    setPassword: "Set password",
    passwordSet: (name: string) => `${name} has a new password, and was signed out everywhere.`,
    own: "This is you. You change your own password in your settings.",
    toSettings: "To my settings",
    lastAdministrator: (name: string) => `${name} is the last administrator. Give another user all roles first.`,
    removeTitle: (name: string) => `Remove ${name}?`,
    removeText: "The user is signed out everywhere; all tokens and rights end. This cannot be undone.",
    removeSelf: "This is you: you will be signed out, and cannot come back.",
    removed: (name: string) => `${name} was removed.`,
};

/** A text, or several with commas between them. */
export function listed(texts: string | readonly string[] | null | undefined): string {
    return typeof texts === "string" ? texts : (texts ?? []).join(", ");
}

export const messageDialog = {
    title: { info: "Information messages", warning: "Warnings", error: "Errors" },
    of: (environment: string) => ` of ${environment}`,
    within: (span: string) => `Of the last ${span}, the latest first.`,
    none: "There are none",
    noneText: "Nothing of this level was said in this time.",
    environment: "Environment",
    message: "Message",
    source: "Source",
    time: "Time",
    object: "Object",
    context: "Show object",
    more: "Show more",
    all: "All messages, with filters",
    table: "Messages",
};

/** A span of time in its greatest whole unit. */
export function spanText(ms: number): string {
    const sizes = [[86_400_000, "day", "days"], [3_600_000, "hour", "hours"], [60_000, "minute", "minutes"]] as const;
    for (const [size, one, many] of sizes)
        if (ms >= size)
            return counted(Math.round(ms / size), one, many);
    return counted(Math.round(ms / 1000), "second", "seconds");
}

function graphKind(type: string): string {
    const text = typeText(type);

    return type === "" ? "Several kinds" : /^[a-z][A-Z]/.test(text) ? text : capitalised(text);
}

const graph_node_states = {
    ok: "OK", stale: "Not seen by the last scan", error: "Error", missing: "Missing",
};
const graph_line_states = { ok: "Up", warning: "Partly down", error: "Down", unknown: "Not known" };

export const graphTexts = {
    kind: graphKind,
    linkType: (type: string): string => type.split("-").map(graphKind).join(" – "),
    stack: (name: string, n: number): string => `${name} × ${count(n)}`,
    several: (n: number): string => `× ${count(n)}`,
    nodeStates: graph_node_states,
    lineStates: graph_line_states,
    nodes: (n: number): string => counted(n, "object", "objects"),
    links: (n: number): string => counted(n, "link", "links"),
    label: (name: string): string => `Graph of ${name}`,
    keys: "Arrow keys follow links, Enter opens, F makes the focal point, P marks a path, " +
        "Space shows details, T shows the same as tables.",
    spoken: (name: string, kindName: string, state: string, host: string, links: string): string =>
        [kindName, name, state, host && `on ${host}`, links].filter(Boolean).join(", "),
    asGraph: "Graph",
    asTable: "Tables",
    view: "View",
    policy: "Links",
    policies: {
        "": "As scanned", full: "Full", extended: "Extended", classic: "Classic",
    },
    policyHint: "Which links count when the graph is walked",
    detail: "Detail",
    amounts: { few: "Overview", "": "Automatic", all: "Everything" },
    detailHint: "How many objects that are alike are put together into stacks",
    pathOfMark: "Path",
    zoomIn: "Zoom in (+)",
    zoomOut: "Zoom out (−)",
    fit: "Show all (0)",
    exportAs: "Export",
    exports: { png: "PNG picture", svg: "SVG drawing", dot: "DOT (Graphviz)", json: "JSON data" },
    pictureNeedsGraph: "Turn to the graph to save a picture of it",
    exportFailed: "The picture could not be made. Try SVG, which has no limit of size.",
    closeStacks: (n: number): string => `Close ${counted(n, "stack", "stacks")}`,
    focal: "Focal point",
    legend: "Legend and filter",
    legendKinds: "Kinds: press one to hide or show it",
    legendStates: "States",
    legendLinks: "Links",
    hide: (name: string): string => `Hide ${name}`,
    showAll: "Show all kinds",
    hiddenKinds: (n: number): string => `${counted(n, "kind", "kinds")} hidden`,
    focalStays: "The focal point is always shown",
    implicit: "Implicit",
    bundle: "Several",
    bridge: "Through what is hidden",
    onHost: (host: string): string => `On ${host}`,
    host: "Host",
    state: "State",
    makeFocal: "Make focal point",
    open: "Open",
    openStack: "Open stack",
    pathHere: "From focal",
    pathFrom: "From here",
    pathTo: "To here",
    close: "Close",
    details: "Details",
    loadingDetails: "Loading attributes…",
    noDetails: "Its attributes could not be read.",
    noAttributes: "It has none of the attributes that are listed for its kind.",
    missingDetails: "A link names this object, but the inventory does not have it. A scan may find it again.",
    connected: "Linked with",
    firstOf: (n: number): string => `The first ${count(n)}`,
    innerLinks: (n: number): string => `${counted(n, "link", "links")} among themselves`,
    down: (n: number, of: number): string => `${count(n)} of ${count(of)} down`,
    path: "Path",
    pathOf: (n: number): string => `Path of ${counted(n, "link", "links")}`,
    noPath: "Nothing shown here joins the two. Show hidden kinds, or try other links.",
    pathEndGone: "An end of the path is not shown here: it is in a closed stack, or gone.",
    endPath: "Unmark path",
    pathStarts: (name: string): string =>
        `A path starts at ${name}. Choose where it ends: Shift and click, or P.`,
    link: "Link",
    linkMembers: {
        link_type: "Type", link_name: "Name", state: "State", host: "Host", switch: "Switch",
        source_label: "Label at its start", target_label: "Label at its end", link_weight: "Weight",
    },
    implicitLink: "Worked out from others, not seen itself",
    yes: "yes",
    no: "no",
    tableNodes: "Objects",
    tableLinks: "Links",
    columns: {
        kind: "Kind", name: "Name", host: "Host", state: "State", count: "Count", links: "Links",
        from: "From", to: "To", label: "Label",
    },
    copy: "Copy",
    copied: "Copied",
    copyFailed: "The browser did not allow copying. Select the rows and copy them by hand.",
    loading: "Loading the graph…",
    arranging: (n: number): string => `Arranging ${counted(n, "mark", "marks")}…`,
    cancel: "Cancel",
    cancelled: "Arranging was cancelled. The tables show all of it.",
    failed: "The graph could not be loaded.",
    retry: "Try again",
    vanished: "This object is no longer in the inventory.",
    vanishedWhat: "What is shown is as it was before. Choose another object, or scan the environment again.",
    partGone: (names: string): string => `No longer there: ${names}.`,
    noClique: "No clique for this object",
    noCliqueAlone: "No link touches it, and it is the focal point of no clique. " +
        "Instances, vServices and networks have one; a scan with links and cliques makes them.",
    noCliqueLinks: "It is the focal point of no clique: these are its direct links. " +
        "Make one of its neighbours the focal point to see more.",
    allHidden: "All other kinds are hidden.",
    rolledUp: (marks: string, nodes: string): string =>
        `${nodes} shown as ${marks}: press a stack to open it.`,
    marks: (n: number): string => counted(n, "mark", "marks"),
};
