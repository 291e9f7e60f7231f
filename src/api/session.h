/* Who asks. */

#ifndef API_SESSION_H
#define API_SESSION_H

#include "api/api.h"

#define SESSION_COOKIE "calipso_session"

enum session {
    SESSION_USER,    /* '*user' */
    SESSION_NOBODY,  /* nothing was shown */
    SESSION_REFUSED, /* wrong password, bad token, missing CSRF token: replied */
};

/* By "Authorization: Bearer" or "Basic", X-Auth-Token, or the browser's cookie. Whoever comes by
 * cookie and changes something must also show the session's CSRF token (X-CSRF-Token), which other
 * sites cannot know. */
enum session session_find(struct call *, struct user *);

/* Does whoever asks come with a name and password, of which a hash takes its time? */
bool session_has_password(const struct call *);

/* Whose token is this? As access_check_token(); the token itself lives as long as the call has its
 * store. */
bool session_check_token(struct call *, struct str secret, struct user *, struct token *,
                         struct error *) MUST_CHECK;

/* What was shown as a token; "" = nothing. */
struct str session_secret(const struct http_request *, bool *by_cookie);

/* The CSRF token of a session, and its cookie. */
struct str session_csrf(struct arena *, struct str secret);
struct str session_cookie(struct arena *, struct str secret, int64_t seconds, bool is_encrypted);

/* Before a session begins: does a page of this server, or a program, want it? A page of another site could
 * sign a browser in as somebody else, whose data is then taken for one's own. False after replying 403
 * or 415. */
bool session_may_begin(struct call *) MUST_CHECK;

/* A sign-in that failed: 401, or 429 with the seconds to wait. */
void session_reply_refused(struct call *, const struct error *);

#endif
