#include "base/utf8.h"

size_t
utf8_length(struct str s)
{
    const unsigned char *p = (const unsigned char *)s.p;
    size_t        n = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    unsigned char low = 0x80, high = 0xbf; /* of the second byte */

    if (p[0] > 0xf4 || n > s.n)
        return 0;
    if (p[0] == 0xe0)
        low = 0xa0; /* less would be longer than needed */
    else if (p[0] == 0xed)
        high = 0x9f; /* more would be surrogates */
    else if (p[0] == 0xf0)
        low = 0x90;
    else if (p[0] == 0xf4)
        high = 0x8f; /* more would be beyond U+10FFFF */
    for (size_t i = 1; i < n; i++) {
        if (p[i] < low || p[i] > high)
            return 0;
        low = 0x80;
        high = 0xbf;
    }
    return n;
}

size_t
utf8_invalid_at(struct str s)
{
    size_t i = 0;

    while (i < s.n) {
        uint64_t eight;
        size_t   n;

        if (s.n - i >= sizeof eight) {
            memcpy(&eight, s.p + i, sizeof eight);
            if (!(eight & 0x8080808080808080u)) {
                i += sizeof eight;
                continue;
            }
        }
        n = (unsigned char)s.p[i] < 0x80 ? 1 : utf8_length(str_skip(s, i));
        if (n == 0)
            break;
        i += n;
    }
    return i;
}
