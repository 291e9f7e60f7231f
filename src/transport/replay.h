/* A transport that answers from a recording: the whole program runs on files.
 *
 * Source:  docs/formats/recording.md. */

#ifndef TRANSPORT_REPLAY_H
#define TRANSPORT_REPLAY_H

#include "transport/recording.h"
#include "transport/transport.h"

/* Answers from 'recording', which the caller keeps open and closes after the transport. */
struct transport *replay_open(const struct recording *) MUST_CHECK;

#endif
