"""The reader is killed at random while writers write and rotate; nothing is lost, nothing counted twice."""

import time

from harness import Broken, scenario


def kill_loop(run, kills=50, rotate="create", compress="gzip"):
    """Kills `kills` times: some readers at a random time, some shortly after they stored something."""
    stop = run.folder / "stop"
    writer = run.writer("--writers", 4, "--rate", 1200, "--rotate", rotate, "--rotate-every", 150,
                        "--compress", compress, "--stop", stop, "--seconds", 60 + kills * 5)
    pattern = f"{run.logs}/*.jsonl*"
    for number in range(kills):
        stored = run.stored()
        reader = run.tail(pattern, name=f"tail-{number}")
        if run.random.random() < 0.6:
            run.wait_stored(stored + 1, every=0.003)
            time.sleep(run.random.uniform(0, 0.05))
        else:
            time.sleep(run.random.uniform(0.02, 0.4))
        if reader.ended:
            raise Broken(f"kill {number}: it had ended by itself: {reader.said()[-2000:]}")
        reader.kill()
        run.expect(not writer.ended, f"the writer ended: {writer.said()}")
    stored = run.stored()
    stop.touch()
    writer.finish()
    run.drain(pattern, seconds=120)
    run.recount()
    return f"{run.stored()} events, {stored} of them stored by {kills} readers that were killed"


@scenario
def kill_loop_create(run, kills=50):
    """Renamed files, gzipped later."""
    return kill_loop(run, kills)


@scenario
def kill_loop_copytruncate(run, kills=25):
    """Copied and truncated files, compressed with zstd later."""
    return kill_loop(run, kills, "copytruncate", "zstd")
