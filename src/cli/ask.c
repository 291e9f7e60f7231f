#include "cli/ask.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"

/* What a signal handler needs to give the terminal back: there is one terminal, and one question. */
static struct termios terminal;

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

/* The signal itself comes again when the handler returns, and ends the program. */
static void
give_back(int number)
{
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal);
    raise(number);
}

bool
ask_line(char line[LONGEST_ANSWER], struct str *answer)
{
    if (!fgets(line, LONGEST_ANSWER, stdin)) {
        clearerr(stdin);
        return false;
    }
    *answer = str_from(line);
    if (str_ends(*answer, STR("\n")))
        answer->n--;
    return true;
}

bool
ask_hidden(char line[LONGEST_ANSWER], struct str *answer)
{
    struct sigaction action = { .sa_handler = give_back, .sa_flags = SA_RESETHAND };
    struct sigaction before[N_ELEMENTS(signals)];
    struct termios   hidden;
    sigset_t         stop, mask;
    bool             good;

    if (tcgetattr(STDIN_FILENO, &terminal) != 0)
        return false;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP); /* a shell would be left without echo */
    sigprocmask(SIG_BLOCK, &stop, &mask);
    for (size_t i = 0; i < N_ELEMENTS(signals); i++)
        sigaction(signals[i], &action, &before[i]);
    hidden = terminal;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    good = tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0 && ask_line(line, answer);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &terminal);
    for (size_t i = 0; i < N_ELEMENTS(signals); i++)
        sigaction(signals[i], &before[i], NULL);
    sigprocmask(SIG_SETMASK, &mask, NULL);
    fputc('\n', stderr);
    return good;
}

static bool
read_first_line(FILE *f, const char *name, struct arena *arena, struct str *secret,
                struct error *err)
{
    char       line[LONGEST_ANSWER];
    size_t     n = 0;
    struct str rest, first;
    int        c;

    while (n < sizeof line && (c = getc(f)) != EOF && c != '\n')
        line[n++] = (char)c;
    if (ferror(f))
        return error_set(err, ERROR_CONFIG, errno, "cannot read %s: %s", name, strerror(errno));
    if (n == sizeof line)
        return error_set(err, ERROR_CONFIG, 0, "%s: its first line is no password: it is too long",
                         name);
    rest = (struct str){ line, n };
    if (!str_line(&rest, &first) || str_empty(first)) /* which takes a CR away */
        return error_set(err, ERROR_CONFIG, 0, "%s: there is nothing in its first line", name);
    *secret = arena_str(arena, first);
    explicit_bzero(line, sizeof line);
    return true;
}

bool
ask_file(const char *path, struct arena *arena, struct str *secret, struct error *err)
{
    bool        is_stdin = strcmp(path, "-") == 0;
    AUTO_FILE   opened = is_stdin ? NULL : fopen(path, "re");
    struct stat file;

    if (is_stdin)
        return read_first_line(stdin, "standard input", arena, secret, err);
    if (!opened)
        return error_set(err, ERROR_CONFIG, errno, "cannot open %s: %s", path, strerror(errno));
    if (fstat(fileno(opened), &file) == 0 && S_ISREG(file.st_mode) && (file.st_mode & 077))
        fprintf(stderr, "calipso: warning: %s can be read by others: run chmod 600 on it\n", path);
    return read_first_line(opened, path, arena, secret, err);
}
