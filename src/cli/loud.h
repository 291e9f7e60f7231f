/* A transport that tells on stderr what another one answers (-l DEBUG). */

#ifndef CLI_LOUD_H
#define CLI_LOUD_H

#include "transport/transport.h"

/* Owns 'inner'. */
struct transport *loud_open(struct transport *inner) MUST_CHECK;

#endif
