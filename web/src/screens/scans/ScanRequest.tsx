import calendar from "lucide-static/icons/calendar-clock.svg?icon";
import play from "lucide-static/icons/play.svg?icon";
import info from "lucide-static/icons/info.svg?icon";
import { useState } from "preact/hooks";
import { apiPath, post } from "../../api/client";
import { useResource } from "../../api/resource";
import type { Environment, Scan, ScanOptions } from "../../api/types";
import { Link, href, navigate } from "../../app/router";
import type { ScreenProps } from "../../app/routes";
import { useScans } from "../../app/scans";
import { Breadcrumb } from "../../parts/Breadcrumb";
import { ButtonLink } from "../../parts/Button";
import { Form } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { Loaded } from "../../parts/State";
import { toast } from "../../parts/Toast";
import { scans as texts } from "../../texts";
import { OptionFields, default_options, optionsOf } from "./Options";
import { openScan } from "./scan";
import "./scans.css";

/** Asks for a scan of an environment, now. */
export function ScanRequest({ params }: ScreenProps) {
    const name = params["environment"] ?? "";
    const environment = useResource<Environment>(apiPath("/environments/{name}", { name }), {
        voids: { kinds: ["environment"], environment: name },
    });
    return (
        <div class="screen is-narrow">
            <Breadcrumb crumbs={[
                { text: name, to: href("/environments/:environment", { environment: name }) },
                { text: texts.request, to: href("/environments/:environment/scan", { environment: name }) },
            ]}
            />
            <header class="screen-head">
                <div class="screen-title"><h1 dir="auto">{texts.requestOf(name)}</h1></div>
                <div class="screen-actions">
                    <ButtonLink to={href("/add-schedule", {}, { environment: name })} icon={calendar}>
                        {texts.schedule}
                    </ButtonLink>
                </div>
            </header>
            <Loaded of={environment}>
                {({ may_edit }) => <RequestForm name={name} may_edit={may_edit} />}
            </Loaded>
        </div>
    );
}

function RequestForm({ name, may_edit }: { name: string; may_edit: boolean }) {
    const [options, setOptions] = useState<ScanOptions>(default_options);
    const scans = useScans(name);
    const open = openScan(scans.data.value ?? [], name);
    const is_open = open && (open.status === "running" ? texts.isRunning : texts.isWaiting);
    const submit = async (): Promise<void> => {
        const scan = await post<Scan>(apiPath("/environments/{name}/scans", { name }), optionsOf(options));
        toast(texts.started);
        await navigate(href("/scan-list/:scan", { scan: scan._id }));
    };
    return (
        <div class="card">
            <Form
                onSubmit={submit} submit={texts.start} submit_icon={play}
                reason={may_edit ? (is_open ?? null) : texts.mayNot}
            >
                <OptionFields options={options} onChange={setOptions} />
                <div role="status">
                    {(is_open ?? (may_edit ? null : texts.mayNot)) && (
                        <p class="notice">
                            <Icon of={info} />
                            <span>
                                {may_edit ? is_open : texts.mayNot}
                                {" "}
                                {open && <Link to={href("/scan-list/:scan", { scan: open._id })}>{texts.showIt}</Link>}
                            </span>
                        </p>
                    )}
                </div>
            </Form>
        </div>
    );
}
