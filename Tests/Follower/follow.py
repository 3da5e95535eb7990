#!/usr/bin/env python3
"""Runs scenarios against a real agentwatch that follows real files.

    follow.py --binary .build/debug/agentwatch --seed 1 kill_loop_create permission
    follow.py --list

Prints what was seen, one line a scenario. Exits 0 where all hold, 1 where one does not, 77 where
this machine does not allow it (with a line that says why).
"""

import argparse
import inspect
import signal
import sys
import time
import traceback

import contents  # noqa: F401
import faults  # noqa: F401
import kill_loop  # noqa: F401
import rotations  # noqa: F401
from harness import SCENARIOS as known
from harness import Broken, Run, Skipped


def play(name, function, options):
    """Whether a scenario holds; None where it cannot be run."""
    more = {"kills": options.kills} if options.kills and "kills" in inspect.signature(function).parameters else {}
    start = time.monotonic()
    run = Run(options.binary, options.seed, options.scratch)
    try:
        seen = function(run, **more) or "holds"
        verdict = True
    except Skipped as reason:
        seen, verdict = f"skipped: {reason}", None
    except Broken as problem:
        seen, verdict = f"BROKEN: {problem}", False
    except Exception:
        # Whatever else goes wrong is a failure as well; the other scenarios still run.
        seen, verdict = f"BROKEN: {traceback.format_exc()}", False
    finally:
        run.close()
    print(f"{name} (seed {options.seed}, {time.monotonic() - start:.1f} s): {seen}", flush=True)
    return verdict


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="SCENARIO")
    parser.add_argument("--binary", default=".build/debug/agentwatch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kills", type=int, help="of the kill loops")
    parser.add_argument("--scratch", help="where the folders of the scenarios are made")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    if options.list:
        print("\n".join(known))
        return 0
    # A test runner's threads block signals, and their children inherit that.
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    unknown = set(options.names) - set(known)
    if unknown:
        sys.exit(f"no scenario {', '.join(unknown)}; --list names them")
    verdicts = [play(name, known[name], options) for name in options.names or known]
    if False in verdicts:
        return 1
    return 77 if None in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
