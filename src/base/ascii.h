/* Kinds of characters, whatever the locale. */

#ifndef BASE_ASCII_H
#define BASE_ASCII_H

#include "base/compiler.h"

static inline bool
ascii_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline char
ascii_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* A letter or a digit. */
static inline bool
ascii_is_alphanumeric(char c)
{
    char letter = ascii_lower(c);

    return ascii_is_digit(c) || (letter >= 'a' && letter <= 'z');
}

/* The value of a hexadecimal digit, -1 for any other character. */
static inline int
ascii_hex(char c)
{
    char letter = ascii_lower(c);

    if (ascii_is_digit(c))
        return c - '0';
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static inline bool
ascii_is_hex(char c)
{
    return ascii_hex(c) >= 0;
}

/* Two lower-case hexadecimal digits of each byte; returns the end of what it wrote. */
static inline char *
ascii_write_hex(char *out, const unsigned char *bytes, size_t n)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    return out;
}

#endif
