/* What every file may use: attributes, scope cleanup, and the list of functions nobody may call.
 *
 * Ownership:  CLEANUP(fn) releases a variable when its scope ends, last declared first.
 *             TAKE(p) hands a scoped pointer to its new owner. */

#ifndef BASE_COMPILER_H
#define BASE_COMPILER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MUST_CHECK __attribute__((warn_unused_result))
#define UNUSED __attribute__((unused))
#define NORETURN __attribute__((noreturn))
#define PRINTF(text, first) __attribute__((format(printf, text, first)))
#define CLEANUP(fn) __attribute__((cleanup(fn)))

#define TAKE(p)                                                                                    \
    __extension__({                                                                                \
        __typeof__(p) *take_ = &(p);                                                               \
        __typeof__(p)  value_ = *take_;                                                            \
        *take_ = NULL;                                                                             \
        value_;                                                                                    \
    })

#define N_ELEMENTS(array) (sizeof(array) / sizeof(array)[0])

/* Unsafe or locale-dependent functions; str_to_u32(), buf and error have the replacements. Only gcc
 * is asked: in a fortified build some of them are macros of the C library, and clang warns of
 * poisoning a macro. */
#ifndef __clang__
#pragma GCC poison strcpy strcat sprintf vsprintf strtok atoi atol atof localtime gmtime
#endif

#endif
