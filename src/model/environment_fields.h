/* What the fields of an environment's document may hold; for the readers of environments only. */

#ifndef MODEL_ENVIRONMENT_FIELDS_H
#define MODEL_ENVIRONMENT_FIELDS_H

#include "base/doc.h"

/* What must be there. */
enum check_for {
    CHECK_NOTHING,  /* nothing; what is there must be right all the same */
    CHECK_DOCUMENT, /* what every document has */
    CHECK_ACCESS,   /* and what is needed to ask a living cloud */
};

/* Check the fields of a part of the document by the rules of that target (NULL: the document's own;
 * "hosts": of a host of CLI.hosts). 'where' is what messages put before a field's name: "CLI.". */
bool environment_check_fields(const struct doc *part, const char *target, struct str where,
                              enum check_for, struct error *err) MUST_CHECK;

/* Names of hosts come to command lines, so they are held to what DNS allows. */
bool environment_host_name_is_valid(struct str name);

#endif
