"""The reader is killed at random while writers write and rotate; nothing is lost, nothing counted twice."""

import time

from harness import Broken, scenario


def kill_loop(run, kills=50, rotate="create", compress="gzip", patience=0.45):
    """Kills `kills` times; the times between are random, so that every place is met."""
    stop = run.folder / "stop"
    writer = run.writer("--writers", 4, "--rate", 2500, "--rotate", rotate, "--rotate-every", 400,
                        "--compress", compress, "--stop", stop, "--seconds", 60 + kills * 5)
    pattern = f"{run.logs}/*.jsonl*"
    reached, progressed = 0, 0
    for number in range(kills):
        reader = run.tail(pattern, name=f"tail-{number}")
        time.sleep(run.random.uniform(0.02, patience))
        if reader.ended:
            raise Broken(f"kill {number}: it had ended by itself: {reader.said()[-2000:]}")
        reader.kill()
        stored = run.stored()
        progressed += stored > reached
        reached = stored
        run.expect(not writer.ended, f"the writer ended: {writer.said()}")
    stop.touch()
    writer.finish()
    run.drain(pattern, seconds=120)
    run.recount()
    # A reader that never lives long enough to store anything would show nothing.
    run.expect(progressed * 4 >= kills, f"only {progressed} of {kills} readers stored anything")
    return f"{run.stored()} events, {kills} kills, {progressed} of the readers had stored something"


@scenario
def kill_loop_create(run, kills=50):
    """Renamed files, gzipped later."""
    return kill_loop(run, kills)


@scenario
def kill_loop_copytruncate(run, kills=25):
    """Copied and truncated files, compressed with zstd later."""
    return kill_loop(run, kills, "copytruncate", "zstd")
