"""The journal: a line for each event, on disk before what it announces is begun. See docs/journal.md of Belay."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import fcntl
import json
import os
import time

FORMAT = "belay.journal/2"
TIME = "%Y-%m-%dT%H:%M:%SZ"

# The fields of each event behind its time and its name, in the order in which a line has them. The shell program's
# runtime/journal.sh writes the same lines, to the byte.
EVENT_FIELDS = {
    "run-begin": ("command", "process", "machine", "directory"),
    "run-end": ("code", "reason"),
    "step-begin": ("step", "batch", "attempt"),
    "step-end": ("step", "batch", "result", "seconds"),
    "action-begin": ("step", "batch", "action", "host", "title"),
    "action-end": ("step", "batch", "action", "host", "result", "code", "seconds"),
    "boot-id": ("step", "batch", "action", "host", "id"),
    "approved": ("step", "batch", "user"),
    "repeat": ("step", "batch", "user"),
    "batch-begin": ("step", "batch", "hosts"),
    "batch-end": ("step", "batch", "result"),
    "host-skipped": ("step", "batch", "host"),
    "host-failed": ("step", "batch", "host", "bodyStep"),
    "lock-taken": ("step", "batch", "host", "lock"),
    "lock-released": ("step", "batch"),
    "lock-lost": ("step", "batch"),
    "rollback-begin": ("target",),
    "undo-begin": ("step", "batch", "action", "host", "title"),
    "undo-end": ("step", "batch", "action", "host", "result", "code", "seconds"),
    "step-undone": ("step", "batch"),
    "rollback-end": ("result",),
}
NUMBERS = ("process", "code", "batch", "attempt", "seconds")


class JournalError(Exception):
    """The journal can not be used; the text says why and what to do."""


def quoted(text):
    return json.dumps(str(text), ensure_ascii=False)


def event_line(moment, event, *fields):
    """A line: `fields` are those of the event, in their order; `hosts`, the last one, is all that are left."""
    parts = ['"time":%s,"event":%s' % (quoted(moment), quoted(event))]
    for index, name in enumerate(EVENT_FIELDS[event]):
        if name == "hosts":
            value = "[%s]" % ",".join(quoted(host) for host in fields[index:])
        else:
            value = str(fields[index]) if name in NUMBERS else quoted(fields[index])
        parts.append('"%s":%s' % (name, value))
    return "{%s}\n" % ",".join(parts)


def stamp():
    """Now, as the journal says it."""
    return time.strftime(TIME, time.gmtime())


def event_of(line):
    """The time, the event and its fields in their order, hosts one by one; None if the line is no event."""
    try:
        said = json.loads(line)
        moment, event = said.pop("time"), said.pop("event")
    except (ValueError, AttributeError, KeyError, TypeError):
        return None
    fields = []
    for name in EVENT_FIELDS.get(event, ()):
        value = said.get(name, "")
        fields.extend(value if isinstance(value, list) else [value])
    return [moment, event] + fields


def read_journal(path):
    """The first line, as an object, and the events; a last line without a line break counts for nothing."""
    try:
        with open(path, "r", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            text = file.read()
    except FileNotFoundError:
        return None, []
    lines = text.split("\n")[:-1]
    if not lines:
        return None, []
    if lines[0].startswith("belay.journal/1\t"):
        raise JournalError(
            "%s is a journal that an older Belay began (belay.journal/1); this project keeps %s: finish with the program "
            "that began it, or take it back with that, and begin anew in another folder" % (path, FORMAT)
        )
    try:
        head = json.loads(lines[0])
        head = head if head["format"] == FORMAT else None
    except (ValueError, KeyError, TypeError):
        head = None
    if head is None:
        raise JournalError("%s is not a journal of this version (%s)" % (path, FORMAT))
    events = []
    for number, line in enumerate(lines[1:], 2):
        event = event_of(line)
        if event is None:
            raise JournalError("line %d of %s is not an event: put back a copy that is whole" % (number, path))
        events.append(event)
    return head, events


class Journal:
    """The journal of one run, held by a lock against every other program that would write it."""

    def __init__(self, folder, plan, digest, read_only=False):
        self.path = os.path.join(folder, "journal")
        self.file = None
        self.lock = None
        self.identity = ""
        self.plan, self.digest = plan, digest
        self.folder = folder
        if not read_only:
            self._take_lock()
            self._mend_end()
        head, self.events = read_journal(self.path)
        if head is not None:
            if head.get("digest") != digest:
                raise JournalError(
                    "%s belongs to %s %s, this project is %s %s: finish with what began it, or name another folder"
                    % (folder, head.get("plan"), head.get("digest"), plan, digest)
                )
            self.identity = head.get("run", "")
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
            head = (FORMAT, self.plan, self.digest, self.identity)
            self._write('{"format":%s,"plan":%s,"digest":%s,"run":%s}\n' % tuple(quoted(one) for one in head))
            folder = os.open(self.folder, os.O_RDONLY)
            os.fsync(folder)
            os.close(folder)

    def append(self, events):
        """Writes events, lists of fields of which the first is the event, and waits until the disk has them."""
        moment = stamp()
        self._write("".join(event_line(moment, *event) for event in events))

    def _write(self, text):
        if self.file is None:
            return
        self.file.write(text)
        self.file.flush()
        os.fdatasync(self.file.fileno())
