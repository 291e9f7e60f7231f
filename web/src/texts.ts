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
    copyFailed: "The browser did not allow copying. Select the text and copy it by hand.",
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
        return { title: "Your session had ended.", advice: "Sign in, then try it once more." };
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
    if (status === 503 && retry_after)
        return { title: "The server is busy.", advice: `${capitalised(detail)}.` };
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
    away: "The server does not answer. What you see may be out of date; it is tried again by itself.",
    lost: "The live connection is lost. What you see may be out of date; it is tried again by itself.",
    notFound: "There is no such page",
    notFoundAdvice: "The address may be mistyped, or the page may have moved.",
    toDashboard: "To the dashboard",
    screenFailed: "This page could not be loaded",
    screenFailedAdvice: "The server may have been updated or may be away. Load the page again.",
    partFailed: "That could not be loaded: the server may have been updated or may be away. Load the page again.",
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

export const unsaved = {
    title: "Leave without saving?",
    text: "What you changed here is not saved, and is lost when you leave.",
    leave: "Leave without saving",
    stay: "Stay",
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

/** Each of the API's levels. */
export const levelText = { debug: "Debug", info: "Information", warn: "Warning", error: "Error", crit: "Critical" };

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
    return type.endsWith("_folder") ? (n === 1 ? "folder" : "folders") : type.replace(/_/g, " ");
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

const scanPhases: Record<string, string> = {
    cloud: "Asking the cloud", hosts: "Reading the hosts", links: "Finding links", commit: "Saving",
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
    lastScan: "Last scan",
    emptyTitle: "No environments yet",
    emptyText: "An environment is a cloud and the ways into it. Add one, and let it be scanned.",
    emptyNoAdd: "Ask an administrator to give you the right to see one, or add your own.",
    counts: "What it has",
    noneThere: "There are none",
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
    shutHost: (name: string, n: number): string => `${name} · ${count(n)}`,
    openHost: "Open host",
    shutHosts: (name: string): string => `Shut ${name}`,
    nodeStates: graph_node_states,
    lineStates: graph_line_states,
    nodes: (n: number): string => counted(n, "object", "objects"),
    links: (n: number): string => counted(n, "link", "links"),
    label: (name: string): string => `Graph of ${name}`,
    keys: "Arrow keys follow links, Enter opens, F makes the focal point, P marks a path, " +
        "Space shows details, C shuts or opens the box of a host, 0 shows all, T shows the same as tables.",
    overview: "Overview: press where to look",
    legendShow: "Legend",
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
    showAll: "Show all kinds",
    focalStays: "The focal point is always shown",
    implicit: "Implicit",
    bundle: "Several",
    bridge: "Through what is hidden",
    onHost: (host: string): string => `On ${host}`,
    host: "Host",
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
    linkMembers: {
        link_type: "Type", link_name: "Name", state: "State", host: "Host", switch: "Switch",
        source_label: "Label at its start", target_label: "Label at its end", link_weight: "Weight",
    },
    implicitLink: "Worked out from others, not seen itself",
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
    noLinks: "No links",
    noLinksWhat: "Nothing is linked with this object. " +
        "Instances, vServices and networks have graphs, which a scan with links and cliques makes.",
    directLinks: "Direct links only",
    directLinksWhat: "Whole paths are kept for instances, vServices and networks; a scan with cliques makes them.",
    rolledUp: (marks: string, nodes: string): string =>
        `${nodes} shown as ${marks}: press a stack to open it.`,
    marks: (n: number): string => counted(n, "mark", "marks"),
};

export const objectData = {
    main: "Main attributes",
    environment: "Environment",
    name: "Name",
    type: "Type",
    id: "Id",
    host: "Host",
    parent: "Lies in",
    lastScanned: "Last seen",
    all: "All attributes",
    search: "Search in the attributes",
    searchHint: "Search names and values",
    matches: (n: number) => counted(n, "match", "matches"),
    openAll: "Open all",
    closeAll: "Close all",
    copyAll: "Copy as JSON",
    copyValue: (path: string) => `Copy ${path}`,
    members: (n: number) => counted(n, "member", "members"),
    elements: (n: number) => counted(n, "element", "elements"),
    label: "Attributes as JSON",
};

export const objectLinks = {
    label: "Links of the object",
    none: "No link touches this object",
    noneText: "Links are found by scans that are not limited to the inventory or cliques.",
    from: "from",
    to: "to",
    end: "Linked object",
    type: "Link type",
    name: "Name",
    state: "State",
    host: "Host",
    implicit: "worked out",
    implicitHint: "Worked out from other links, not seen itself",
    unknownEnd: "not in the inventory",
};

export const objectHangs = {
    label: "What hangs on the object",
    none: "Nothing hangs on this object",
    noneText: "No clique of an instance, a vService or a network holds it. If something should, scan the environment again.",
    name: "Name",
    type: "Type",
    host: "Host",
    way: "Path",
    showWay: "Show",
    wayFrom: (from: string, to: string) => `The path from ${from} to ${to}`,
    showsSome: (n: number) => `These are ${count(n)} of them.`,
};

export const objectMessages = {
    label: "Messages about the object",
    none: "No message is about this object",
    noneText: "What scans, listeners and monitoring say about it stands here.",
    level: "Level",
    message: "Message",
    source: "Source",
    time: "Time",
};

export const objectHistory = {
    none: "There is no history of this object",
    noneText: "Versions that ended long ago are forgotten.",
    now: "As it is now",
    until: "Until",
    since: "Seen so since",
    revision: (n: number) => `revision ${count(n)}`,
    first: "The first version that is kept",
    same: "Nothing but when it was seen has changed.",
    attribute: "Attribute",
    before: "Before",
    after: "After",
    changes: (n: number) => counted(n, "change", "changes"),
};

export const search = {
    label: "Search",
    hint: "Name, id, IP or MAC address",
    results: "Results",
    escape: "Esc",
    close: "Close the search",
    recent: "Looked at last",
    environments: "Environments",
    screens: "Pages",
    screen: "page",
    inEnvironment: (name: string) => `In ${name}`,
    what: "Finds objects of all environments by how the words of their name, id or addresses begin.",
    count: (n: number) => counted(n, "result", "results"),
    first: (n: number) => `The first ${count(n)} of each environment; type more to narrow it down.`,
    nothing: "Nothing found for",
    nothingAdvice: "You can search for names, ids, IP and MAC addresses and other attributes of objects, " +
        "for environments that you may see, and for pages. Type how words begin: “web” finds web-1, “eb” does not.",
};

export const tree = {
    label: (environment: string) => `Tree of ${environment}`,
    show: "Show tree",
    hide: "Hide tree",
    resize: "Width of the tree",
    filter: (environment: string) => `Find in the tree of ${environment}`,
    filterHint: "Filter: name, id, address",
    loading: "Loading…",
    failed: "Could not be read. Try again",
    stale: "not seen by the last scan",
    inError: "in error",
    reference: (type: string) => `link to the ${type}`,
    inside: "inside",
    foundLabel: "Found in the tree",
    found: (n: number) => `${counted(n, "object", "objects")} found`,
    foundFirst: (n: number) => `The first ${count(n)} objects; type more to narrow it down`,
    nothing: "Nothing has this in its name, id or addresses. Words are found by how they begin.",
};

export const environment = {
    scan: "Scan now",
    scanOptions: "Scan with options",
    scanAsked: (name: string) => `A scan of ${name} has been asked for.`,
    scanRuns: "A scan of this environment runs, or waits its turn",
    mayNotEdit: "You may see this environment, but not change it. An administrator can give you the right.",
    edit: "Edit",
    remove: "Delete",
    counts: "What it has",
    lastScan: "Last scan",
    neverTitle: "Nothing is known of this cloud yet",
    neverText: "A scan discovers its hosts, networks and instances, and how they are connected.",
    phase: (phase: string, done: number, total: number) =>
        (scanPhases[phase] ?? capitalised(phase)) + (total > 0 ? `, ${count(done)} of ${count(total)}` : ""),
    soFar: (objects: number) => `${counted(objects, "object", "objects")} so far`,
    waits: "It begins when the scan before has ended.",
    progress: "Progress of the scan",
    failed: "The last scan failed",
    filter: (title: string) => `Filter ${title}`,
    filterHint: "Filter",
    noMatch: "None has this in its name.",
    noneOf: (types: string) => `There are no ${types}.`,
    showsFirst: (n: number) => `The first ${count(n)} are shown.`,
    messages: "Messages",
    lastMessage: "Last:",
    noMessages: "none so far",
};

export const removeEnvironment = {
    title: (name: string) => `Delete ${name}?`,
    what: "Its configuration is deleted: nobody can scan it or look at it any more.",
    purge: "Delete what was discovered, too",
    purgeHint: (objects: number, links: number, cliques: number, messages: number) =>
        `${counted(objects, "object", "objects")}, ${counted(links, "link", "links")}, ` +
        `${counted(cliques, "clique", "cliques")}, ${counted(messages, "message", "messages")}, with their history.`,
    counting: "Counting",
    type: (name: string) => `To go on, type the name: ${name}`,
    typeFirst: "Type the name of the environment first",
    submit: "Delete",
    done: (name: string) => `${name} has been deleted.`,
};

export const objectPage = {
    views: "Views of the object",
    graph: "Graph",
    dashboard: "Dashboard",
    hangs: "What hangs on it",
    data: "Data",
    links: "Links",
    messages: "Messages",
    history: "History",
    gone: "This object is no longer in the inventory: what is shown is as it was last seen.",
    lastScanned: "Last seen",
    on: "on",
    stale: "The last scan could not see it: what is shown is of the time before.",
    scan: "Scan again",
    scanHint: (host: string) => `Asks the cloud and the host ${host} anew, and no other host`,
    scanHintLists: "Asks the cloud anew, and no host",
    isScanned: "Being scanned",
    scanned: "Scanned again: what is shown is as it is now.",
    scanFailed: (reason: string) => reason ? `The scan failed: ${reason}` : "The scan ended with errors: see the messages.",
    children: "Children",
    below: "What lies below it",
    attributes: "Attributes",
    unnamed: "(no name)",
    atLeast: (n: number) => `${count(n)}+`,
    name: "Name",
    type: "Type",
    description: "Description",
    segment: "Segment",
    yes: "yes",
    no: "no",
};

export const settings = {
    title: "My settings",
    appearance: "Appearance",
    theme: "Colours",
    lookBack: "Messages are counted of the last",
    lookBackHint: "The counters in the bar and on dashboards count messages of this time.",
    spans: {
        3600000: "hour",
        86400000: "day",
        604800000: "week",
        1209600000: "2 weeks",
        2592000000: "30 days",
        7776000000: "90 days",
        31536000000: "year",
    } as Record<string, string>,
    password: "Password",
    old: "Password now",
    new: "New password",
    newHint: "At least 8 characters. You are signed out everywhere, and sign in with it.",
    again: "New password, once more",
    differ: "The two passwords differ.",
    change: "Change password",
    changed: "The password has been changed.",
    wrongOld: "The password is wrong.",
    wrongOldAdvice: "Type the one with which you signed in.",
    tokens: "Sessions and tokens",
    tokensWhat: "Browsers that are signed in, and programs that use the API in your name.",
    note: "For what",
    noteHint: "So that you know it again: backup script, Grafana ...",
    days: "Good for",
    daysText: (n: number) => counted(n, "day", "days"),
    make: "Make a token",
    made: "The new token",
    madeAdvice: "Copy it now: it is not shown again. Programs send it as “Authorization: Bearer TOKEN”.",
    issued: "Made",
    expires: "Ends",
    used: "Last used",
    revoke: "Revoke",
    revokeOf: (note: string) => `Revoke ${note}`,
    revoked: "It is good no more.",
    current: "this browser",
    revokeOwn: "Sign out of this browser?",
    revokeOwnText: "This is the session you are working in. Once it is revoked you have to sign in again here.",
    revokeOwnYes: "Revoke and sign out",
    noTokens: "There are none",
    noTokensText: "A program needs a token to use the API in your name.",
};

export const getStarted = {
    title: "Get started",
    what: "From an empty server to the wire that an instance hangs on.",
    steps: [
        {
            title: "Add a cloud",
            text: "An environment is a cloud and the ways into it: its API, its hosts by SSH, its database. Try each " +
                "way before you save; a failed one says why. What is there already as clouds.yaml can be imported.",
        },
        {
            title: "Let it be scanned",
            text: "A scan reads what the cloud says of itself and what its hosts really have, and joins both. It " +
                "changes nothing in the cloud. Follow it on the page of the environment.",
        },
        {
            title: "Find an instance, an address, a port",
            text: "The search looks in all environments: names, ids, MAC and IP addresses, from their beginnings.",
        },
        {
            title: "See what it hangs on",
            text: "The graph of an instance shows its vNICs, bridges and physical NICs up to the network, from left " +
                "to right. Any object in it can become the focal point: of a NIC, it shows what hangs on that NIC.",
        },
        {
            title: "Keep it fresh",
            text: "A schedule scans every hour, day, week or month. What changes is shown as it happens; warnings " +
                "and errors are counted in the bar.",
        },
    ],
    links: "On the command line",
    linksText: "All of this works without a browser, too:",
    commands: [
        ["calipso scan -e NAME", "scan an environment"],
        ["calipso search 192.168.101 -e NAME", "find a name, a MAC, an address"],
        ["calipso clique INSTANCE -e NAME", "what an instance depends on"],
        ["calipso user add NAME", "let somebody sign in"],
    ] as const,
    open: "Open",
};

interface FieldTexts {
    label: string;
    hint?: string;
}

const user_text: FieldTexts = { label: "User" };

const password_text: FieldTexts = { label: "Password" };

const certificate_texts: Record<string, FieldTexts> = {
    verify: { label: "Verify its certificate" },
    ca: { label: "File of trusted certificates", hint: "Absolute path on the server; the system's unless given." },
};

export const wizard = {
    addTitle: "Add environment",
    editTitle: (name: string): string => `Edit ${name}`,
    edit: "Edit environment",
    what: "An environment is one cloud: what it is, and the ways into it.",
    tabs: "Parts of the environment",
    parts: {
        main: "Main", OpenStack: "OpenStack API", Kubernetes: "Kubernetes", CLI: "Hosts (SSH)",
        mysql: "Database", AMQP: "Message bus", ACI: "ACI", Monitoring: "Monitoring", keys: "Host keys",
    },
    about: {
        main: "What the cloud was installed from decides how it is read.",
        OpenStack: "Keystone, and an administrator who may list everything. From here the other services are found.",
        Kubernetes: "The API server, and a token that may list everything.",
        CLI: "Commands that only read are run on the hosts over SSH: through a master, or on each host directly.",
        mysql: "Not needed: what the database says the APIs say as well. It makes the scan of a large cloud quicker.",
        AMQP: "Events of the cloud are taken from its message bus, so that changes show without a scan.",
        ACI: "The controller of a Cisco ACI fabric, for switches and their ports.",
        Monitoring: "The server that watches the objects and reports their state.",
        keys: "A host is only talked to when its key is trusted. Compare the fingerprints with those " +
            "that its console or administrator shows.",
    },
    name: { label: "Name", hint: "1 to 64 letters, digits, dots, underscores, hyphens and blanks. It stays." },
    nameStays: "The name of an environment stays.",
    distributionStays: "It stays: another distribution is another environment.",
    environment_type: { label: "Kind of cloud" },
    distribution: { label: "Distribution" },
    distribution_version: { label: "Version" },
    mechanism_drivers: { label: "Mechanism drivers", hint: "Those of Neutron's ML2 plug-in." },
    type_drivers: { label: "Type driver", hint: "How tenant networks are carried." },
    features: "Features",
    listen: { label: "Event based scan", hint: "Follow the cloud's events between scans. Needs the message bus." },
    enable_monitoring: { label: "Monitoring", hint: "Show the state of objects. Needs a monitoring server." },
    aci_enabled: { label: "Cisco ACI", hint: "Read the switches of an ACI fabric, too." },
    uses_database: { label: "Use the database", hint: "Leave it off unless scans are slow." },
    unsupported: "It does not work with this distribution, version and drivers.",
    isSupported: "This combination is supported.",
    isNotSupported: "This combination has not been tried. A scan may work, and says what it could not read.",
    needsFeature: {
        AMQP: "Turn on Event based scan on the tab Main first",
        ACI: "Turn on Cisco ACI on the tab Main first",
        Monitoring: "Turn on Monitoring on the tab Main first",
    },
    needsSaving: "Save the environment first: its hosts are asked for their keys then.",
    more: "More settings",
    way: { label: "Sign in with", password: "User and password", credential: "Application credential" },
    signInHint: "A key, a password or the SSH agent: one of them is needed.",
    logins: {
        title: (n: number): string => `Ways in of their own${n ? ` (${count(n)})` : ""}`,
        what: "Hosts that are reached in another way, by their names in the cloud. What is left empty is as above. " +
            "When these change, passwords of this tab are wanted anew: they would go somewhere else.",
        add: "Add host",
        remove: (name: string): string => (name ? `Remove ${name}` : "Remove"),
        table: "Hosts with ways in of their own",
        actions: "Remove",
    },
    asDefault: "As the server finds out",
    choices: {
        "scheme.": "Found out", "interface.": "The administrator's, on the host above", "access.": "Through the master",
        "access.master": "Through the master", "access.direct": "Each host directly",
    } as Record<string, string>,
    secretKept: "Unchanged. It is in the store, and never shown.",
    secretPlaceholder: "Unchanged",
    keepSecret: "Keep the one that is there",
    fields: {
        main: {
            access: { label: "How hosts are reached" },
            regions: { label: "Regions", hint: "Names with commas between them; all unless given." },
            host_pnics: { label: "Physical devices", hint: "Patterns like eth*, with commas; as the kernel says unless given." },
            domain: { label: "Keystone domain", hint: "Of user and project; Default unless given." },
            ...certificate_texts,
            verify: { label: "Verify certificates" },
        },
        OpenStack: {
            host: { label: "Host of Keystone", hint: "A name or an address." },
            port: { label: "Port" },
            user: { label: "User", hint: "An administrator." },
            pwd: password_text,
            admin_project: { label: "Project", hint: "To sign in to; admin unless given." },
            application_credential_id: { label: "Id of the credential" },
            application_credential_secret: { label: "Secret of the credential" },
            scheme: { label: "HTTP or HTTPS" },
            path: { label: "Path before the version", hint: "Like /identity." },
            interface: { label: "Addresses of the catalog" },
            user_domain: { label: "Domain of the user" },
            user_domain_id: { label: "Domain of the user, by id" },
            project_domain: { label: "Domain of the project" },
            project_domain_id: { label: "Domain of the project, by id" },
            project_id: { label: "Project, by id" },
            ...certificate_texts,
        },
        Kubernetes: {
            host: { label: "Host of the API" }, port: { label: "Port" }, user: user_text, token: { label: "Token" },
        },
        CLI: {
            host: { label: "Master", hint: "The host that commands go to, or through." },
            port: { label: "Port of SSH" },
            user: { label: "User", hint: "May run commands, with sudo where that is needed." },
            key: { label: "Private key", hint: "Absolute path of its file on the server." },
            passphrase: { label: "Passphrase of the key", hint: "When it is encrypted." },
            pwd: password_text,
            agent: { label: "Ask the SSH agent of the server" },
            connect_timeout: { label: "Seconds to connect", hint: "10 unless given." },
            timeout: { label: "Seconds for all commands of a host", hint: "180 unless given." },
        },
        hosts: {
            name: { label: "Name" }, host: { label: "Address" }, port: { label: "Port" }, user: { label: "User" },
            key: { label: "Key file" }, passphrase: { label: "Passphrase" }, pwd: { label: "Password" },
            agent: { label: "Agent" },
        },
        mysql: {
            host: { label: "Host" }, port: { label: "Port" },
            user: { label: "User", hint: "One who may only read suffices." }, pwd: password_text,
            tls: { label: "Sign in over TLS" }, ...certificate_texts,
            connect_timeout: { label: "Seconds to connect", hint: "5 unless given." },
        },
        AMQP: {
            host: { label: "Host" }, port: { label: "Port" }, user: user_text, pwd: password_text,
            vhost: { label: "Virtual host", hint: "/ unless given." }, tls: { label: "Over TLS" }, ...certificate_texts,
        },
        ACI: { host: { label: "Host" }, user: user_text, pwd: password_text },
        Monitoring: {
            type: { label: "System" }, env_type: { label: "Kind of environment" },
            provision: { label: "Provisioning", hint: "How checks get to the hosts." },
            server_ip: { label: "Server" }, server_name: { label: "Name of the server" },
            api_port: { label: "Port of its API" }, rabbitmq_port: { label: "Port of RabbitMQ" },
            rabbitmq_user: { label: "User of RabbitMQ" }, rabbitmq_pass: { label: "Password of RabbitMQ" },
            config_folder: { label: "Folder of its configuration", hint: "Absolute path on that server." },
            ssh_port: { label: "Port of SSH" }, ssh_user: { label: "User of SSH" },
            ssh_password: { label: "Password of SSH" },
            install_monitoring_client: { label: "Install the client on hosts" },
        },
    } as Record<string, Record<string, FieldTexts>>,
    wrong: {
        missing: "This is needed.",
        name: "Letters, digits, dots, underscores, hyphens and blanks; a letter or digit first; 64 at most.",
        port: "A port is a number from 0 to 65535.",
        seconds: "A number of seconds, 1 to 3600.",
        path: "An absolute path begins with a /.",
        host: "The name or address of a host, without http:// and path.",
        anew: "With another address it must be given anew.",
        anewHosts: "Ways in were changed: it must be given anew.",
        hostName: "Letters, digits, dots, underscores and hyphens; a letter or digit first.",
        twice: "This host is there already.",
        noSignIn: "Give a key or a password, or let the SSH agent be asked.",
        noDriver: "Choose one at least.",
    },
    checkParts: (parts: string): string => `Something is wrong or missing in: ${parts}.`,
    checkPartsTitle: "It is not saved yet.",
    save: "Save",
    create: "Save environment",
    next: "Next",
    saved: "Saved.",
    created: (name: string): string => `${name} is there. Now see whose host keys are to be trusted.`,
    conflictTitle: "Somebody else has changed this environment meanwhile.",
    conflict: "Load theirs and make your changes once more, or save yours over it.",
    loadTheirs: "Load theirs",
    saveMine: "Save mine over it",
    mayNotEdit: "You may see this environment, but not change it.",
    mayNotEditAdvice: "An administrator can give you the right to edit it.",
    toEnvironment: "To the environment",
    test: {
        run: "Test connection",
        running: "Testing. The server tries to sign in, which can take some seconds.",
        good: "The connection works.",
        bad: "The connection does not work.",
        stale: "Something was changed since this test.",
        failed: (reason: string): string => `The test could not be made: ${reason}`,
        took: (ms: number): string => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`),
        part: (name: string): string => (name === "(master)" ? "master" : name),
        label: "Result of the test",
    },
    clouds: {
        open: "Import clouds.yaml",
        title: "Import from clouds.yaml",
        what: "The file that openstacksdk reads. It is read in this browser; only what you save goes to the server.",
        file: "File",
        paste: "Or its text",
        cloud: "Cloud",
        apply: "Fill in",
        summary: (host: string, user: string): string => (user ? `${host}, as ${user}` : host),
        applied: (cloud: string): string => `Filled in from ${cloud}. Test the connection, then save.`,
        notYaml: (why: string): string => `That is no YAML: ${why}`,
        none: "There are no clouds in it. Is it a clouds.yaml?",
        badUrl: (url: string): string => `Its auth_url is no address: ${url}`,
        noUrl: "It has no auth_url.",
        profile: "It refers to a profile of a vendor or of clouds-public.yaml. Fill in what that says by hand.",
        authType: (type: string): string =>
            `It signs in with ${type}. Passwords and application credentials can be imported.`,
        noPassword: "The file has no password (it may be in secure.yaml): fill it in by hand.",
    },
    keys: {
        look: "Look at the keys now",
        looking: "The hosts are asked for their keys. This can take up to 20 s.",
        shown: "Keys that the hosts show now",
        trusted: "Keys that are trusted",
        host: "Host",
        state: "State",
        key: "Fingerprint",
        since: "Trusted since",
        master: "Master",
        choose: (host: string): string => `Trust the key of ${host}`,
        states: { trusted: "Trusted", new: "New", changed: "Changed", none: "Shows none" },
        trust: (n: number): string => (n ? `Trust ${counted(n, "key", "keys")}` : "Trust"),
        chooseFirst: "Choose keys first",
        changedWarning: "Another key was trusted before. The host may have been installed anew, or somebody else " +
            "may answer in its place: ask its administrator before you trust it.",
        done: (n: number): string => `${counted(n, "key is", "keys are")} trusted now.`,
        notAll: (why: string): string => `Not all hosts are known: ${why}`,
        noneShown: "No host was asked yet.",
        noneTrusted: "No key is trusted yet.",
        distrust: "Trust no more",
        distrusted: (host: string): string => `The key of ${host} is not trusted any more.`,
        dirty: "The hosts are asked in the way that was saved: save your changes first.",
    },
};

const scan_parts = {
    "": "Everything", scan_only_inventory: "Inventory only", scan_only_links: "Links only",
    scan_only_cliques: "Cliques only",
};

export const scans = {
    title: "Scans",
    all: "All scans",
    request: "Scan",
    requestOf: (name: string): string => `Scan ${name}`,
    what: {
        label: "What to scan",
        hint: "Links and cliques alone are worked out from the inventory that is there.",
        parts: scan_parts,
    },
    log_level: { label: "Log level", hint: "Is kept with it; messages of every level are told." },
    clear: {
        label: "Clear what is there first",
        hint: "Objects, links and cliques of before are removed, and their history begins anew.",
    },
    implicit_links: { label: "Implicit links", hint: "Also links that are worked out from others." },
    inventory: { label: "Inventory", hint: "Its name: inventory, unless results are to be kept apart." },
    start: "Start scan",
    schedule: "Schedule it instead",
    started: "The scan was asked for.",
    isRunning: "A scan of this environment runs already. Wait until it ends, or end it.",
    isWaiting: "A scan of this environment waits its turn already.",
    showIt: "Show it",
    mayNot: "You may not change this environment: an administrator can give you the right.",
    environment: "Environment",
    status: "Status",
    kind: "What",
    submitted: "Asked for",
    started_at: "Started",
    ended_at: "Ended",
    took: "Took",
    by: "Asked for by",
    schedule_of: "Schedule",
    options: "Options",
    anyEnvironment: "All environments",
    anyStatus: "Any status",
    filter: "Filter",
    none: "No scans yet",
    noneText: "A scan reads what a cloud has. Open an environment and start one.",
    noneFit: "No scan fits the filter",
    noneFitText: "Choose another environment or status.",
    clearFilter: "Show all",
    cancel: "End scan",
    cancelTitle: "End this scan?",
    cancelText: "What was found so far is dropped, and the inventory stays as it was.",
    cancelGoOn: "Let it go on",
    cancelled: "The scan is being ended.",
    ending: "Ending",
    one: (environment: string): string => `Scan of ${environment}`,
    oneTitle: "Scan",
    phases: scanPhases,
    slowest: "The host that has been asked for longest",
    phaseList: "Phases of the scan",
    progress: "Progress",
    waiting: "It waits its turn: scans that were asked for before go first.",
    done: (done: number, total: number): string => `${count(done)} of ${count(total)}`,
    objects: "Objects found",
    errors: "Errors",
    reason: "Why it failed",
    messages: "Messages",
    noMessages: "Nothing was said",
    noMessagesText: "Messages stand here as soon as the scan says something.",
    moreMessages: "There are more. The list of messages has all of them.",
    level: "Level",
    message: "Message",
    object: "Object",
    time: "Time",
    again: "Scan again",
    nothingRan: "It has not run.",
    yes: "yes",
    no: "no",
    objectOnly: (type: string, id: string): string => `Only ${type || "object"} ${id}`,
};

export const schedules = {
    title: "Schedules",
    add: "Add schedule",
    addTitle: "Add schedule",
    editTitle: "Edit schedule",
    of: (environment: string): string => `Schedule of ${environment}`,
    environment: "Environment",
    recurrence: "How often",
    recurrences: {
        ONCE: "Once", HOURLY: "Every hour", DAILY: "Every day", WEEKLY: "Every week", MONTHLY: "Every month",
        YEARLY: "Every year",
    },
    first: "First run",
    firstHint: (zone: string): string => `In your time zone, ${zone}.`,
    needsTime: "Say when it is to run first.",
    inPast: "This time is past: it would run at once.",
    nextRuns: "Next runs",
    nextRunsHint: "The time of day is kept when summer time begins or ends, in the time zone of the server.",
    monthEnd: "In shorter months it runs on the last day.",
    next: "Next run",
    status: "Status",
    statuses: { upcoming: "Waits for its time", finished: "Done", failed: "Failed" } as Record<string, string>,
    what: "What",
    lastScan: "Last scan",
    by: "Made by",
    none: "No schedules yet",
    noneText: "A schedule scans an environment again and again, for example every night.",
    none_last: "none yet",
    save: "Save schedule",
    added: "The schedule was added.",
    saved: "The schedule was saved.",
    remove: "Delete",
    removeTitle: "Delete this schedule?",
    removeText: (environment: string): string =>
        `${environment} is not scanned by it any more. Scans that it asked for stay.`,
    removed: "The schedule was deleted.",
    keep: "Keep it",
    actions: "Actions",
    noEnvironments: "There is no environment that you may change",
    noEnvironmentsText: "Add an environment, or ask an administrator for the right to edit one.",
    addEnvironment: "Add environment",
};

const marked = (n: number): string =>
    (n === 0 ? "All of them had been seen before." : `${counted(n, "message", "messages")} marked as seen.`);

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
    noText: "(no text)",
    markSeen: "Mark as seen",
    markUnseen: "Mark as not seen",
    markAll: "Mark all as seen",
    marked,
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
    newerOne: "Newer message",
    olderOne: "Older message",
    isFirst: "This is the first one on this page",
    isLast: "This is the last one on this page",
    copyText: "Copy text",
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
    added: (name: string) => `${name} was added. It holds from the next scan on.`,
    saved: (name: string) => `${name} was saved. It holds from the next scan on.`,
    removed: (name: string) => `${name} was removed. It holds from the next scan on.`,
    nothingChanged: "Nothing has been changed",
    policy: "Links",
    policyHint: "Of which of the ways to follow links it is one.",
    policies: model_policies,
    removeTitle: (name: string) => `Remove ${name}?`,
    removeText: "Cliques are made without it from the next scan on. This cannot be undone.",
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

const rights = { "": "No right of its own", view: "May see it", edit: "May change it" };

export const users = {
    title: "Users",
    what: "Who may sign in, and what they may do.",
    add: "Add user",
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
