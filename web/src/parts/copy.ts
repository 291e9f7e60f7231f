import { common } from "../texts";
import { toast } from "./Toast";

/** Into the clipboard. Browsers give it only to pages that are secure, and may be told not to. */
export async function copyText(text: string): Promise<void> {
    try {
        await navigator.clipboard.writeText(text);
        toast(common.copied);
    } catch {
        toast(common.copyFailed, "bad");
    }
}
