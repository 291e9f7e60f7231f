/* What users may do: their roles, and their rights in single environments. */

import type { User } from "../../api/types";
import { type Role, all_roles } from "../../app/session";

/** "": neither. */
export type Right = "" | "view" | "edit";

/** The right that was granted to a user in an environment. */
export function rightIn(environment: string, { grants }: Pick<User, "grants">): Right {
    const granted = grants?.find((one) => one.environment === environment);
    return granted?.edit ? "edit" : granted?.view ? "view" : "";
}

/** The right that the roles of a user give in every environment. */
export function rightByRoles({ roles }: Pick<User, "roles">): Right {
    if (roles.includes("edit-env"))
        return "edit";
    return roles.includes("view-env") ? "view" : "";
}

export function isAdministrator({ roles }: Pick<User, "roles">): boolean {
    return all_roles.every((role) => roles.includes(role));
}

/** Whether there is no other administrator; unknown users may be one. */
export function isLastAdministrator(user: Pick<User, "_id" | "roles">, all: readonly User[] | undefined): boolean {
    return isAdministrator(user) && all !== undefined
        && !all.some((other) => other._id !== user._id && isAdministrator(other));
}

/** Whether somebody with these roles may change that user: nobody gives or takes what they do not have. */
export function mayChange(own: readonly Role[], user: Pick<User, "roles">): boolean {
    return user.roles.every((role) => own.includes(role));
}
