/* The host probe: all questions to a host as one POSIX sh script, and the reader of what it prints.
 *
 * One session and one exec for each host and scan: 40 commands take 24 s as 40 SSH sessions, 0.7 s
 * as one script. What the script prints are sections, framed by a boundary that nothing on the host
 * can know before. A section is what a recording keeps of a command: its text, exit status, stderr
 * and stdout; forms that failed on the way to one that worked have theirs, too.
 *
 * Units:      sizes in bytes, times in seconds.
 * Ownership:  replies borrow from the output of the script; the rest belongs to the arena.
 * Errors:     ERROR_TRANSPORT: the output holds no section at all. */

#ifndef SCAN_PROBE_H
#define SCAN_PROBE_H

#include "base/map.h"
#include "scan/host_requests.h"

struct probe_limits {
    uint32_t command_time; /* for one command, where the host has timeout(1) */
    uint32_t reply_max;    /* what one command may write to stdout */
    bool     every_form;   /* ask every form and every substitute, not only until one answers */
};

extern const struct probe_limits probe_limits_default;

enum { PROBE_BOUNDARY_SIZE = 41 }; /* "calipso-", 32 hexadecimal digits, NUL */

/* A new random boundary; each run has its own. */
void probe_boundary(char boundary[static PROBE_BOUNDARY_SIZE]);

/* The script for a host with these roles; it is fed to `sh` on its standard input. */
struct str probe_script(struct arena *, const struct environment *, unsigned roles,
                        const char *boundary, const struct probe_limits *);

struct probe_section {
    struct str command;   /* as the table of requests writes it, with its word */
    int        status;    /* exit status */
    struct str text;      /* stdout */
    struct str complaint; /* stderr */
};

struct probe_replies {
    struct probe_section *sections; /* in the order of the script */
    size_t                n_sections;
    size_t                capacity;
    struct map            by_command;  /* command -> section */
    bool                  is_complete; /* the script came to its end */
};

/* Read what the script printed; what stands before the first section is skipped (banners). When
 * the output ends suddenly the finished sections are kept and 'is_complete' is false.
 * probe_replies_done() frees the map. */
bool probe_read(struct arena *, struct str output, const char *boundary,
                const struct probe_limits *, struct probe_replies *, struct error *) MUST_CHECK;
void probe_replies_done(struct probe_replies *);

#define AUTO_PROBE_REPLIES CLEANUP(probe_replies_done) struct probe_replies

/* As transport_ask(), from the sections. */
bool probe_ask(const struct probe_replies *, const struct request *forms, size_t n_forms,
               struct arena *, struct answer *) MUST_CHECK;

#endif
