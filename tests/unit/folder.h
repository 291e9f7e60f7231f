/* A folder of a test's own, and files in it. */

#ifndef TESTS_UNIT_FOLDER_H
#define TESTS_UNIT_FOLDER_H

#include "testing.h"

#include <ftw.h>
#include <unistd.h>

#include "base/str.h"

enum { FOLDER_SIZE = 200 };

/* 0, or -1 for failure, as cmocka has it. */
static inline int
folder_make(char folder[FOLDER_SIZE], const char *purpose)
{
    const char *base = getenv("TMPDIR");

    snprintf(folder, FOLDER_SIZE, "%s/calipso-%s-XXXXXX", base ? base : P_tmpdir, purpose);
    return mkdtemp(folder) ? 0 : -1;
}

static inline int
folder_remove_entry(const char *path, const struct stat *status UNUSED, int type UNUSED,
                    struct FTW *place UNUSED)
{
    return remove(path);
}

static inline int
folder_remove(const char *folder)
{
    return nftw(folder, folder_remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void
folder_write(const char *folder, const char *name, struct str text)
{
    char  path[2 * FOLDER_SIZE];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "w");
    if (!file)
        fail_msg("cannot write %s: %m", path);
    assert_int_equal(fwrite(text.p, 1, text.n, file), text.n);
    assert_int_equal(fclose(file), 0);
}

#endif
