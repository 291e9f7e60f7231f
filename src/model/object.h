/* An inventory object: anything a scan can find in a cloud.
 *
 * Ownership:  the object and all it points to belong to the arena of its partition (one host, or
 *             the cloud's own). */

#ifndef MODEL_OBJECT_H
#define MODEL_OBJECT_H

#include "base/doc.h"
#include "model/oid.h"
#include "model/types.h"

struct facts;

struct object {
    enum object_type type;
    struct oid       oid;
    struct str       id;   /* unique within environment and type */
    struct str       name; /* as shown in the tree */
    struct str       host; /* id of the host it lives on, "" if none */
    struct str       parent_id;
    struct str       parent_type;
    struct str       id_path; /* "/environment/.../id" */
    struct str       body;    /* all attributes but the volatile ones, canonical JSON text */
    uint64_t         digest;  /* hash of the body but for its running numbers */
    struct str       extra;   /* the volatile attributes, canonical JSON text, "" if none */
    struct facts    *facts;   /* what the link rules join on; NULL when they never look */
    bool             stale;   /* its source failed: this is what an earlier scan saw */
};

/* "_id" of an object: from environment, type and the key that stays the same over scans. */
struct oid oid_of_object(struct str environment, enum object_type, struct str stable_key);

/* "_id" of a link: from environment, link type and the "_id"s of its ends. */
struct oid oid_of_link(struct str environment, struct link_type, struct oid source,
                       struct oid target);

/* "_id" of a clique: from environment and the focal point's "_id". */
struct oid oid_of_clique(struct str environment, struct oid focal_point);

/* The key that stays the same when the published id does not (a bridge's id changes with its
 * members' MACs): host and bridge name, host and NIC name; else the id. */
struct str object_stable_key(struct arena *, const struct doc *document, enum object_type);

/* Finish a complete document (after placing): split off the volatile attributes, write the body,
 * derive "_id" (an "_id" in the document is kept). The document is consumed. */
bool object_from_doc(struct arena *, struct str environment, struct doc *document, struct object *,
                     struct error *err) MUST_CHECK;

/* The body as it is shown: with the volatile attributes in their places ("extra" mirrors the body's
 * structure: {"services": {"nova-compute": {"updated_at": ...}}}). */
struct str body_with_extra(struct arena *, struct str body, struct str extra);

/* Set one top-level attribute in a canonical body: 'value' is JSON text. */
struct str body_set(struct arena *, struct str body, const char *key, struct str value);

/* The body without one top-level attribute. */
struct str body_remove(struct arena *, struct str body, const char *key);

/* Give an object another body, with its digest: interface dumps hold address lifetimes that run
 * down every second, and these do not count. */
void object_set_body(struct object *, struct str body);

#endif
