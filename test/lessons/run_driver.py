"""Runs programs with the driver of the lessons' runtime and says, as JSON, the events that it told of each.

Reads [{"setup": source, "code": source}, ...] from standard input. The argument is the folder of driver.py.
"""

import json
import sys

sys.path.insert(0, sys.argv[1])
import driver

told = []
for program in json.load(sys.stdin):
    events = []
    driver.run(program["setup"], program["code"], lambda event: events.append(json.loads(event)))
    told.append(events)
json.dump(told, sys.stdout)
