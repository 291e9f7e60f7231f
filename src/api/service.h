/* The API as it runs in one process: the store's handles, the server, and what requests leave
 * behind. */

#ifndef API_SERVICE_H
#define API_SERVICE_H

#include "api/api.h"
#include "api/feeds.h"
#include "jobs/jobs.h"
#include "web/files.h"

struct api_options {
    struct str            store; /* URI */
    struct server_options server;
    int64_t               token_lifetime; /* seconds; 0 = 86400 */
    unsigned              heartbeat;      /* seconds, of feeds without news; 0 = 15 */
    unsigned              user_rate;      /* requests a second of one user; 0 = no limit */
    struct str            web;            /* folder of the web UI; "" = the one of the program */
    struct jobs          *jobs;           /* borrowed; NULL: somebody else runs them */
};

/* Open the store (made when it is not there) and listen. NULL on failure. */
struct api *api_start(const struct api_options *, struct error *) MUST_CHECK;

/* Where it listens. */
struct str api_address(const struct api *, struct arena *);

/* End what runs, at most that long, and free it. */
void api_stop(struct api *, unsigned seconds);

/* --- for the files of this folder --- */

/* A handle to read with, and what was read with it and still holds. */
struct reader {
    struct store *store;
    struct kept  *kept;
};

/* Taken and given back. False: the store cannot be opened. */
bool api_take_reader(struct api *, struct reader *, struct error *) MUST_CHECK;
void api_give_reader(struct api *, struct reader *);

/* Does whoever writes end soon? While another process is in a long commit, those who want to write
 * are not to keep all workers waiting. */
bool api_writer_comes_free(struct api *);

/* Does what is written go where it is looked for? (store_is_in_place) */
bool api_store_is_in_place(struct api *, struct error *) MUST_CHECK;

/* The one handle to write with; waits for whoever has it. */
struct store *api_take_writer(struct api *);
void          api_give_writer(struct api *);

/* There is a new request to scan; how far one is. */
void api_wake_jobs(struct api *);
bool api_scan_progress(struct api *, struct str request, struct scan_progress *);
void api_running_scans(struct api *, running_fn *, void *context); /* under a lock */

struct feeds *api_feeds(struct api *);

const struct web_files *api_web_files(const struct api *);

struct server_counts api_server_counts(const struct api *);

/* May the user ask now? 0, or after how many seconds. */
unsigned api_user_must_wait(struct api *, const struct user *);

int64_t api_token_lifetime(const struct api *); /* microseconds */

/* Everything from the head of a request to its reply; for the server. */
struct http_handler call_handler(struct api *);

#endif
