"""A process that does nothing until it is ended: `python -m tests.jobs.idle_worker FOLDER`."""

import time

if __name__ == "__main__":
    time.sleep(60)
