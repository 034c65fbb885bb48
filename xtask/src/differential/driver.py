"""Asks QEMU's schema frontend what it says of schemas, one after another.

Arguments: the folder of the package `qapi`. Works in the top of the tree with the schemas.

A request is the path of the root schema, then pairs of a path and the content that is read from
there instead of the file's, then an empty path. The answer is a letter and a text: "A" and the
dump of a schema that is accepted ("a" where the tree has no program to dump it), "R" and the
error of one that is refused, "X" and the exception where the frontend fails otherwise. Each text
is sent as its length in bytes, a line end, and its bytes.
"""

import contextlib
import importlib.util
import io
import os
import sys

sys.path.insert(0, sys.argv[1])

import qapi.parser  # noqa: E402
from qapi.error import QAPIError  # noqa: E402
from qapi.schema import QAPISchema  # noqa: E402

DUMPER = 'tests/qapi-schema/test-qapi.py'

overlay = {}


def open_overlay(path, *args, **kwargs):
    content = overlay.get(os.path.abspath(path))
    if content is None:
        return open(path, *args, **kwargs)
    return io.TextIOWrapper(io.BytesIO(content), encoding='utf-8')


def load_dumper():
    if not os.path.exists(DUMPER):
        return None
    spec = importlib.util.spec_from_file_location('dumper', DUMPER)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.test_frontend


def judge(dump, root):
    output = io.StringIO()
    try:
        with contextlib.redirect_stdout(output):
            if dump is None:
                QAPISchema(root)
            else:
                dump(root)
    except QAPIError as error:
        return 'R' + str(error)
    except Exception as error:  # what it does not expect of a schema
        return 'X%s: %s' % (type(error).__name__, error)
    return ('a' if dump is None else 'A') + output.getvalue()


def receive(stream):
    length = stream.readline()
    return stream.read(int(length)) if length else None


def main():
    qapi.parser.open = open_overlay
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    dump = load_dumper()
    while True:
        root = receive(requests)
        if root is None:
            return
        overlay.clear()
        while path := receive(requests):
            overlay[os.path.abspath(path.decode())] = receive(requests)
        answer = judge(dump, root.decode()).encode(errors='replace')
        answers.write(b'%d\n%s' % (len(answer), answer))
        answers.flush()


main()
