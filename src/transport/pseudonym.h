/* Other names and addresses for those of a cloud, the same ones everywhere in a recording: a scan of
 * what comes out finds the same cloud under other names.
 *
 * Names are numbered by kind ("host-1", "instance-7"). Addresses are permuted by a key: those with
 * the same first bits get the same first bits, so that subnets, gateways and pools still fit; the
 * part within a subnet stays. MAC addresses keep their first three bytes and get other last ones,
 * which stay equal where they were: of a port and its tap device, in IPv6 addresses made of them, in
 * the multicast groups of those. Ids stay, and with them the names of devices.
 *
 * Use:        all lists of the cloud are learned first, then texts may be rewritten.
 * Ownership:  results live in the arena given, or are the text itself when nothing changed.
 * Threads:    learning in one; rewriting from many, after it.
 * Source:     docs/formats/recording.md says what is left as it is. Prefixes as in Xu, Fan, Ammar,
 *             Moon: Prefix-preserving IP address anonymization, 2002. */

#ifndef TRANSPORT_PSEUDONYM_H
#define TRANSPORT_PSEUDONYM_H

#include "transport/transport.h"

enum { PSEUDONYM_KEY_SIZE = 16 };

struct pseudonym;

/* A NULL key: a random one. */
struct pseudonym *pseudonym_new(const unsigned char *key) MUST_CHECK;
void              pseudonym_free(struct pseudonym *);
void              pseudonym_freep(struct pseudonym **);

#define AUTO_PSEUDONYM CLEANUP(pseudonym_freep) struct pseudonym *

/* Collect the names and subnets of a list or table. */
void pseudonym_learn(struct pseudonym *, struct str reply);

/* A reply of an API or a table. JSON that cannot be read is dropped: nobody could say what is in it. */
struct str pseudonym_reply(const struct pseudonym *, struct arena *, struct str reply);

/* Any other text: what a host wrote, a command, an address, a complaint. */
struct str pseudonym_text(const struct pseudonym *, struct arena *, struct str text);

struct str pseudonym_host(const struct pseudonym *, struct arena *, struct str host);
struct str pseudonym_region(const struct pseudonym *, struct arena *, struct str region);

uint32_t pseudonym_ipv4(const struct pseudonym *, uint32_t address); /* host byte order */
void     pseudonym_ipv6(const struct pseudonym *, unsigned char address[static 16]);
void     pseudonym_mac(const struct pseudonym *, unsigned char mac[static 6]);

#endif
