/* UTF-8 as RFC 3629 has it. */

#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/str.h"

/* The length of the character at the beginning of 's', which is not empty; 0: it is none. */
size_t utf8_length(struct str s);

/* Where the first byte is that belongs to no character; the end when there is none. */
size_t utf8_invalid_at(struct str s);

#endif
