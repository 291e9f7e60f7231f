#include "jobs/recurrence.h"

#include <time.h>

enum {
    SECOND = 1000000, /* microseconds */
    HOUR = 3600,      /* seconds */
    DAY = 24 * HOUR,
};

static const struct {
    const char *name;
    int64_t     longest; /* seconds between two runs, at the most */
} kinds[] = {
    [RECURRENCE_ONCE] = { "ONCE", 0 },
    [RECURRENCE_HOURLY] = { "HOURLY", HOUR },
    [RECURRENCE_DAILY] = { "DAILY", DAY + HOUR },
    [RECURRENCE_WEEKLY] = { "WEEKLY", 7 * DAY + HOUR },
    [RECURRENCE_MONTHLY] = { "MONTHLY", 31 * DAY + HOUR },
    [RECURRENCE_YEARLY] = { "YEARLY", 366 * DAY + HOUR },
};

const char *
recurrence_name(enum recurrence recurrence)
{
    return kinds[recurrence].name;
}

bool
recurrence_from_name(struct str name, enum recurrence *recurrence)
{
    for (size_t i = 0; i < N_ELEMENTS(kinds); i++) {
        if (!str_equal_nocase(name, str_from(kinds[i].name)))
            continue;
        *recurrence = (enum recurrence)i;
        return true;
    }
    return false;
}

static int
days_of_month(int year, int month)
{
    static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    bool             is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month] + (month == 1 && is_leap);
}

/* The n-th run, in seconds. */
static int64_t
run_at(enum recurrence recurrence, int64_t first, int64_t n)
{
    time_t    begin = (time_t)first;
    struct tm at;

    if (recurrence == RECURRENCE_HOURLY)
        return first + n * HOUR;
    localtime_r(&begin, &at);
    at.tm_isdst = -1;
    switch (recurrence) {
    case RECURRENCE_DAILY:
        at.tm_mday += (int)n;
        break;
    case RECURRENCE_WEEKLY:
        at.tm_mday += (int)(7 * n);
        break;
    case RECURRENCE_MONTHLY:
    case RECURRENCE_YEARLY: {
        int64_t months = at.tm_mon + (recurrence == RECURRENCE_YEARLY ? 12 * n : n);
        int     most;

        at.tm_year += (int)(months / 12);
        at.tm_mon = (int)(months % 12);
        most = days_of_month(at.tm_year + 1900, at.tm_mon);
        at.tm_mday = at.tm_mday < most ? at.tm_mday : most;
        break;
    }
    case RECURRENCE_ONCE:
    case RECURRENCE_HOURLY:
    case N_RECURRENCES:
        break;
    }
    return (int64_t)mktime(&at);
}

int64_t
recurrence_next(enum recurrence recurrence, int64_t first, int64_t after)
{
    int64_t begin = first / SECOND, fraction = first % SECOND, n = 0;

    if (first > after)
        return first;
    if (recurrence == RECURRENCE_ONCE)
        return 0;

    /* No run is skipped by counting with the longest distance; few are left to look at. */
    n = (after / SECOND - begin) / kinds[recurrence].longest;
    while (run_at(recurrence, begin, n) * SECOND + fraction <= after)
        n++;
    return run_at(recurrence, begin, n) * SECOND + fraction;
}
