/* Reading files with a limit, and paths that must stay inside a folder.
 *
 * Errors:  ERROR_TRANSPORT with errno; a file larger than the limit says both sizes. */

#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdio.h>

#include "base/arena.h"
#include "base/error.h"

/* Read 'path' from byte 'offset', 'size' bytes (SIZE_MAX: to its end), at most 'limit'. */
bool file_read(const char *path, size_t offset, size_t size, size_t limit, struct arena *,
               struct str *text, struct error *err) MUST_CHECK;

/* The same from an open file; 'name' is for messages. */
bool file_read_fd(int fd, const char *name, size_t offset, size_t size, size_t limit,
                  struct arena *, struct str *text, struct error *err) MUST_CHECK;

/* Open a folder, and a file below it for reading: "..", absolute names and symbolic links that lead
 * out of the folder are refused. -1 on failure. */
int file_open_folder(const char *path, struct error *err) MUST_CHECK;
int file_open_inside(int folder, const char *name, struct error *err) MUST_CHECK;

void file_close_fd(int *fd);
#define AUTO_FD CLEANUP(file_close_fd) int

/* Is 'name' a relative path without "..", empty steps or NUL, so that it stays in its folder? */
bool file_name_is_inside(struct str name);

void file_closep(FILE **);
#define AUTO_FILE CLEANUP(file_closep) FILE *

#endif
