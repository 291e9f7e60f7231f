import type { ScreenProps } from "../../app/routes";
import { EnvironmentPage } from "../environment/EnvironmentPage";
import { Browse } from "./Browse";

export function EnvironmentWithTree(props: ScreenProps) {
    return (
        <Browse environment={props.params["environment"] ?? ""}>
            <EnvironmentPage {...props} />
        </Browse>
    );
}
