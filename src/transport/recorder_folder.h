/* The folder of a recording while it is written: a file for each reply under a name that people can
 * read, a line about it in the list of entries, and at the end index.json.
 *
 * Ownership:  names belong to the arena given.
 * Threads:    many may name and write files at the same time.
 * Errors:     ERROR_TRANSPORT with errno, naming the file. */

#ifndef TRANSPORT_RECORDER_FOLDER_H
#define TRANSPORT_RECORDER_FOLDER_H

#include "transport/recorder.h"

#define RECORDER_ENTRIES "entries.jsonl"

struct recorder_folder;

/* It is made (0700), or empty. */
bool recorder_folder_open(const char   *path, struct recorder_folder **,
                          struct error *err) MUST_CHECK;
void recorder_folder_close(struct recorder_folder *);

/* A name for the file of a reply, which no other file has. */
struct str recorder_folder_name(struct recorder_folder *, struct arena *, const struct request *,
                                struct recorded_page);

/* Write a file; the name ends in a NUL byte. */
bool recorder_folder_write(struct recorder_folder *, struct str name, struct str text,
                           struct error *err) MUST_CHECK;

/* A line of the list of entries. */
bool recorder_folder_enter(struct recorder_folder *, struct str line, struct error *err) MUST_CHECK;

/* No more entries. The index appears at once, when all that it names is there. */
bool recorder_folder_finish(struct recorder_folder *, struct str index,
                            struct error *err) MUST_CHECK;

#endif
