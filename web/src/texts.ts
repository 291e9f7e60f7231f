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
    copied: "Copied.",
    copyFailed: "The browser did not allow copying. Select the text and copy it by hand.",
    members: (n: number) => counted(n, "member", "members"),
    elements: (n: number) => counted(n, "element", "elements"),
    label: "Attributes as JSON",
};

export const objectLinks = {
    label: "Links of the object",
    none: "No link touches this object",
    noneText: "Links are found by scans that are not limited to the inventory or cliques.",
    direction: "",
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

export const objectMessages = {
    label: "Messages about the object",
    none: "No message is about this object",
    noneText: "What scans, listeners and monitoring say about it stands here.",
    level: "Level",
    message: "Message",
    source: "Source",
    time: "Time",
    levels: {
        debug: "Debug", info: "Information", warn: "Warning", error: "Error", crit: "Critical",
    } as Record<string, string>,
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
    removed: "It was removed",
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
    phase: (phase: string, objects: number) => `${phase}: ${counted(objects, "object", "objects")} so far`,
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
    data: "Data",
    links: "Links",
    messages: "Messages",
    history: "History",
    gone: "This object is no longer in the inventory: what is shown is as it was last seen.",
    lastScanned: "Last seen",
    stale: "The last scan could not see it: what is shown is of the time before.",
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
    messages: "Messages",
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
