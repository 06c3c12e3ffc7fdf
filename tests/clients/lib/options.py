"""What all scripts ask for on the command line."""
import argparse
import contextlib
import shutil
import tempfile

import ports


def parser(description):
    p = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--server", default="127.0.0.1:5060")
    p.add_argument("--domain", default="127.0.0.1")
    p.add_argument("--caller", default="1001:secret", help="NUMBER:PASSWORD")
    p.add_argument("--callee", default="1002:secret", help="NUMBER:PASSWORD")
    p.add_argument("--out", default=None, help="folder for logs and recordings, kept (default: a temporary one, kept only after a failure)")
    ports.add_option(p)
    return p


def account(text):
    number, _, password = text.partition(":")
    return number, password


def verdict(story, *arguments):
    """Plays it, and says as the last line how that went. -> the exit code"""
    try:
        story(*arguments)
    except AssertionError as fault:
        print(f"FAIL {fault}")
        return 1
    print("PASS")
    return 0


@contextlib.contextmanager
def work_folder(options, failed):
    """The folder of a run; `failed()` is asked at the end whether it is worth keeping."""
    folder = options.out or tempfile.mkdtemp(prefix="edgepbx-clients-")
    try:
        yield folder
    finally:
        if failed():
            print("logs in", folder)
        elif not options.out:
            shutil.rmtree(folder, ignore_errors=True)
