/* Files of settings that are written in YAML, read into documents.
 *
 * Every scalar is text as it stands ("port: 5000" is "5000", "verify: no" is "no"), but for plain
 * nulls: settings are text until somebody knows better, and a password made of digits stays one.
 *
 * Ownership:  as in doc.h. Aliases share the value they stand for.
 * Errors:     ERROR_PARSE with the line, never with what stands there. Depth, number of values and
 *             aliases are limited; tags have no meaning; one document only.
 * Source:     libyaml 0.2 (YAML 1.1), merge keys of yaml.org/type/merge. */

#ifndef BASE_DOC_YAML_H
#define BASE_DOC_YAML_H

#include "base/doc.h"

struct doc *doc_parse_yaml(struct arena *, struct str text, struct error *err) MUST_CHECK;

#endif
