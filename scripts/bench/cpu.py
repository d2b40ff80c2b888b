"""Runs a command; prints the processor seconds it took, children included, and its status: `python3 cpu.py COMMAND [ARG…]`."""

import resource
import subprocess
import sys

done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=False)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_utime + used.ru_stime, done.returncode)
