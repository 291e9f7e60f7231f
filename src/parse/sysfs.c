/* Text of `ls -l /sys/class/net`: a symbolic link for each device; where it leads tells physical
 * devices from virtual ones (bridges, bonds, taps, VLANs):
 *
 *     total 0
 *     lrwxrwxrwx 1 root root 0 Nov 22 08:18 eno1 -> ../../devices/pci0000:00/0000:00:01.0/net/eno1
 *     lrwxrwxrwx 1 root root 0 Nov 22 08:18 lo -> ../../devices/virtual/net/lo
 *
 * The name is taken from the end of the target, because the columns before it vary. */

#include "parse/parse.h"
#include "parse/reply.h"

bool
parse_sysfs_net(struct arena *arena, struct str reply, struct sysfs_devices *devices,
                struct error *err UNUSED)
{
    struct sysfs_devices found = { 0 };
    struct str           rest = reply_plain(arena, reply), line;

    while (str_line(&rest, &line)) {
        ptrdiff_t  arrow = str_find(line, STR(" -> "));
        struct str target = arrow < 0 ? STR_NONE : str_trim(str_skip(line, (size_t)arrow + 4));
        ptrdiff_t  slash = str_find_last(target, '/');
        struct str name = slash < 0 ? STR_NONE : str_skip(target, (size_t)slash + 1);

        if (!str_starts(line, STR("lrwx")) || str_empty(name))
            continue;
        arena_grow(arena, found.items, found.n, found.capacity);
        found.items[found.n++] = (struct sysfs_device){
            .name = name,
            .is_virtual = str_has(target, STR("/virtual/")),
        };
    }
    *devices = found;
    return true;
}
