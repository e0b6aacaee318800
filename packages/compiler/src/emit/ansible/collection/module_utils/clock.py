"""Pauses by the clock: the time in which nothing ran counts. The shell program's runtime/pauses.sh does the same."""

from __future__ import absolute_import, division, print_function

__metaclass__ = type

import calendar
import time

from .journal import TIME


def left_of(seconds, since):
    """Of so many seconds that began then, those that are left; all of them where the clock was set back."""
    gone = int(time.time()) - calendar.timegm(time.strptime(since, TIME))
    return min(max(seconds - gone, 0), seconds)
