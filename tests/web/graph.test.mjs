// For every focal point of the recording the graph's nodes and links are those of `calipso clique`, also
// when the server has put many of them together.

import assert from "node:assert/strict";
import test from "node:test";

import { load } from "./lib/screens.mjs";
import { ENVIRONMENT, Program, Server } from "./lib/server.mjs";

const MARKS = [1, 4, 8, 300];

const { hostsOf, modelOf, withoutTypes, withShut } = await load("graph/model.ts");
const { layoutOf } = await load("graph/layout.ts");
const { inputOf } = await load("graph/arrange.ts");

function sum(numbers) {
    return numbers.reduce((total, n) => total + n, 0);
}

function countedBy(things, key) {
    const counts = {};
    for (const thing of things)
        counts[key(thing)] = (counts[key(thing)] ?? 0) + 1;
    return counts;
}

/** Nodes and links are told one by one where they are, and counted where they are in stacks. */
function expectSame(model, clique) {
    const nodes = new Map(clique.nodes_detailed.map((node) => [node._id, node]));
    const links = new Map(clique.links_detailed.map((link) => [link._id, link]));

    assert.equal(model.focal, clique.focal_point);
    assert.equal(model.nNodes, nodes.size);
    assert.equal(model.nLinks, links.size);
    assert.equal(sum(model.marks.map((mark) => mark.count)), nodes.size);
    assert.equal(sum(model.lines.map((line) => line.count)) + sum(model.marks.map((mark) => mark.innerLinks)),
        links.size);
    assert.deepEqual(Object.fromEntries(model.types.map(({ type, count }) => [type, count])),
        countedBy(clique.nodes_detailed, (node) => node.type));
    for (const mark of model.marks.filter(({ count }) => count === 1)) {
        const { name, type, host } = nodes.get(mark.id);
        assert.deepEqual([mark.name, mark.type, mark.host], [name, type, host]);
    }
    for (const mark of model.marks.filter(({ count }) => count > 1))
        for (const member of mark.members)
            assert.equal(mark.type === "" || nodes.get(member._id).type === mark.type, true);
    for (const line of model.lines.filter(({ link }) => link)) {
        const { source, target, link_type: type } = links.get(line.id);
        assert.deepEqual([line.source, line.target, line.type], [source, target, type]);
    }
}

/** Every mark has a place of its own. */
function expectApart(model) {
    const size = { width: 160, height: 40 };
    for (const isDown of [false, true]) {
        const layout = layoutOf(inputOf(model, () => size, () => ({ width: 0, height: 0 }), isDown));
        const places = model.marks.map((mark) => layout.places.get(mark.id));

        for (const [i, a] of places.entries())
            for (const b of places.slice(i + 1))
                assert.equal(Math.abs(a.x - b.x) < size.width && Math.abs(a.y - b.y) < size.height, false);
    }
}

test("every focal point", async (t) => {
    const program = new Program(t);
    program.scan();
    program.addUsers();
    const server = await Server.start(program, { options: ["--no-scans"] });
    t.after(() => server.stop());

    const cliques = program.run(["export", "cliques", "-e", ENVIRONMENT]).trim().split("\n")
        .map((line) => JSON.parse(line));
    assert.ok(cliques.length > 0);
    for (const { focal_point: focal, focal_point_object_id: id, focal_point_type: type } of cliques)
        await t.test(`${type} ${id}`, async () => {
            const clique = JSON.parse(program.run(["clique", id, "-e", ENVIRONMENT, "-o", "json"]));
            const ask = (query) => server.ask(`/environments/${ENVIRONMENT}/objects/${focal}/graph?${query}`);

            for (const marks of MARKS) {
                const model = modelOf(await ask(`marks=${marks}`));
                expectSame(model, clique);
                expectApart(model);
            }

            const open = [];
            for (;;) {
                const answer = await ask(["marks=4", ...open.map((stack) => `open=${stack}`)].join("&"));
                const model = modelOf(answer);
                expectSame(model, clique);
                expectApart(model);
                if (answer.stacks.length === 0)
                    break;
                open.push(...answer.stacks.map((stack) => stack._id));
            }

            const whole = modelOf(await ask("marks=300"));
            for (const { type: hidden } of whole.types) {
                const shown = withoutTypes(whole, [hidden]);
                assert.ok(shown.marks.every((mark) => mark.isFocal || mark.type !== hidden));
                expectApart(shown);
            }
            for (const host of hostsOf(whole)) {
                const shut = withShut(whole, [host]);
                assert.equal(sum(shut.marks.map((mark) => mark.count)), clique.nodes_detailed.length);
                expectApart(shut);
            }
        });
});
