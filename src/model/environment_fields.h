/* What the fields of an environment's document may hold; for the readers of environments only. */

#ifndef MODEL_ENVIRONMENT_FIELDS_H
#define MODEL_ENVIRONMENT_FIELDS_H

#include "base/doc.h"

/* Check the fields of a part of the document by the rules of that target (NULL: the document's own;
 * "hosts": of a host of CLI.hosts). 'where' is what messages put before a field's name: "CLI.". With
 * 'for_access' also what is needed to ask a living cloud must be there. */
bool environment_check_fields(const struct doc *part, const char *target, struct str where,
                              bool for_access, struct error *err) MUST_CHECK;

/* Names of hosts come to command lines, so they are held to what DNS allows. */
bool environment_host_name_is_valid(struct str name);

#endif
