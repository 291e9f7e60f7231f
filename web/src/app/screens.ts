import { matchPath } from "./router";
import { routes } from "./routes";

/** Whether there is a screen with that path. */
export function hasScreen(path: string): boolean {
    return routes.some((route) => matchPath(route.path, path) !== null);
}
