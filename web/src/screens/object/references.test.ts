import { expect, it } from "vitest";
import type { CloudObject } from "../../api/types";
import { referenceHref } from "./references";

const object = {
    _id: "a".repeat(24), id: "x", type: "vnic", environment: "lab", parent_type: "vnics_folder", master_parent_type: "instance",
} as CloudObject;

it("leads from ids to what has them", () => {
    const at = "/environments/lab/objects";
    expect(referenceHref(object, "host", "cmp/1")).toBe(`${at}/cmp%2F1?type=host`);
    expect(referenceHref(object, "parent_id", "f")).toBe(`${at}/f?type=vnics_folder`);
    expect(referenceHref(object, "master_parent_id", "i")).toBe(`${at}/i?type=instance`);
    expect(referenceHref(object, "device_id", "d")).toBe(`${at}/d`);
    expect(referenceHref(object, "ref_id", "b".repeat(24))).toBe(`${at}/${"b".repeat(24)}`);
    expect(referenceHref({ ...object, parent_type: "environment" }, "parent_id", "lab")).toBe("/environments/lab");
});

it("leaves other values as they are", () => {
    expect(referenceHref(object, "name", "cmp1")).toBeNull();
    expect(referenceHref(object, "host", "")).toBeNull();
    expect(referenceHref(object, "host", 7)).toBeNull();
    expect(referenceHref(object, "constructor", "x")).toBeNull();
});
