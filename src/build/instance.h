/* The document of an instance without its place: below its host, or below its project when no host
 * runs it. */

#ifndef BUILD_INSTANCE_H
#define BUILD_INSTANCE_H

#include "build/build.h"

struct doc *instance_document(const struct cloud *, const struct cloud_server *, struct built *out);

#endif
