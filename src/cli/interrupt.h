/* Ctrl-C and SIGTERM: the first asks whatever runs to end in good order, the second ends at once. */

#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdatomic.h>

/* From now on; the flag is for those who look at it. */
const atomic_bool *catch_interrupts(void);

/* As the first Ctrl-C. */
void interrupt(void);

#endif
