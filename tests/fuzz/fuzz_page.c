/* Any bytes as a page of a REST list: taken, or refused with a line that fits a terminal. */

#include <stdlib.h>

#include "transport/rest_page.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_line(struct str line)
{
    for (size_t i = 0; i < line.n; i++)
        if ((unsigned char)line.p[i] < ' ' || line.p[i] == 0x7f)
            abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO_ARENA   arena = arena_new();
    struct str   body = { (const char *)data, size }, next = STR_NONE;
    struct error err = { 0 };

    if (rest_page_check(arena, body, STR("/servers"), STR("gAAAAA"), &next, &err)) {
        if (str_find_char(next, '#') >= 0)
            abort();
    } else if (err.message[0] == '\0') {
        abort();
    }
    check_line(str_from(err.message));
    check_line(rest_page_says(arena, body, STR("gAAAAA")));
    return 0;
}
