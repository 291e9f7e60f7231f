import cloud_plus from "lucide-static/icons/cloud.svg?icon";
import plus from "lucide-static/icons/plus.svg?icon";
import type { Environment, MessageCounts } from "../../api/types";
import { Counters, useMessageCounts } from "../../app/counters";
import { useCounts, useEnvironments } from "../../app/environments";
import { Link, href } from "../../app/router";
import { hasRole } from "../../app/session";
import { ButtonLink } from "../../parts/Button";
import { ObjectIcon } from "../../parts/ObjectIcon";
import { Empty, Loaded, Skeleton } from "../../parts/State";
import { Time } from "../../parts/Time";
import { count, dashboard as texts, typesTitle } from "../../texts";
import { EnvironmentHealth } from "./EnvironmentHealth";
import { ObjectMenu } from "./ObjectMenu";
import { environmentKind } from "./environment-kind";
import "./dashboard.css";

const ADD = "/add-environment";

/** Of OpenStack, and of Kubernetes, whose objects are others. */
const card_types: Record<string, readonly string[]> = {
    OpenStack: ["instance", "vservice", "vconnector", "host"],
    Kubernetes: ["container", "pod", "network", "host"],
};

export function Dashboard() {
    const environments = useEnvironments();
    const counts = useMessageCounts();
    return (
        <div class="screen">
            <header class="screen-head">
                <div class="screen-title"><h1>{texts.heading}</h1></div>
                <div class="screen-actions">
                    <ButtonLink to={ADD} kind="primary" icon={plus}>{texts.add}</ButtonLink>
                </div>
            </header>
            <Loaded of={environments} skeleton={<CardSkeletons />}>
                {({ environments: list }) => list.length === 0
                    ? <None />
                    : (
                        <ul class="cards">
                            {list.map((environment) => (
                                <Card key={environment.name} environment={environment} counts={counts} />
                            ))}
                        </ul>
                    )}
            </Loaded>
        </div>
    );
}

function CardSkeletons() {
    return (
        <ul class="cards">
            {[1, 2, 3].map((i) => <li key={i} class="card environment-card"><Skeleton lines={6} /></li>)}
        </ul>
    );
}

function None() {
    return (
        <Empty
            icon={cloud_plus} title={texts.emptyTitle}
            actions={<ButtonLink to={ADD} kind="primary" icon={plus}>{texts.add}</ButtonLink>}
        >
            <p>{texts.emptyText}</p>
            {!hasRole("view-env") && <p>{texts.emptyNoAdd}</p>}
        </Empty>
    );
}

interface CardProps {
    environment: Environment;
    counts: MessageCounts | undefined;
}

function Card({ environment, counts }: CardProps) {
    const { name } = environment;
    const found = useCounts(name).data.value?.objects;
    const types = card_types[environment.environment_type ?? "OpenStack"] ?? card_types["OpenStack"] ?? [];
    const to = href("/environments/:environment", { environment: name });
    return (
        <li class="card environment-card">
            <div class="environment-card-head">
                <h2><Link to={to} class="name" dir="auto" title={name}>{name}</Link></h2>
                <EnvironmentHealth of={environment} />
            </div>
            <p class="dim environment-card-kind name" title={environmentKind(environment)}>{environmentKind(environment)}</p>
            <dl class="environment-card-counts" aria-label={texts.counts}>
                {types.map((type) => (
                    <div key={type}>
                        <dt><ObjectIcon type={type} />{typesTitle(type)}</dt>
                        <dd class="number">{found ? count(found[type] ?? 0) : "\u2007"}</dd>
                    </div>
                ))}
            </dl>
            <div class="row">
                <ObjectMenu environment={name} type="region" total={found?.["region"]} />
                <ObjectMenu environment={name} type="project" total={found?.["project"]} />
            </div>
            <div class="environment-card-foot">
                <span class="dim">{texts.lastScan} <Time of={environment.last_scanned} /></span>
                <Counters counts={counts && (counts.environments[name] ?? {})} environment={name} />
            </div>
        </li>
    );
}
