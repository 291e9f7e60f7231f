/* Bit by bit: whether one is flipped is a secret function of those before it, so that each prefix
 * becomes one other prefix. */

#include "transport/pseudonym_address.h"

#include <arpa/inet.h>
#include <assert.h>
#include <sodium.h>

struct prefix {
    unsigned char bytes[4];
    unsigned      n_bits;
    bool          is_fixed; /* all in it stays; else only these bits do */
};

static const struct prefix prefixes4[] = {
    { { 0 }, 8, true },          /* this network, and no address */
    { { 127 }, 8, true },        /* the host itself */
    { { 169, 254 }, 16, true },  /* link-local; the metadata service */
    { { 224 }, 3, true },        /* multicast, reserved, masks */
    { { 10 }, 8, false },        /* private addresses stay private */
    { { 100, 64 }, 10, false },  /* shared by providers */
    { { 172, 16 }, 12, false },  /* private */
    { { 192, 168 }, 16, false }, /* private */
};

static const struct prefix prefixes6[] = {
    { { 0 }, 8, true },           /* ::, ::1 */
    { { 0xfe, 0x80 }, 10, true }, /* link-local */
    { { 0xff }, 8, true },        /* multicast */
    { { 0x20 }, 3, false },       /* global */
    { { 0xfc }, 7, false },       /* local to a site */
};

enum { LONGEST = 16, SUBNET_KEY = LONGEST + 2 };

/* A kind of addresses. */
struct family {
    char                 letter;
    unsigned             n_bytes;
    unsigned             n_permuted; /* bits; the rest tells hosts apart, and stays */
    unsigned             least;      /* bits of a subnet that is of a usual size */
    const struct prefix *prefixes;   /* of special addresses */
    size_t               n_prefixes;
};

static const struct family ipv4 = { '4', 4, 24, 20, prefixes4, N_ELEMENTS(prefixes4) };
static const struct family ipv6 = { '6', 16, 64, 48, prefixes6, N_ELEMENTS(prefixes6) };

static_assert(PSEUDONYM_KEY_SIZE == crypto_shorthash_KEYBYTES, "SipHash");

void
permutation_init(struct permutation *p, const unsigned char *key)
{
    *p = (struct permutation){ 0 };
    if (key)
        memcpy(p->key, key, sizeof p->key);
    else
        randombytes_buf(p->key, sizeof p->key);
}

void
permutation_done(struct permutation *p)
{
    map_done(&p->subnets);
    sodium_memzero(p->key, sizeof p->key);
}

/* A number that nobody knows without the key. */
static uint64_t
secret_number(const struct permutation *p, char purpose, unsigned round, const void *data, size_t n)
{
    unsigned char text[LONGEST + 2] = { (unsigned char)purpose, (unsigned char)round };
    unsigned char digest[crypto_shorthash_BYTES];
    uint64_t      number;

    memcpy(text + 2, data, n);
    crypto_shorthash(digest, text, n + 2, p->key);
    memcpy(&number, digest, sizeof number);
    return number;
}

static bool
bit_of(const unsigned char *address, unsigned at)
{
    return (address[at / 8] >> (7 - at % 8) & 1) != 0;
}

static void
keep_bits(unsigned char *address, unsigned n_bytes, unsigned n_bits)
{
    for (unsigned i = 0; i < n_bytes; i++)
        if (i * 8 + 8 > n_bits)
            address[i] &= (unsigned char)(i * 8 >= n_bits ? 0 : 0xff00u >> (n_bits - i * 8));
}

static bool
has_same_bits(const unsigned char *a, const unsigned char *b, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        if (bit_of(a, i) != bit_of(b, i))
            return false;
    return true;
}

/* Must the bit behind the first 'n' stay, since it tells special addresses from others? */
static bool
is_given(const struct family *family, const unsigned char *address, unsigned n)
{
    for (size_t i = 0; i < family->n_prefixes; i++) {
        const struct prefix *prefix = &family->prefixes[i];
        bool                 is_longer = n >= prefix->n_bits;

        if ((!is_longer || prefix->is_fixed) &&
            has_same_bits(address, prefix->bytes, is_longer ? prefix->n_bits : n))
            return true;
    }
    return false;
}

static struct str
subnet_key(char key[static SUBNET_KEY], const struct family *family, unsigned n_bits,
           const unsigned char *address)
{
    key[0] = family->letter;
    key[1] = (char)n_bits;
    memcpy(key + 2, address, family->n_bytes);
    keep_bits((unsigned char *)key + 2, family->n_bytes, n_bits);
    return (struct str){ key, family->n_bytes + 2 };
}

void
permutation_learn_subnet(struct permutation *p, struct arena *arena, struct str cidr)
{
    bool                 is_6 = str_find_char(cidr, ':') >= 0;
    const struct family *family = is_6 ? &ipv6 : &ipv4;
    unsigned char        address[LONGEST];
    char                 key[SUBNET_KEY];
    struct str           head;
    uint32_t             n_bits;

    if (str_cut(&cidr, '/', &head) && str_to_u32(cidr, &n_bits) && n_bits >= family->least &&
        n_bits <= family->n_bytes * 8 &&
        (is_6 ? address_read_ipv6(head, address) : address_read_ipv4(head, address)))
        map_put_copy(&p->subnets, arena, subnet_key(key, family, n_bits, address), NULL);
}

/* From where a subnet that the cloud knows begins, no bit is flipped. */
static void
permute(const struct permutation *p, const struct family *family, unsigned char *address)
{
    unsigned char from[LONGEST];

    memcpy(from, address, family->n_bytes);
    for (unsigned i = 0; i < family->n_permuted; i++) {
        unsigned char before[LONGEST];
        char          key[SUBNET_KEY];

        if (map_find(&p->subnets, subnet_key(key, family, i, from)))
            return;
        if (is_given(family, from, i))
            continue;
        memcpy(before, from, family->n_bytes);
        keep_bits(before, family->n_bytes, i);
        if (secret_number(p, family->letter, i, before, family->n_bytes) & 1)
            address[i / 8] ^= (unsigned char)(0x80u >> i % 8);
    }
}

static bool
is_network(const unsigned char *address, unsigned n_bytes, unsigned length)
{
    for (unsigned i = length; i < n_bytes * 8; i++)
        if (bit_of(address, i))
            return false;
    return true;
}

void
permutation_ipv4(const struct permutation *p, unsigned char a[static 4], unsigned length)
{
    bool names_network = is_network(a, 4, length);

    permute(p, &ipv4, a);
    if (names_network)
        keep_bits(a, 4, length);
}

/* The last three bytes of a MAC address: a Feistel network of two halves of 12 bits. */
static void
permute_tail(const struct permutation *p, unsigned char *tail)
{
    enum { ROUNDS = 8 };
    uint32_t left = (uint32_t)tail[0] << 4 | tail[1] >> 4;
    uint32_t right = (tail[1] & 0x0fu) << 8 | tail[2];

    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t next = left ^ ((uint32_t)secret_number(p, 'M', i, &right, sizeof right) & 0xfff);

        left = right;
        right = next;
    }
    tail[0] = (unsigned char)(left >> 4);
    tail[1] = (unsigned char)(left << 4 | right >> 8);
    tail[2] = (unsigned char)right;
}

void
permutation_mac(const struct permutation *p, unsigned char mac[static 6])
{
    static const unsigned char none[6], neighbours[] = { 0x33, 0x33, 0xff };
    bool                       is_group = (mac[0] & 1) != 0;

    if (memcmp(mac, none, sizeof none) == 0 ||
        (is_group && memcmp(mac, neighbours, sizeof neighbours) != 0))
        return;
    permute_tail(p, mac + 3);
}

/* The first half is permuted; behind it the tail of a MAC address that the address is made of. */
static void
permute_halves(const struct permutation *p, unsigned char *a)
{
    static const unsigned char neighbours[13] = { 0xff, 0x02, [11] = 0x01, [12] = 0xff };

    permute(p, &ipv6, a);
    if ((a[0] != 0xff && a[11] == 0xff && a[12] == 0xfe) ||
        memcmp(a, neighbours, sizeof neighbours) == 0)
        permute_tail(p, a + 13);
}

void
permutation_ipv6(const struct permutation *p, unsigned char a[static 16], unsigned length)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    bool                       names_network = is_network(a, 16, length);

    if (memcmp(a, mapped, sizeof mapped) == 0)
        permute(p, &ipv4, a + 12);
    else
        permute_halves(p, a);
    if (names_network)
        keep_bits(a, 16, length);
}

/* --- reading --- */

void
address_from_number(uint32_t number, unsigned char address[static 4])
{
    for (unsigned i = 0; i < 4; i++)
        address[i] = (unsigned char)(number >> (24 - 8 * i));
}

bool
address_read_ipv4(struct str text, unsigned char address[static 4])
{
    uint32_t number;

    if (!str_to_ipv4(text, &number))
        return false;
    address_from_number(number, address);
    return true;
}

bool
address_read_ipv6(struct str text, unsigned char address[static 16])
{
    char copy[INET6_ADDRSTRLEN];

    if (text.n >= sizeof copy)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    return inet_pton(AF_INET6, copy, address) == 1;
}
