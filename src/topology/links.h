/* Links: how the objects of one environment are connected.
 *
 * links_find() runs the link rules (link_rules.c) over the objects in the reference's finder order.
 * Partial scans call it with the objects of one host and the cloud-wide ones: no rule joins two
 * hosts.
 *
 * Ownership:  links live in the arena passed in; their strings are borrowed from it and from the
 *             facts of the objects, which must live as long.
 * Errors:     none. What cannot be linked is left out and told in a note.
 * Source:     reference topology.md 2-6, 12; design 5 for POLICY_FULL. */

#ifndef TOPOLOGY_LINKS_H
#define TOPOLOGY_LINKS_H

#include "base/buf.h"
#include "model/environment.h"
#include "model/object.h"

enum policy {
    POLICY_CLASSIC,  /* as the original: a clique stops at the first gap */
    POLICY_EXTENDED, /* as its successor: a clique tries every link type */
    POLICY_FULL,     /* extended, with our own link rules and clique types */
};

/* Reads "classic", "extended" or "full". */
bool        policy_from_name(struct str name, enum policy *) MUST_CHECK;
const char *policy_name(enum policy);

/* Absent strings have p == NULL; an empty one is a value. */
struct link {
    uint32_t         source; /* indexes into the objects */
    uint32_t         target;
    struct link_type type;
    bool             implicit;
    bool             down;             /* state */
    bool             has_physical;     /* attributes.physical_network is there ... */
    struct str       physical_network; /* ... and this; absent = null: carries tunnelled networks */
    struct str       name;             /* absent = null */
    struct str       network;          /* attributes.network */
    struct str       source_label;     /* in attributes, and "" at top level when absent */
    struct str       target_label;
    struct str       mac_address; /* attributes.mac_address */
    struct str       host;
    struct str       switch_id;
};

/* A field that the rules set in an object. */
struct write_back {
    uint32_t   object;  /* index into the objects */
    struct str network; /* absent: take the field out, an earlier run had set it */
};

struct links {
    struct arena               *arena;
    const struct object *const *objects;
    size_t                      n_objects;
    struct link                *items; /* by link type, source id, target id; implicit last */
    size_t                      n;
    struct write_back          *write_backs; /* by object; each object once */
    size_t                      n_write_backs;
    struct str                 *notes; /* what was left out and why; at most LINK_NOTES */
    size_t                      n_notes;
    size_t                      n_left_out; /* all that notes would tell */
};

enum { LINK_NOTES = 200 };

/* 'objects' are in canonical order, by (type, id) or by given "_id": where several objects fit, a
 * rule takes the first. */
struct links *links_find(struct arena *, const struct environment *, enum policy,
                         const struct object *const *objects, size_t n_objects) MUST_CHECK;

/* May a rule write a network into this object? */
bool links_may_change(const struct object *);

/* Add the implicit links (reference 6). 'attributes' are the constraint attributes, of which links
 * know "network" and "physical_network". */
void links_add_implicit(struct links *, const struct str *attributes, size_t n_attributes);

/* Put links that came from elsewhere into canonical order: a copy of 'found' becomes the items. */
void links_sort(struct links *, const struct link *found, size_t n);

struct oid link_oid(struct str environment, const struct links *, const struct link *);

/* The document of a link, canonical JSON; the body of a stored row is without "_id". */
void link_write(struct buf *, struct str environment, const struct links *, const struct link *);
void link_write_body(struct buf *, struct str environment, const struct links *,
                     const struct link *);

/* An "_id" as a JSON string. */
void oid_write(struct buf *, struct oid);

/* "instance-vnic" */
struct str link_type_text(struct link_type, struct arena *);

#endif
