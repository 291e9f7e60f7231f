#include "transport/database_value.h"

#include "base/ascii.h"
#include "base/doc.h"
#include "base/utf8.h"

enum { MICROSECONDS = 6 /* digits */ };

/* Bytes that are no text. */
static void
add_hexadecimal(struct buf *out, struct str bytes)
{
    char *digits;

    buf_add(out, STR("\"0x"));
    digits = buf_extend(out, 2 * bytes.n);
    if (digits)
        ascii_write_hex(digits, (const unsigned char *)bytes.p, bytes.n);
    buf_char(out, '"');
}

/* Numbers may come with zeros ahead (ZEROFILL); what a signed number of 64 bits does not hold is a
 * text, which readers of JSON take. */
static void
add_integer(struct buf *out, struct str value)
{
    bool       is_negative = str_starts(value, STR("-"));
    struct str digits = str_skip(value, is_negative), largest = STR("9223372036854775807");

    while (digits.n > 1 && digits.p[0] == '0')
        digits = str_skip(digits, 1);
    if (digits.n > largest.n || (digits.n == largest.n && str_compare(digits, largest) > 0)) {
        doc_write_text(out, value);
        return;
    }
    buf_add(out, is_negative ? STR("-") : STR_NONE);
    buf_add(out, digits);
}

static void
add_real(struct buf *out, struct str digits)
{
    buf_add(out, digits);
    if (str_find_char(digits, '.') < 0 && str_find_char(digits, 'e') < 0)
        buf_add(out, STR(".0"));
}

/* "2026-11-22 08:19:09", with microseconds where there are some. */
static void
add_time(struct buf *out, struct str time)
{
    ptrdiff_t  dot = str_find_char(time, '.');
    struct str fraction = dot < 0 ? STR_NONE : str_skip(time, (size_t)dot + 1);

    buf_printf(out, "\"%.*s", STR_ARG(dot < 0 ? time : str_head(time, (size_t)dot)));
    if (strspn(fraction.p, "0") < fraction.n) {
        buf_printf(out, ".%.*s", STR_ARG(fraction));
        for (size_t i = fraction.n; i < MICROSECONDS; i++)
            buf_char(out, '0');
    }
    buf_char(out, '"');
}

static void
add_bits(struct buf *out, struct str bytes)
{
    uint64_t bits = 0;

    for (size_t i = 0; i < bytes.n; i++)
        bits = bits << 8 | (unsigned char)bytes.p[i];
    buf_printf(out, "%llu", (unsigned long long)bits);
}

void
database_value_write(struct buf *out, enum database_kind kind, struct str value)
{
    if (!value.p) {
        buf_add(out, STR("null"));
        return;
    }
    switch (kind) {
    case DATABASE_INTEGER:
        add_integer(out, value);
        break;
    case DATABASE_REAL:
        add_real(out, value);
        break;
    case DATABASE_TIME:
        add_time(out, value);
        break;
    case DATABASE_BITS:
        add_bits(out, value);
        break;
    case DATABASE_BYTES:
        if (utf8_invalid_at(value) < value.n) {
            add_hexadecimal(out, value);
            break;
        }
        doc_write_text(out, value);
        break;
    case DATABASE_TEXT:
        doc_write_text(out, value);
        break;
    }
}
