/* Print the tables of routes, one a line: method, path, right, and what of it is so: "original",
 * "checks", "body", and "?NAME" for each parameter of the query. */

#include <stdio.h>

#include "api/route.h"

static void
print(const struct route *route)
{
    const struct parameter *p = route->query;

    printf("%s\t%s\t%s\t", http_method_name(route->method), route->path, right_name(route->right));
    if (route->flags & ROUTE_ORIGINAL)
        printf("original ");
    if (route->flags & ROUTE_CHECKS)
        printf("checks ");
    if (route->body)
        printf("body ");
    for (; p && p->name; p++)
        printf("?%s ", p->name);
    putchar('\n');
}

int
main(void)
{
    for (const struct route *route = v1_routes; route->path; route++)
        print(route);
    for (const struct route *route = original_routes; route->path; route++)
        print(route);
    for (const struct route *route = page_routes; route->path; route++)
        print(route);
    return 0;
}
