"""The journal: a line for each event, on disk before what it announces is begun. See docs/journal.md of Belay."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import fcntl
import os
import time

FORMAT = "belay.journal/1"


class JournalError(Exception):
    """The journal can not be used; the text says why and what to do."""


def escape(field):
    """A field as it stands in a line."""
    text = str(field)
    if text == "":
        return "-"
    if text == "-":
        return "\\x2d"
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")


def unescape(field):
    if "\\" not in field:
        return "" if field == "-" else field
    if field == "\\x2d":
        return "-"
    text = ""
    rest = iter(field)
    for character in rest:
        if character == "\\":
            character = next(rest, "")
            character = {"t": "\t", "n": "\n"}.get(character, character)
        text += character
    return text


def read_journal(path):
    """The fields of the first line, and those of each event; a last line without a line break counts for nothing."""
    try:
        with open(path, "r", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            text = file.read()
    except FileNotFoundError:
        return None, []
    lines = text.split("\n")[:-1]
    if not lines:
        return None, []
    head, events = lines[0].split("\t"), lines[1:]
    if head[0] != FORMAT or len(head) != 4:
        raise JournalError("%s is not a journal of this version (%s)" % (path, FORMAT))
    return [unescape(field) for field in head], [[unescape(field) for field in line.split("\t")] for line in events]


class Journal:
    """The journal of one run, held by a lock against every other program that would write it."""

    def __init__(self, folder, plan, digest, read_only=False):
        self.path = os.path.join(folder, "journal")
        self.file = None
        self.lock = None
        self.identity = ""
        self.head = [FORMAT, plan, digest]
        self.folder = folder
        if not read_only:
            self._take_lock()
            self._mend_end()
        head, self.events = read_journal(self.path)
        if head is not None:
            if head[2] != digest:
                raise JournalError(
                    "%s belongs to %s %s, this project is %s %s: finish with what began it, or name another folder"
                    % (folder, head[1], head[2], plan, digest)
                )
            self.identity = head[3]
        if not read_only:
            self._open()

    def _take_lock(self):
        try:
            os.makedirs(self.folder, mode=0o700, exist_ok=True)
            self.lock = open(os.path.join(self.folder, "lock"), "a+", encoding="utf-8")
        except OSError as error:
            raise JournalError("cannot write in %s: %s" % (self.folder, error.strerror)) from error
        for _attempt in range(10):
            try:
                fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                time.sleep(0.1)
        else:
            self.lock.seek(0)
            raise JournalError("another run holds %s: %s" % (self.folder, self.lock.readline().strip() or "unknown"))
        self.lock.truncate(0)
        self.lock.write("PID %d on %s, ansible since %s\n" % (os.getpid(), os.uname().nodename, time.strftime("%F %T")))
        self.lock.flush()

    def _mend_end(self):
        """A kill may have cut off the last line; the next one does not grow onto it."""
        try:
            with open(self.path, "rb+") as file:
                text = file.read()
                if text and not text.endswith(b"\n"):
                    file.truncate(text.rfind(b"\n") + 1)
        except FileNotFoundError:
            pass

    def _open(self):
        self.file = open(self.path, "a", encoding="utf-8", errors="surrogateescape", newline="\n")
        if self.identity == "":
            moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
            self.identity = "%s-%s-%d" % (os.uname().nodename, moment, os.getpid())
            self._write(self.head + [self.identity])
            folder = os.open(self.folder, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def append(self, events):
        """Writes events, lists of fields of which the first is the event, and waits until the disk has them."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self._write(*[[moment] + list(event) for event in events])

    def _write(self, *lines):
        if self.file is None:
            return
        self.file.write("".join("\t".join(escape(field) for field in line) + "\n" for line in lines))
        self.file.flush()
        os.fdatasync(self.file.fileno())
