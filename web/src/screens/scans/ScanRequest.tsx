import calendar from "lucide-static/icons/calendar-clock.svg?icon";
import play from "lucide-static/icons/play.svg?icon";
import info from "lucide-static/icons/info.svg?icon";
import { useState } from "preact/hooks";
import { apiPath, post } from "../../api/client";
import type { Environment, Scan, ScanOptions } from "../../api/types";
import { useEnvironment } from "../../app/environments";
import { Link, href, navigate } from "../../app/router";
import type { ScreenProps } from "../../app/routes";
import { Breadcrumb } from "../../parts/Breadcrumb";
import { ButtonLink } from "../../parts/Button";
import { Form } from "../../parts/Form";
import { Icon } from "../../parts/Icon";
import { Loaded } from "../../parts/State";
import { toast } from "../../parts/Toast";
import { scans as texts } from "../../texts";
import { OptionFields, default_options, optionsOf } from "./Options";
import { isOver } from "./scan";
import "./scans.css";

/** Asks for a scan of an environment, now. */
export function ScanRequest({ params }: ScreenProps) {
    const name = params["environment"] ?? "";
    const environment = useEnvironment(name);
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
                {(found) => <RequestForm environment={found} />}
            </Loaded>
        </div>
    );
}

function RequestForm({ environment: { name, may_edit, last_scan } }: { environment: Environment }) {
    const [options, setOptions] = useState<ScanOptions>(default_options);
    const open = last_scan && !isOver(last_scan) ? last_scan : null;
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
