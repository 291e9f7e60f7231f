/* When schedules run. Expected times were written down from a calendar. */

#include "testing.h"

#include <stdlib.h>
#include <time.h>

#include "jobs/recurrence.h"
#include "store/store.h"

static int64_t
at(const char *text)
{
    int64_t time;

    assert_true(store_read_time(str_from(text), &time));
    return time;
}

static void
assert_next(enum recurrence recurrence, const char *first, const char *after, const char *expected)
{
    int64_t next = recurrence_next(recurrence, at(first), at(after));

    if (next != at(expected)) {
        AUTO_BUF text = { 0 };

        store_write_time(&text, next);
        fail_msg("%s from %s after %s: %s, not %s", recurrence_name(recurrence), first, after,
                 buf_c(&text), expected);
    }
}

static void
set_zone(const char *zone)
{
    setenv("TZ", zone, 1);
    tzset();
}

static void
test_plain(void **state UNUSED)
{
    set_zone("UTC");
    assert_next(RECURRENCE_HOURLY, "2026-03-04T10:20:30.500Z", "2026-03-04T10:20:30.500Z",
                "2026-03-04T11:20:30.500Z");
    assert_next(RECURRENCE_HOURLY, "2026-03-04T10:20:00Z", "2026-03-05T10:19:59Z",
                "2026-03-05T10:20:00Z");
    assert_next(RECURRENCE_DAILY, "2026-03-04T02:00:00Z", "2026-03-04T02:00:00Z",
                "2026-03-05T02:00:00Z");
    assert_next(RECURRENCE_WEEKLY, "2026-03-04T02:00:00Z", "2026-03-30T00:00:00Z",
                "2026-04-01T02:00:00Z");
    assert_next(RECURRENCE_YEARLY, "2026-03-04T02:00:00Z", "2031-03-04T02:00:01Z",
                "2032-03-04T02:00:00Z");
}

static void
test_first_is_a_run(void **state UNUSED)
{
    set_zone("UTC");
    assert_next(RECURRENCE_DAILY, "2026-03-04T02:00:00Z", "2026-03-01T00:00:00Z",
                "2026-03-04T02:00:00Z");
    assert_next(RECURRENCE_ONCE, "2026-03-04T02:00:00Z", "2026-03-01T00:00:00Z",
                "2026-03-04T02:00:00Z");
    assert_int_equal(
        recurrence_next(RECURRENCE_ONCE, at("2026-03-04T02:00:00Z"), at("2026-03-04T02:00:00Z")),
        0);
}

/* However long nobody was there, the next run is the next in the calendar. */
static void
test_after_a_long_time(void **state UNUSED)
{
    set_zone("UTC");
    assert_next(RECURRENCE_HOURLY, "2006-01-01T00:30:00Z", "2026-06-15T12:30:00Z",
                "2026-06-15T13:30:00Z");
    assert_next(RECURRENCE_DAILY, "2006-01-01T00:30:00Z", "2026-06-15T12:30:00Z",
                "2026-06-16T00:30:00Z");
    assert_next(RECURRENCE_MONTHLY, "2006-01-10T00:30:00Z", "2026-06-15T12:30:00Z",
                "2026-07-10T00:30:00Z");
}

static void
test_ends_of_months(void **state UNUSED)
{
    set_zone("UTC");
    assert_next(RECURRENCE_MONTHLY, "2026-01-31T02:00:00Z", "2026-02-01T00:00:00Z",
                "2026-02-28T02:00:00Z");
    assert_next(RECURRENCE_MONTHLY, "2026-01-31T02:00:00Z", "2026-02-28T02:00:00Z",
                "2026-03-31T02:00:00Z");
    assert_next(RECURRENCE_MONTHLY, "2027-10-31T02:00:00Z", "2028-01-31T02:00:00Z",
                "2028-02-29T02:00:00Z");
    assert_next(RECURRENCE_YEARLY, "2024-02-29T02:00:00Z", "2024-03-01T00:00:00Z",
                "2025-02-28T02:00:00Z");
    assert_next(RECURRENCE_YEARLY, "2024-02-29T02:00:00Z", "2027-03-01T00:00:00Z",
                "2028-02-29T02:00:00Z");
}

/* Berlin: 2026-03-29 02:00 becomes 03:00, 2026-10-25 03:00 becomes 02:00. */
static void
test_summer_time(void **state UNUSED)
{
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_next(RECURRENCE_DAILY, "2026-03-27T01:30:00Z", "2026-03-28T01:30:00Z",
                "2026-03-29T01:30:00Z"); /* 02:30 is left out: 03:30 */
    assert_next(RECURRENCE_DAILY, "2026-03-27T01:30:00Z", "2026-03-29T01:30:00Z",
                "2026-03-30T00:30:00Z");
    assert_next(RECURRENCE_DAILY, "2026-03-27T04:00:00Z", "2026-03-29T00:00:00Z",
                "2026-03-29T03:00:00Z");
    assert_next(RECURRENCE_DAILY, "2026-10-24T03:00:00Z", "2026-10-24T03:00:00Z",
                "2026-10-25T04:00:00Z");
    assert_next(RECURRENCE_WEEKLY, "2026-10-20T03:00:00Z", "2026-10-21T00:00:00Z",
                "2026-10-27T04:00:00Z");
    assert_next(RECURRENCE_HOURLY, "2026-03-29T00:30:00Z", "2026-03-29T00:30:00Z",
                "2026-03-29T01:30:00Z");
}

static void
test_names(void **state UNUSED)
{
    enum recurrence recurrence;

    for (unsigned i = 0; i < N_RECURRENCES; i++) {
        assert_true(
            recurrence_from_name(str_from(recurrence_name((enum recurrence)i)), &recurrence));
        assert_int_equal(recurrence, i);
    }
    assert_true(recurrence_from_name(STR("daily"), &recurrence));
    assert_false(recurrence_from_name(STR("SOMETIMES"), &recurrence));
    assert_false(recurrence_from_name(STR_NONE, &recurrence));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_first_is_a_run),
        cmocka_unit_test(test_after_a_long_time),
        cmocka_unit_test(test_ends_of_months),
        cmocka_unit_test(test_summer_time),
        cmocka_unit_test(test_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
