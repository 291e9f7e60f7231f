import { layoutOf, type LayoutInput } from "./layout";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = (event: MessageEvent<LayoutInput>) => {
    self.postMessage(layoutOf(event.data));
};
