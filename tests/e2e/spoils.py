# SPDX-License-Identifier: Apache-2.0
"""What may stand in place of a reply."""

# Replies in place of a JSON document that make sense for nobody.
NOT_JSON = {
    "empty": b"",
    "a blank": b" \n",
    "a page of a proxy": b"<html><body>502 Bad Gateway</body></html>",
    "an open string": b'{"servers": [{"id": "',
    "nesting without end": b"[" * 300000,
    "objects without end": b'{"a":' * 300000,
    "NULs": bytes(4096),
    "two documents": b"{} {}",
}
WRONG_JSON = {
    "a number": b"17",
    "a huge number": b"1e999999",
    "a string": b'"servers"',
    "null": b"null",
    "true": b"true",
}
# Text in place of the output of a command: it may say nothing, but must not hurt.
HOSTILE_TEXT = {
    "empty": b"",
    "NULs": bytes(4096),
    "not UTF-8": b"2: \xff\xfe\x80: <UP> mtu 1500\n    link/ether \xc3\x28 brd ff\n",
    "one long line": b"x" * (1 << 20),
    "many lines": b"2: a: <UP>\n" * 50000,
    "only colons": b":" * 4096 + b"\n",
    "huge numbers": b"99999999999999999999: eth0: <UP> mtu 99999999999999999999\n",
    "nesting": b"<a>" * 100000,
    "an entity bomb": b'<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
                      b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><domain><uuid>&c;</uuid></domain>',
    "terminal commands": b"\x1b[2J\x1b]0;owned\x07 port 1: \x1b[31meth0\n",
}


def spoil_file(path, random, spoils):
    """Replaces, cuts or changes the content of a file."""
    with open(path, "rb") as stream:
        content = bytearray(stream.read())
    way = random.randrange(3)
    if way == 0 or not content:
        content = random.choice(spoils)
    elif way == 1:
        del content[random.randrange(len(content)):]
    else:
        for _ in range(1 + len(content) // 500):
            content[random.randrange(len(content))] = random.randrange(256)
    with open(path, "wb") as stream:
        stream.write(content)
