/* Other addresses: a permutation by a key. Those with the same first bits get the same first bits,
 * and within a subnet that was learned only the subnet's own address changes.
 *
 * Units:      lengths of networks in bits; addresses as bytes in the order of the network.
 * Threads:    learning in one; permuting from many, after it. */

#ifndef TRANSPORT_PSEUDONYM_ADDRESS_H
#define TRANSPORT_PSEUDONYM_ADDRESS_H

#include "base/map.h"
#include "transport/pseudonym.h"

struct permutation {
    unsigned char key[PSEUDONYM_KEY_SIZE];
    struct map    subnets; /* kind of address, length and first bits */
};

void permutation_init(struct permutation *, const unsigned char *key); /* NULL: a random one */
void permutation_done(struct permutation *);

/* Of a usual size, "20.1.16.0/20": one of 10.0.0.0/8 would leave everybody's addresses. */
void permutation_learn_subnet(struct permutation *, struct arena *, struct str cidr);

/* An address with "/LENGTH" behind it (without: all its bits); one that names a network names one
 * afterwards, too. */
void permutation_ipv4(const struct permutation *, unsigned char address[static 4], unsigned length);
void permutation_ipv6(const struct permutation *, unsigned char address[static 16],
                      unsigned length);

/* Only the last three bytes change. */
void permutation_mac(const struct permutation *, unsigned char mac[static 6]);

void address_from_number(uint32_t number, unsigned char address[static 4]);
bool address_read_ipv4(struct str text, unsigned char address[static 4]) MUST_CHECK;
bool address_read_ipv6(struct str text, unsigned char address[static 16]) MUST_CHECK;

#endif
