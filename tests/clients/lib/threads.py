"""Another process's threads: found by name, and made to stand still from outside (ptrace(2)), so that it knows nothing of it."""
import ctypes
import os

PTRACE_DETACH, PTRACE_SEIZE, PTRACE_INTERRUPT, WALL = 17, 0x4206, 0x4207, 0x40000000


def find(process, name):
    """The one that has this name."""
    tasks = f"/proc/{process}/task"
    found = []
    for task in os.listdir(tasks):
        with open(f"{tasks}/{task}/comm") as file:
            if file.read().strip() == name:
                found.append(int(task))
    assert len(found) == 1, f"{len(found)} threads have the name {name}"
    return found[0]


def freeze(task):
    """Back when it stands still; it does until thaw(), or the end of this process."""
    _ptrace(PTRACE_SEIZE, task)
    _ptrace(PTRACE_INTERRUPT, task)
    os.waitpid(task, WALL)


def thaw(task):
    _ptrace(PTRACE_DETACH, task)


def has_ended(task):
    """Whether it is gone while it stood still. Nobody hears of the end of its process before this was asked."""
    found, status = os.waitpid(task, WALL | os.WNOHANG)
    return found == task and (os.WIFEXITED(status) or os.WIFSIGNALED(status))


def _ptrace(request, task):
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    assert libc.ptrace(request, task, None, None) == 0, f"ptrace: {os.strerror(ctypes.get_errno())}"
