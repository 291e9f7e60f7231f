import { describe, expect, it } from "vitest";
import { importOf, readClouds, withCloud } from "./clouds";
import { documentOf, newDraft } from "./draft";

const file = `
clouds:
  lab/1:
    auth:
      auth_url: https://cloud.example:13000/identity/v3/
      username: alice
      password: "***s3cret"
      project_name: ops
      user_domain_name: Corp
      project_domain_id: default
    region_name: RegionOne
    interface: internalURL
    verify: false
    cacert: /etc/ca.pem
  credential:
    auth_type: v3applicationcredential
    auth: {auth_url: "http://[2001:db8::1]:5000", application_credential_id: abc, application_credential_secret: xyz}
  token: {auth_type: token, auth: {auth_url: "http://k", token: t}}
  vendor: {profile: rackspace}
`;

async function cloud(name: string) {
    const entry = (await readClouds(file)).find((one) => one.name === name);
    if (!entry)
        throw new Error(`no ${name}`);
    return importOf(entry);
}

describe("clouds.yaml", () => {
    it("tells its clouds", async () => {
        expect((await readClouds(file)).map(({ name }) => name)).toEqual(["lab/1", "credential", "token", "vendor"]);
    });

    it("fills in the target OpenStack and the regions", async () => {
        const draft = withCloud(newDraft(), await cloud("lab/1"), "lab/1");
        expect(draft.name).toBe("lab-1");
        expect(documentOf(draft, ["OpenStack"])).toMatchObject({
            regions: ["RegionOne"],
            configuration: [{
                name: "OpenStack", scheme: "https", host: "cloud.example", port: 13000, path: "/identity", user: "alice",
                pwd: "***s3cret", admin_project: "ops", user_domain: "Corp", project_domain_id: "default",
                interface: "internal", verify: false, ca: "/etc/ca.pem",
            }],
        });
    });

    it("takes application credentials, and addresses of IPv6", async () => {
        const draft = withCloud(newDraft(), await cloud("credential"), "credential");
        expect(documentOf(draft, ["OpenStack"]).configuration).toEqual([{
            name: "OpenStack", scheme: "http", host: "2001:db8::1", port: 5000, application_credential_id: "abc",
            application_credential_secret: "xyz",
        }]);
    });

    it("refuses what cannot be imported", async () => {
        await expect(cloud("token")).rejects.toThrow("token");
        await expect(cloud("vendor")).rejects.toThrow("profile");
    });

    it.each(["", "just text", "clouds: []", "- a", "clouds: {a: 1}", "a: [", "\tx: 1"])("is not %j", async (text) => {
        await expect(readClouds(text)).rejects.toThrow();
    });
});
