import pencil from "lucide-static/icons/pencil.svg?icon";
import radar from "lucide-static/icons/radar.svg?icon";
import settings_icon from "lucide-static/icons/settings-2.svg?icon";
import trash from "lucide-static/icons/trash-2.svg?icon";
import { useSignal } from "@preact/signals";
import { apiPath, post } from "../../api/client";
import type { Resource } from "../../api/resource";
import type { Environment } from "../../api/types";
import { healthOf, useCounts, useEnvironment } from "../../app/environments";
import { href } from "../../app/router";
import type { ScreenProps } from "../../app/routes";
import { Button, ButtonLink } from "../../parts/Button";
import { ObjectList } from "../../parts/ObjectList";
import { objectIcon } from "../../parts/ObjectIcon";
import { Empty, Loaded, Skeleton } from "../../parts/State";
import { Tile, Tiles } from "../../parts/Tile";
import { Time } from "../../parts/Time";
import { toast, toastError } from "../../parts/Toast";
import { environment as texts, typesTitle } from "../../texts";
import { EnvironmentHealth } from "../dashboard/EnvironmentHealth";
import { environmentKind } from "../dashboard/environment-kind";
import { MessageCards } from "./MessageCards";
import { RemoveDialog } from "./RemoveDialog";
import { ScanProgress } from "./ScanProgress";
import "./environment.css";

/** What stands on the tiles; types that a cloud does not have are left out, but for the first. */
const tile_types = [
    "instance", "host", "network", "vservice", "vconnector", "vedge", "vnic", "host_pnic", "switch", "container",
    "pod",
];
const ALWAYS = 5;

export function EnvironmentPage({ params }: ScreenProps) {
    const name = params["environment"] ?? "";
    const found = useEnvironment(name);
    return (
        <div class="screen">
            <Loaded of={found} skeleton={<Skeleton lines={6} />}>
                {(environment) => <Page key={name} environment={environment} found={found} />}
            </Loaded>
        </div>
    );
}

function Page({ environment, found }: { environment: Environment; found: Resource<Environment> }) {
    const { name, last_scan: scan } = environment;
    const counts = useCounts(name).data.value;
    const is_new = !environment.last_scanned && !scan;
    return (
        <>
            <Head environment={environment} found={found} />
            {scan && <ScanProgress scan={scan} />}
            {is_new && <Never environment={environment} />}
            <Tiles label={texts.counts}>
                {tile_types
                    .filter((type, i) => i < ALWAYS || counts?.objects[type])
                    .map((type) => (
                        <Tile
                            key={type} label={typesTitle(type)} icon={objectIcon(type)}
                            value={counts && (counts.objects[type] ?? 0)}
                        />
                    ))}
            </Tiles>
            <MessageCards environment={name} />
            <div class="object-lists">
                {["region", "project", "host"].map((type) => (
                    <ObjectList key={type} environment={name} type={type} total={counts?.objects[type]} />
                ))}
            </div>
        </>
    );
}

interface HeadProps {
    environment: Environment;
    found: Resource<Environment>;
}

function Head({ environment, found }: HeadProps) {
    const is_removing = useSignal(false);
    const { name, may_edit } = environment;
    const reason = may_edit ? null : texts.mayNotEdit;
    const edit = href("/environments/:environment/edit", { environment: name });
    const kind = environmentKind(environment);
    return (
        <header class="screen-head">
            <div class="screen-title">
                <h1 dir="auto">{name}</h1>
                <div class="row environment-facts">
                    <EnvironmentHealth of={environment} />
                    <span class="dim">{texts.lastScan} <Time of={environment.last_scanned} /></span>
                    <bdi class="dim">{kind}</bdi>
                </div>
            </div>
            <div class="screen-actions">
                <ScanButtons environment={environment} />
                <ButtonLink icon={pencil} to={edit} reason={reason}>{texts.edit}</ButtonLink>
                <Button
                    icon={trash} reason={reason}
                    onClick={() => {
                        is_removing.value = true;
                    }}
                >
                    {texts.remove}
                </Button>
            </div>
            {is_removing.value && (
                <RemoveDialog
                    name={name} etag={found.etag()}
                    onClose={() => {
                        is_removing.value = false;
                    }}
                />
            )}
        </header>
    );
}

function ScanButtons({ environment }: { environment: Environment }) {
    const is_asking = useSignal(false);
    const options = href("/environments/:environment/scan", { environment: environment.name });
    const reason = !environment.may_edit ? texts.mayNotEdit : healthOf(environment) === "busy" ? texts.scanRuns : null;
    const ask = async (): Promise<void> => {
        is_asking.value = true;
        try {
            await post(apiPath("/environments/{name}/scans", { name: environment.name }), {});
            toast(texts.scanAsked(environment.name));
        } catch (error) {
            toastError(error);
        } finally {
            is_asking.value = false;
        }
    };
    return (
        <>
            <Button kind="primary" icon={radar} busy={is_asking.value} reason={reason} onClick={() => void ask()}>
                {texts.scan}
            </Button>
            <ButtonLink icon={settings_icon} to={options} reason={reason}>{texts.scanOptions}</ButtonLink>
        </>
    );
}

function Never({ environment }: { environment: Environment }) {
    return (
        <Empty
            icon={radar} title={texts.neverTitle} actions={<ScanButtons environment={environment} />}
        >
            {texts.neverText}
        </Empty>
    );
}
