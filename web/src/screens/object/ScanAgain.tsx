import radar from "lucide-static/icons/radar.svg?icon";
import { useEffect, useState } from "preact/hooks";
import { apiPath, post } from "../../api/client";
import { useResource } from "../../api/resource";
import type { CloudObject, Scan } from "../../api/types";
import { useEnvironment } from "../../app/environments";
import { href } from "../../app/router";
import { Button, ButtonLink } from "../../parts/Button";
import { toast, toastError } from "../../parts/Toast";
import { environment as environmentTexts, objectPage as texts } from "../../texts";
import { isOver } from "../scans/scan";

interface ScanAgainProps {
    environment: string;
    object: CloudObject;
    /** It has been looked at. */
    onEnd: () => void;
}

/** Has the cloud and the object's host asked anew, and waits for what comes of it. */
export function ScanAgain({ environment, object, onEnd }: ScanAgainProps) {
    const may_edit = useEnvironment(environment).data.value?.may_edit ?? false;
    const [is_asking, setAsking] = useState(false);
    const [id, setId] = useState<string | null>(null);
    const scan = useResource<Scan>(id && apiPath("/scans/{id}", { id }), {
        voids: { kinds: ["scan"], id: id ?? "" },
    }).data.value;
    useEffect(() => {
        if (!scan || !isOver(scan))
            return;
        setId(null);
        onEnd();
        if (scan.status === "completed")
            toast(texts.scanned);
        else
            toast(texts.scanFailed(scan.reason ?? ""), "bad");
    }, [scan, onEnd]);
    const ask = async (): Promise<void> => {
        setAsking(true);
        try {
            const asked = await post<Scan>(apiPath("/environments/{name}/scans", { name: environment }), {
                object_id: object.id, object_type: object.type,
            });
            setId(asked._id);
        } catch (error) {
            toastError(error);
        } finally {
            setAsking(false);
        }
    };
    if (id)
        return <ButtonLink icon={radar} to={href("/scan-list/:scan", { scan: id })}>{texts.isScanned}</ButtonLink>;
    return (
        <Button
            icon={radar} busy={is_asking} reason={may_edit ? null : environmentTexts.mayNotEdit}
            title={object.host ? texts.scanHint(object.host) : texts.scanHintLists} onClick={() => void ask()}
        >
            {texts.scan}
        </Button>
    );
}
