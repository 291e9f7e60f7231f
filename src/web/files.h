/* The files of the web UI: those that the program carries (web/dist, packed by tools/pack-web), or
 * those of a folder, while they are being worked on.
 *
 * Ownership:  what is found lives as long as the arena, or the program.
 * Threads:    any. */

#ifndef WEB_FILES_H
#define WEB_FILES_H

#include "base/arena.h"
#include "base/error.h"

struct web_files;

struct web_file {
    struct str  bytes;
    const char *type;       /* "text/html; charset=utf-8" */
    bool        is_gzip;    /* 'bytes' are compressed ... */
    bool        has_gzip;   /* ... and could be */
    bool        is_lasting; /* another content has another name */
};

/* Those of a folder; "": those that the program carries. NULL: there is no such folder. */
struct web_files *web_files_open(struct str folder, struct error *) MUST_CHECK;
void              web_files_close(struct web_files *);

/* Is there a file of exactly this name: "assets/index-1a2b.js"? */
bool web_files_have(const struct web_files *, struct str name);

/* False when there is none. */
bool web_files_find(const struct web_files *, struct str name, bool accepts_gzip, struct arena *,
                    struct web_file *) MUST_CHECK;

#endif
