/* Other names and addresses: the laws they keep, and what is told apart. */

#include "testing.h"

#include "transport/pseudonym.h"

struct fixture {
    struct arena     *arena;
    struct pseudonym *pseudonym;
};

static const unsigned char some_key[PSEUDONYM_KEY_SIZE] = "0123456789abcde";

static int
set_up(void **state)
{
    struct fixture *f = xcalloc(1, sizeof *f);

    f->arena = arena_new();
    f->pseudonym = pseudonym_new(some_key);
    *state = f;
    return 0;
}

static int
tear_down(void **state)
{
    struct fixture *f = *state;

    arena_free(f->arena);
    pseudonym_free(f->pseudonym);
    free(f);
    return 0;
}

static void
learn(struct fixture *f, const char *reply)
{
    pseudonym_learn(f->pseudonym, str_from(reply));
}

static struct str
text_of(struct fixture *f, const char *text)
{
    return pseudonym_text(f->pseudonym, f->arena, str_from(text));
}

static struct str
reply_of(struct fixture *f, const char *reply)
{
    return pseudonym_reply(f->pseudonym, f->arena, str_from(reply));
}

/* --- addresses --- */

static unsigned
n_common_bits(const unsigned char *a, const unsigned char *b, unsigned n_bytes)
{
    unsigned n = 0;

    while (n < n_bytes * 8 && (a[n / 8] >> (7 - n % 8) & 1) == (b[n / 8] >> (7 - n % 8) & 1))
        n++;
    return n;
}

static void
bytes_of(uint32_t number, unsigned char bytes[4])
{
    for (unsigned i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(number >> (24 - 8 * i));
}

/* Two addresses have as many first bits in common afterwards as before: so different ones stay
 * different, too. */
static void
test_ipv4_keeps_prefixes(void **state)
{
    struct fixture *f = *state;
    struct rng      rng = rng_seeded();
    size_t          n_changed = 0;

    learn(f, "{\"subnets\": [{\"cidr\": \"20.1.16.0/20\"}, {\"cidr\": \"10.9.8.0/22\"}]}");
    for (int round = 0; round < 20000; round++) {
        uint32_t      a = (uint32_t)rng_next(&rng);
        uint32_t      b = a ^ (uint32_t)(rng_next(&rng) >> (32 + rng_below(&rng, 32)));
        unsigned char a_before[4], b_before[4], a_after[4], b_after[4];

        bytes_of(a, a_before);
        bytes_of(b, b_before);
        bytes_of(pseudonym_ipv4(f->pseudonym, a), a_after);
        bytes_of(pseudonym_ipv4(f->pseudonym, b), b_after);
        assert_int_equal(n_common_bits(a_before, b_before, 4), n_common_bits(a_after, b_after, 4));
        assert_int_equal(a_before[3], a_after[3]);
        n_changed += memcmp(a_before, a_after, 4) != 0;
    }
    assert_true(n_changed > 10000);

    /* Within a subnet that the cloud knows nothing changes but its address. */
    uint32_t base = 20u << 24 | 1 << 16 | 16 << 8;

    for (uint32_t i = 0; i < 4096; i++)
        assert_int_equal(pseudonym_ipv4(f->pseudonym, base + i),
                         pseudonym_ipv4(f->pseudonym, base) + i);
}

static void
test_ipv6_keeps_prefixes(void **state)
{
    struct fixture *f = *state;
    struct rng      rng = rng_seeded();

    for (int round = 0; round < 5000; round++) {
        unsigned char a[16], b[16], a_after[16], b_after[16];
        unsigned      n;

        for (unsigned i = 0; i < 16; i++)
            a[i] = (unsigned char)rng_next(&rng);
        a[0] = (a[0] & 0x1f) | 0x20;
        a[11] = b[11] = 0x11; /* not made of a MAC address */
        memcpy(b, a, 16);
        n = (unsigned)rng_below(&rng, 88);
        b[n / 8] ^= (unsigned char)(0x80u >> n % 8);
        memcpy(a_after, a, 16);
        memcpy(b_after, b, 16);
        pseudonym_ipv6(f->pseudonym, a_after);
        pseudonym_ipv6(f->pseudonym, b_after);
        assert_int_equal(n_common_bits(a, b, 16), n_common_bits(a_after, b_after, 16));
    }
}

static void
test_special_addresses_stay(void **state)
{
    static const char *const stay[] = {
        "127.0.0.1",
        "0.0.0.0",
        "169.254.169.254",
        "255.255.255.0",
        "224.0.0.5",
        "::",
        "::1",
        "fe80::1",
        "ff02::1",
        "255.255.255.255",
        "00:00:00:00:00:00",
        "ff:ff:ff:ff:ff:ff",
        "01:00:5e:00:00:01",
        "33:33:00:00:00:01",
        "01:80:c2:00:00:0e",
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_ELEMENTS(stay); i++)
        assert_text(text_of(f, stay[i]), stay[i]);

    /* Private addresses stay private, public ones public. */
    struct rng rng = rng_seeded();

    for (int round = 0; round < 1000; round++) {
        uint32_t tail = (uint32_t)rng_next(&rng);

        assert_int_equal(pseudonym_ipv4(f->pseudonym, 10u << 24 | (tail & 0xffffff)) >> 24, 10);
        assert_int_equal(pseudonym_ipv4(f->pseudonym, 0xc0a80000 | (tail & 0xffff)) >> 16, 0xc0a8);
        assert_int_equal(pseudonym_ipv4(f->pseudonym, 0xac100000 | (tail & 0xfffff)) >> 20, 0xac1);
        assert_int_not_equal(pseudonym_ipv4(f->pseudonym, 0xcb007100 | (tail & 0xff)) >> 24, 10);
    }
}

static void
test_mac_tails_are_a_permutation(void **state)
{
    struct fixture *f = *state;
    unsigned char  *seen = xcalloc(1 << 21, 1);

    for (uint32_t i = 0; i < 1 << 24; i += 7) {
        unsigned char mac[6] = {
            0xfa, 0x16, 0x3e, (unsigned char)(i >> 16), (unsigned char)(i >> 8), (unsigned char)i
        };
        uint32_t tail;

        pseudonym_mac(f->pseudonym, mac);
        assert_int_equal(mac[0] << 16 | mac[1] << 8 | mac[2], 0xfa163e);
        tail = (uint32_t)mac[3] << 16 | (uint32_t)mac[4] << 8 | mac[5];
        assert_int_equal(seen[tail / 8] >> tail % 8 & 1, 0);
        seen[tail / 8] |= (unsigned char)(1u << tail % 8);
    }
    free(seen);
}

/* The tail of a port's address, in all that is made of it. */
static void
test_mac_relations(void **state)
{
    struct fixture *f = *state;
    struct str      tail = str_skip(text_of(f, "fa:16:3e:12:34:56"), 8); /* ":xx:xx:xx" */
    struct str      a = str_head(str_skip(tail, 1), 2), b = str_head(str_skip(tail, 4), 2),
               c = str_skip(tail, 7);

    assert_false(str_is(tail, ":12:34:56"));
    assert_text(text_of(f, "fe:16:3e:12:34:56"),
                arena_join(f->arena, STR("fe:16:3e"), tail, STR_NONE).p);
    assert_text(text_of(f, "33:33:ff:12:34:56"),
                arena_join(f->arena, STR("33:33:ff"), tail, STR_NONE).p);
    assert_text(
        text_of(f, "FA-16-3E-12-34-56"),
        arena_printf(f->arena, "fa-16-3e-%.*s-%.*s-%.*s", STR_ARG(a), STR_ARG(b), STR_ARG(c)).p);
    assert_text(
        text_of(f, "8000.fa163e123456\tno"),
        arena_printf(f->arena, "8000.fa163e%.*s%.*s%.*s\tno", STR_ARG(a), STR_ARG(b), STR_ARG(c))
            .p);

    unsigned char v6[16] = { 0xfe, 0x80, [8] = 0xf8, 0x16, 0x3e, 0xff, 0xfe, 0x12, 0x34, 0x56 };

    pseudonym_ipv6(f->pseudonym, v6);
    assert_text(arena_printf(f->arena, ":%02x:%02x:%02x", v6[13], v6[14], v6[15]),
                arena_str(f->arena, tail).p);
    assert_int_equal(v6[0] << 8 | v6[1], 0xfe80);
}

static void
test_forms_of_addresses(void **state)
{
    struct fixture *f = *state;
    struct str      net = text_of(f, "10.77.4.0/22");

    assert_true(str_ends(net, STR("/22")));
    assert_true(str_starts(net, STR("10.")));

    /* An address stays the same one, whatever stands around it. */
    struct str plain = text_of(f, "10.77.0.21");

    assert_text(text_of(f, "local_ip=\"10.77.0.21\","),
                arena_join(f->arena, STR("local_ip=\""), plain, STR("\",")).p);
    assert_text(text_of(f, "ptcp:6640:10.77.0.21."),
                arena_join(f->arena, STR("ptcp:6640:"), plain, STR(".")).p);
    assert_text(text_of(f, "http://10.77.0.21:5000/v3"),
                arena_join(f->arena, STR("http://"), plain, STR(":5000/v3")).p);
    assert_text(text_of(f, "::ffff:10.77.0.21"),
                arena_join(f->arena, STR("::ffff:"), plain, STR_NONE).p);
    assert_false(str_is(plain, "10.77.0.21"));

    /* What only looks like one. */
    static const char *const others[] = {
        "1.2.3",
        "10.77.0.21.5",
        "2:26.2.2-1~deb12u5",
        "08:20:44",
        "0000:00:02.0",
        "x10.77.0.21",
        "552956bc-5142-4ddc-960b-f03b54120271",
        "tap31735c2c-1b",
        "300.1.1.1",
        "dpif::open",
        ":",
        "::x",
        "vxlan-16777215",
        "vxlan_sys_4789",
        "",
    };

    for (size_t i = 0; i < N_ELEMENTS(others); i++)
        assert_text(text_of(f, others[i]), others[i]);
}

static void
test_tunnels_in_hexadecimal(void **state)
{
    struct fixture *f = *state;
    unsigned        a, b, c, d;
    struct str      other;

    learn(f, "{\"agents\": [{\"configurations\": {\"tunneling_ip\": \"16.119.114.21\"}}]}");
    other = text_of(f, "16.119.114.21");
    assert_int_equal(sscanf(other.p, "%u.%u.%u.%u", &a, &b, &c, &d), 4);
    assert_text(text_of(f, "Port vxlan-10777215"),
                arena_printf(f->arena, "Port vxlan-%02x%02x%02x%02x", a, b, c, d).p);
    assert_text(text_of(f, "vxlan-10777216"), "vxlan-10777216"); /* nobody's address: a VNI */
}

/* --- names --- */

static void
test_names_by_kind(void **state)
{
    struct fixture *f = *state;

    learn(f,
          "{\"servers\": [{\"name\": \"web\", \"OS-EXT-SRV-ATTR:host\": \"cmp1.example.com\"}]}");
    learn(f, "{\"networks\": [{\"name\": \"public\", \"description\": \"of ACME\"}]}");
    assert_text(reply_of(f, "{\"networks\":[{\"description\":\"of ACME\",\"name\":\"public\"}]}"),
                "{\"networks\":[{\"description\":\"\",\"name\":\"network-1\"}]}");
    assert_text(reply_of(f, "{\"endpoints\":[{\"interface\":\"public\",\"name\":\"nova\"}]}"),
                "{\"endpoints\":[{\"interface\":\"public\",\"name\":\"nova\"}]}");
    assert_text(reply_of(f, "{\"servers\":[{\"OS-EXT-SRV-ATTR:host\":\"cmp1.example.com\","
                            "\"addresses\":{\"public\":[]},\"metadata\":{\"owner\":\"me\"},"
                            "\"name\":\"web\",\"status\":\"on cmp1\",\"tags\":[\"x\"]}]}"),
                "{\"servers\":[{\"OS-EXT-SRV-ATTR:host\":\"host-1.domain-1\","
                "\"addresses\":{\"network-1\":[]},\"metadata\":{},"
                "\"name\":\"instance-1\",\"status\":\"on host-1\",\"tags\":[]}]}");
    assert_text(reply_of(f, "[{\"a\":\"{\\\"host\\\": \\\"cmp1\\\"}\"}]"),
                "[{\"a\":\"{\\\"host\\\":\\\"host-1\\\"}\"}]");
    assert_text(text_of(f, "Linux cmp1.example.com 6.1 web-2 web"),
                "Linux host-1.domain-1 6.1 web-2 instance-1");
    assert_text(pseudonym_host(f->pseudonym, f->arena, STR("cmp1")), "host-1");
    assert_text(reply_of(f, "cmp1 {"), "(a reply that is no JSON was here)");
}

static void
test_words_of_the_formats_stay(void **state)
{
    struct fixture *f = *state;

    learn(f, "{\"servers\": [{\"name\": \"link\"}, {\"name\": \"eth0\"}, {\"name\": \"42\"},"
             " {\"name\": \"br-int\"}, {\"name\": \"kern\"}]}");
    assert_text(text_of(f, "[{\"link\":\"eth0\",\"kern\":\"kern\"}] br-int 42"),
                "[{\"link\":\"eth0\",\"kern\":\"instance-5\"}] br-int 42");
    assert_text(reply_of(f, "{\"servers\":[{\"name\":\"link\"},{\"name\":\"eth0\"}]}"),
                "{\"servers\":[{\"name\":\"instance-1\"},{\"name\":\"instance-2\"}]}");
}

static void
test_longest_name_first(void **state)
{
    struct fixture *f = *state;

    learn(f,
          "{\"servers\": [{\"name\": \"db\"}, {\"name\": \"db of ACME\"}, {\"name\": \"(x) y\"}]}");
    assert_text(text_of(f, "db of ACME; db of ACMEs; db_of; db"),
                "instance-2; instance-1 of ACMEs; db_of; instance-1");
    assert_text(text_of(f, "an (x) y"), "an (instance-3");
}

/* What Nova tells libvirt: also names that no list has. */
static void
test_domains_of_libvirt(void **state)
{
    struct fixture *f = *state;

    learn(f, "{\"servers\": [{\"name\": \"a <b>\", \"OS-EXT-SRV-ATTR:instance_name\": "
             "\"instance-0000000a\"}], \"projects\": [{\"name\": \"demo\"}]}");
    assert_text(text_of(f, "<name>instance-0000000a</name><nova:name>new</nova:name>"
                           "<nova:user uuid=\"1\">alice</nova:user>"
                           "<nova:project uuid=\"2\">demo</nova:project>"
                           "<nova:flavor name=\"acme.big\"/>"),
                "<name>instance-0000000a</name><nova:name>removed</nova:name>"
                "<nova:user uuid=\"1\">removed</nova:user>"
                "<nova:project uuid=\"2\">project-1</nova:project>"
                "<nova:flavor name=\"removed\"/>");
    assert_text(text_of(f, "<nova:user uuid="), "<nova:user uuid=");
    assert_text(text_of(f, "<nova:name>"), "<nova:name>removed");
}

/* Any bytes: it ends, and learning twice changes nothing. */
static void
test_random_texts(void **state)
{
    static const char *const pieces[] = {
        "10.0.0.1",    "fe80::1", "fa:16:3e:00:00:01", "cmp1", ".", ":", "-", "/24", "\"", "<",
        "<nova:name>", "\xff",    "vxlan-0a000001",    " ",    "::"
    };
    struct fixture *f = *state;
    struct rng      rng = rng_seeded();

    learn(f, "{\"services\": [{\"host\": \"cmp1\", \"tunneling_ip\": \"10.0.0.1\"}]}");
    for (int round = 0; round < 20000; round++) {
        char   text[256] = "";
        size_t n = 0;

        for (size_t i = rng_below(&rng, 8); i > 0; i--)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s",
                                  pieces[rng_below(&rng, N_ELEMENTS(pieces))]);

        struct str once = text_of(f, text);

        learn(f, "{\"services\": [{\"host\": \"cmp1\", \"tunneling_ip\": \"10.0.0.1\"}]}");
        assert_true(str_equal(once, text_of(f, text)));
        (void)reply_of(f, text);
        arena_clear(f->arena);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ipv4_keeps_prefixes),
        TEST(ipv6_keeps_prefixes),
        TEST(special_addresses_stay),
        TEST(mac_tails_are_a_permutation),
        TEST(mac_relations),
        TEST(forms_of_addresses),
        TEST(tunnels_in_hexadecimal),
        TEST(names_by_kind),
        TEST(words_of_the_formats_stay),
        TEST(longest_name_first),
        TEST(domains_of_libvirt),
        TEST(random_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
