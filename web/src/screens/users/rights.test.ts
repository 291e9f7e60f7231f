import { describe, expect, it } from "vitest";
import { all_roles } from "../../app/session";
import { isLastAdministrator, mayChange, rightByRoles, rightIn } from "./rights";

const ann = { _id: "a".repeat(24), name: "ann", roles: [...all_roles] };
const bob = { _id: "b".repeat(24), name: "bob", roles: [] };

describe("the right in an environment", () => {
    it("is what was granted there, and changing goes before seeing", () => {
        const grants = [{ environment: "lab", view: true, edit: false }, { environment: "prod", view: true, edit: true }];
        expect(rightIn("lab", { grants })).toBe("view");
        expect(rightIn("prod", { grants })).toBe("edit");
        expect(rightIn("other", { grants })).toBe("");
        expect(rightIn("lab", {})).toBe("");
    });
    it("is given by roles, too", () => {
        expect(rightByRoles(ann)).toBe("edit");
        expect(rightByRoles({ roles: ["view-env", "manage-users"] })).toBe("view");
        expect(rightByRoles(bob)).toBe("");
    });
});

describe("the last administrator", () => {
    it("is the only one who has every role", () => {
        expect(isLastAdministrator(ann, [ann, bob])).toBe(true);
        expect(isLastAdministrator(ann, [ann, { ...bob, roles: [...all_roles] }])).toBe(false);
        expect(isLastAdministrator(bob, [ann, bob])).toBe(false);
        expect(isLastAdministrator(ann, undefined)).toBe(false);
    });
});

describe("changing a user", () => {
    it("needs all roles that the user has", () => {
        expect(mayChange(["manage-users"], bob)).toBe(true);
        expect(mayChange(["manage-users"], { roles: ["view-env"] })).toBe(false);
        expect(mayChange([...all_roles], ann)).toBe(true);
    });
});
