/* zlib at its fastest level. */

#include "server/compress.h"

#include <zlib.h>

enum { WORTH = 1024, LEAST_WINDOW = 11, LARGEST_WINDOW = 15, GZIP = 16 };

/* The weight of an encoding: is it "q=0", "q=0.0" ...? */
static bool
is_refused(struct str parameters)
{
    struct str p;

    while (str_cut(&parameters, ';', &p)) {
        p = str_trim(p);
        if (!str_starts(p, STR("q=")) && !str_starts(p, STR("Q=")))
            continue;
        for (p = str_skip(p, 2); p.n && (p.p[0] == '0' || p.p[0] == '.'); p = str_skip(p, 1))
            continue;
        return p.n == 0;
    }
    return false;
}

bool
compress_accepted(struct str accept_encoding)
{
    struct str rest = accept_encoding, one;
    bool       accepts_any = false;

    while (str_cut(&rest, ',', &one)) {
        struct str parameters = one, name;

        if (!str_cut(&parameters, ';', &name))
            continue;
        name = str_trim(name);
        if (str_equal_nocase(name, STR("gzip")) || str_equal_nocase(name, STR("x-gzip")))
            return !is_refused(parameters);
        if (str_is(name, "*"))
            accepts_any = !is_refused(parameters);
    }
    return accepts_any;
}

bool
compress_is_worth(struct str type, size_t size)
{
    struct str parameters = type, name;

    if (size <= WORTH || !str_cut(&parameters, ';', &name))
        return false;
    name = str_trim(name);
    return str_starts(name, STR("text/")) || str_ends(name, STR("/json")) ||
           str_ends(name, STR("+json"));
}

/* As many bits as the text needs: zlib clears memory of four times the window, which costs more
 * than compressing a small text. */
static int
window_for(size_t size)
{
    int bits = LEAST_WINDOW;

    while (bits < LARGEST_WINDOW && size > (size_t)1 << bits)
        bits++;
    return bits;
}

bool
compress_gzip(struct buf *text)
{
    int        bits = window_for(text->n);
    z_stream   z = { .next_in = (Bytef *)text->p, .avail_in = (uInt)text->n };
    struct buf smaller;
    char      *out;

    buf_init(&smaller, text->n);
    out = buf_extend(&smaller, text->n); /* what is not smaller does not fit */
    if (!out || deflateInit2(&z, Z_BEST_SPEED, Z_DEFLATED, bits + GZIP, bits - 7,
                             Z_DEFAULT_STRATEGY) != Z_OK)
        abort();
    z.next_out = (Bytef *)out;
    z.avail_out = (uInt)text->n;
    smaller.n = deflate(&z, Z_FINISH) == Z_STREAM_END ? z.total_out : 0;
    deflateEnd(&z);
    if (smaller.n == 0) {
        buf_done(&smaller);
        return false;
    }
    buf_done(text);
    *text = smaller;
    return true;
}
