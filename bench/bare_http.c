/* The least that a server on libmicrohttpd can do: the same body to every request. What our server
 * reaches is told as a part of its rate (bench/server.py).
 *
 *     bare_http BYTES THREADS
 *
 * It prints the address where it listens, and ends with its standard input. */

#include <arpa/inet.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct body {
    char  *bytes;
    size_t n;
};

static enum MHD_Result
answer(void *context, struct MHD_Connection *connection, const char *url, const char *method,
       const char *version, const char *data, size_t *n_data, void **request)
{
    const struct body   *body = context;
    struct MHD_Response *response;
    enum MHD_Result      result;

    (void)url, (void)method, (void)version, (void)data, (void)n_data;
    if (!*request) { /* an answer to the head alone would close the connection */
        *request = context;
        return MHD_YES;
    }
    response = MHD_create_response_from_buffer(body->n, body->bytes, MHD_RESPMEM_PERSISTENT);
    MHD_add_response_header(response, "Content-Type", "application/json; charset=UTF-8");
    result = MHD_queue_response(connection, MHD_HTTP_OK, response);
    MHD_destroy_response(response);
    return result;
}

int
main(int argc, char **argv)
{
    struct body        body = { .n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000 };
    unsigned           threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 2;
    struct sockaddr_in here = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    struct MHD_Daemon *daemon;
    char               byte;

    body.bytes = malloc(body.n + 1);
    if (!body.bytes)
        return 1;
    memset(body.bytes, 'x', body.n);
    daemon =
        MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, answer, &body,
                         MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&here,
                         MHD_OPTION_THREAD_POOL_SIZE, threads > 1 ? threads : 0, MHD_OPTION_END);
    if (!daemon)
        return 1;
    printf("127.0.0.1:%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
    fflush(stdout);
    while (read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    MHD_stop_daemon(daemon);
    free(body.bytes);
    return 0;
}
