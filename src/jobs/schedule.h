/* Schedules: documents of the collection "scheduled_scans", with the original's fields ("freq") or
 * its successor's ("recurrence"). A schedule asks for a scan at "scheduled_timestamp"; its first run
 * is that time, or, when it has none, one interval behind "submit_timestamp".
 *
 * A schedule whose scan is still waiting or running lets its turn pass. Turns that nobody was there
 * to take are made up by one scan. */

#ifndef JOBS_SCHEDULE_H
#define JOBS_SCHEDULE_H

#include "jobs/recurrence.h"
#include "store/store.h"

/* Ask for the scans that are due at 'now', and write down when the next ones are. A schedule that
 * cannot be read is marked ("status": "failed", "reason") and left alone. */
bool schedules_run(struct store *, int64_t now, struct error *) MUST_CHECK;

/* Fill in what a new schedule lacks ("_id", "status", "submit_timestamp", "scheduled_timestamp"), so
 * that its next run is shown from the beginning. ERROR_CONFIG names the field that is wrong. */
bool schedule_prepare(struct arena *, struct doc *document, int64_t now, struct error *) MUST_CHECK;

/* "DAILY", by whichever name it is kept; "" when it is none. */
struct str schedule_recurrence(const struct doc *document);

#endif
