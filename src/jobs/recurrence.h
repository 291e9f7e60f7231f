/* When schedules run.
 *
 * Units:      microseconds since 1970, UTC; the calendar is that of the process's time zone.
 * Rules:      HOURLY is every 60 minutes. DAILY, WEEKLY, MONTHLY and YEARLY keep the time of the day
 *             over changes of summer time; a time that a change leaves out runs an hour later. The
 *             31st of a month that has none is its last day. */

#ifndef JOBS_RECURRENCE_H
#define JOBS_RECURRENCE_H

#include "base/str.h"

enum recurrence {
    RECURRENCE_ONCE,
    RECURRENCE_HOURLY,
    RECURRENCE_DAILY,
    RECURRENCE_WEEKLY,
    RECURRENCE_MONTHLY,
    RECURRENCE_YEARLY,
    N_RECURRENCES,
};

const char *recurrence_name(enum recurrence); /* "DAILY" */
bool        recurrence_from_name(struct str name, enum recurrence *) MUST_CHECK;

/* The first run behind 'after' of a schedule whose runs are counted from 'first', which is one of
 * them; 0 when there is none any more. */
int64_t recurrence_next(enum recurrence, int64_t first, int64_t after);

#endif
