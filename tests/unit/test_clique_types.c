/* Choosing clique types: the score of reference topology.md 7.3, constraints of 8. */

#include "testing.h"
#include "topology_world.h"

/* The environment of the reference's first example, for whose sake the numbers can be checked. */
static void
mirantis(struct world *w)
{
    world_init(w, "OVS", "vxlan");
    w->environment.name = STR("demo-ovs");
    w->environment.distribution = STR("Mirantis");
    w->environment.version = STR("8.0");
}

static void
test_score(void **state UNUSED)
{
    static const struct {
        const char *type;
        int         score;
    } cases[] = {
        { "{}", 2 },
        { "{'environment':''}", 2 },
        { "{'environment':'ANY'}", 1 },
        { "{'environment':'demo-ovs'}", 64 },
        { "{'environment':'other'}", 0 },
        { "{'environment':'demo-ovs','distribution':'RDO'}", 64 }, /* a name decides alone */
        { "{'environment':'ANY','distribution':'RDO'}", 1 },
        { "{'environment_type':'OpenStack'}", 2 },
        { "{'environment_type':'Kubernetes'}", 0 },
        { "{'distribution':'Mirantis'}", 32 },
        { "{'distribution':'RDO'}", 0 },
        { "{'distribution':'Mirantis','distribution_version':'8.0'}", 48 },
        { "{'distribution':'Mirantis','distribution_version':'6.0'}", 0 },
        { "{'distribution_version':'6.0'}", 2 }, /* looked at only with a distribution */
        { "{'mechanism_drivers':'OVS'}", 8 },
        { "{'mechanism_drivers':'LXB'}", 0 },
        { "{'mechanism_drivers':['OVS']}", 8 },
        { "{'mechanism_drivers':['OVS','LXB']}", 0 },
        { "{'mechanism_drivers':[]}", 2 },
        { "{'type_drivers':'vxlan'}", 4 },
        { "{'type_drivers':'vlan'}", 0 },
        { "{'distribution':'Mirantis','distribution_version':'8.0','mechanism_drivers':'OVS',"
          "'type_drivers':'vxlan'}",
          60 },
        { "{'environment':'ANY','policy':'full'}", 0 },
        { "{'environment':7,'mechanism_drivers':7}", 2 },
    };
    AUTO_WORLD w;

    mirantis(&w);
    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        const struct doc *type = json_of(w.arena, cases[i].type);
        int               score = clique_type_score(type, &w.environment, POLICY_CLASSIC);

        if (score != cases[i].score)
            fail_msg("%s: expected %d, found %d", cases[i].type, cases[i].score, score);
    }
    assert_int_equal(clique_type_score(json_of(w.arena, "{'environment':'ANY','policy':'full'}"),
                                       &w.environment, POLICY_FULL),
                     1);
}

/* The successor: versions of digits are a minimum. */
static void
test_version_as_minimum(void **state UNUSED)
{
    AUTO_WORLD w;

    world_init(&w, "OVS", "vlan");
    w.environment.distribution = STR("Mercury");
    w.environment.version = STR("27747");

    static const struct {
        const char *version;
        int         classic, extended;
    } cases[] = { { "27747", 48, 48 },
                  { "10239", 0, 48 },
                  { "027747", 0, 48 },
                  { "100000", 0, 0 },
                  { "9.0", 0, 0 } };

    for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
        struct doc *type = json_of(w.arena, "{'distribution':'Mercury'}");

        doc_set_text(w.arena, type, "distribution_version", str_from(cases[i].version));
        assert_int_equal(clique_type_score(type, &w.environment, POLICY_CLASSIC), cases[i].classic);
        assert_int_equal(clique_type_score(type, &w.environment, POLICY_EXTENDED),
                         cases[i].extended);
    }
}

static struct clique_types
choose(struct world *w, enum policy policy, const char *types, const char *constraints)
{
    struct clique_types chosen;

    clique_types_choose(w->arena, &w->environment, policy, json_of(w->arena, types),
                        json_of(w->arena, constraints), &chosen);
    return chosen;
}

static void
test_ties(void **state UNUSED)
{
    AUTO_WORLD w;

    mirantis(&w);

    /* By "_id" when all have one, else in the order of the file. */
    struct clique_types by_id =
        choose(&w, POLICY_CLASSIC,
               "[{'_id':'b','name':'two','focal_point_type':'instance','link_types':[]},"
               "{'_id':'a','name':'one','focal_point_type':'instance','link_types':[]},"
               "{'_id':'0','name':'any','environment':'ANY','focal_point_type':'instance',"
               "'link_types':[]}]",
               "[]");
    struct clique_types by_place =
        choose(&w, POLICY_CLASSIC,
               "[{'_id':'b','name':'two','focal_point_type':'instance','link_types':[]},"
               "{'name':'one','focal_point_type':'instance','link_types':[]}]",
               "[]");

    assert_text(by_id.of[OBJECT_INSTANCE]->name, "one");
    assert_text(by_place.of[OBJECT_INSTANCE]->name, "two");
    assert_null(by_id.of[OBJECT_NETWORK]);

    /* Under its policy a type that names one wins over equals, not over better ones. */
    const char *types =
        "[{'_id':'a','name':'any','environment':'ANY','focal_point_type':'instance','link_types':[]"
        "},"
        "{'_id':'b','name':'ours','environment':'ANY','policy':'full','focal_point_type':'instance'"
        ","
        "'link_types':[]},{'_id':'c','name':'better','environment':'demo-ovs','focal_point_type':"
        "'network','link_types':[]},{'_id':'d','name':'ours','environment':'ANY','policy':'full',"
        "'focal_point_type':'network','link_types':[]}]";
    struct clique_types full = choose(&w, POLICY_FULL, types, "[]");
    struct clique_types extended = choose(&w, POLICY_EXTENDED, types, "[]");

    assert_text(full.of[OBJECT_INSTANCE]->name, "ours");
    assert_text(full.of[OBJECT_NETWORK]->name, "better");
    assert_text(extended.of[OBJECT_INSTANCE]->name, "any");
}

static void
test_bad_documents(void **state UNUSED)
{
    AUTO_WORLD w;

    mirantis(&w);

    struct clique_types chosen =
        choose(&w, POLICY_CLASSIC,
               "[{'name':'switches','focal_point_type':'switch_pnic','link_types':"
               "['switch_pnic-switch-pnic','switch_pnic-host_pnic','instance','a-b',7]},"
               "{'name':'odd','focal_point_type':'teapot','link_types':[]},7,"
               "{'name':'none','focal_point_type':'host','link_types':'x'}]",
               "[{'focal_point_type':'instance','constraints':['colour','network']},7,"
               "{'focal_point_type':'network','constraints':'network'}]");
    const struct clique_type *type = chosen.of[OBJECT_SWITCH_PNIC];

    assert_int_equal(type->n_steps, 5);
    assert_false(type->steps[0].is_valid);
    assert_true(type->steps[1].is_valid);
    assert_false(type->steps[2].is_valid || type->steps[3].is_valid || type->steps[4].is_valid);
    assert_int_equal(chosen.of[OBJECT_HOST]->n_steps, 0);
    assert_int_equal(chosen.n_notes, 4 + 1 + 1 + 1); /* link types, teapot, the 7, colour */
    assert_text(chosen.notes[0], "clique type switches: 'switch_pnic-switch-pnic' is no link "
                                 "type and finds nothing");
    assert_true(chosen.constraints[OBJECT_INSTANCE].has[CONSTRAINT_NETWORK]);
    assert_int_equal(chosen.constraints[OBJECT_INSTANCE].n_names, 2);
    assert_int_equal(chosen.constraints[OBJECT_NETWORK].n_names, 0);

    struct clique_types none;

    clique_types_choose(w.arena, &w.environment, POLICY_FULL, NULL, NULL, &none);
    assert_null(none.of[OBJECT_INSTANCE]);
}

/* A document of the environment wins; else the last general one. */
static void
test_constraints(void **state UNUSED)
{
    AUTO_WORLD w;

    mirantis(&w);

    struct clique_types chosen = choose(
        &w, POLICY_EXTENDED, "[]",
        "[{'focal_point_type':'instance','environment':'demo-ovs','constraints':['network']},"
        "{'focal_point_type':'instance','constraints':[]},"
        "{'focal_point_type':'instance','environment':'other','constraints':['x']},"
        "{'focal_point_type':'vservice','constraints':[]},"
        "{'focal_point_type':'vservice','environment':'','constraints':['network']},"
        "{'focal_point_type':'network','policy':'full','constraints':['physical_network']},"
        "{'focal_point_type':'network','environment':'ANY','constraints':['network']}]");

    assert_true(chosen.constraints[OBJECT_INSTANCE].has[CONSTRAINT_NETWORK]);
    assert_true(chosen.constraints[OBJECT_VSERVICE].has[CONSTRAINT_NETWORK]);
    assert_true(chosen.constraints[OBJECT_NETWORK].has[CONSTRAINT_NETWORK]);
    assert_false(chosen.constraints[OBJECT_NETWORK].has[CONSTRAINT_PHYSICAL_NETWORK]);
    assert_int_equal(chosen.n_attributes, 1);
    assert_text(chosen.attributes[0], "network");
}

/* What we ship reads without a remark and has a type for what people ask about. */
static void
test_defaults(void **state UNUSED)
{
    static const enum object_type wanted[] = { OBJECT_INSTANCE, OBJECT_VSERVICE, OBJECT_NETWORK,
                                               OBJECT_SWITCH_PNIC };
    static const char *const      drivers[] = { "OVS", "LXB", "VPP" };

    for (size_t d = 0; d < N_ELEMENTS(drivers); d++) {
        AUTO_WORLD w;

        world_init(&w, drivers[d], "vxlan");
        for (enum policy policy = POLICY_CLASSIC; policy <= POLICY_FULL; policy++) {
            struct clique_types types;

            world_types(&w, policy, &types);
            assert_int_equal(types.n_notes, 0);
            for (size_t i = 0; i < N_ELEMENTS(wanted); i++) {
                assert_non_null(types.of[wanted[i]]);
                assert_int_equal(types.of[wanted[i]]->oid.n, 24);
            }
            assert_int_equal(types.constraints[OBJECT_INSTANCE].has[CONSTRAINT_PHYSICAL_NETWORK],
                             policy == POLICY_FULL);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_score),       cmocka_unit_test(test_version_as_minimum),
        cmocka_unit_test(test_ties),        cmocka_unit_test(test_bad_documents),
        cmocka_unit_test(test_constraints), cmocka_unit_test(test_defaults),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
