"""Reads what the Autobahn test suite reported, and compares it with result.json."""

from __future__ import print_function
import datetime
import json
import os
import sys

KEPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "result.json")

# What is allowed, and not the best: the chapter on WebSocket explains each.
OVERTAKEN = "a good message is lost when a bad frame comes in the same read"
LATE = "a text that isn't UTF-8 is refused at its end, not at its first wrong byte"
EXPLAINED = {
    "actix-ws": {
        # The last three send their frames in pieces: on a busy machine they come in one read, too.
        OVERTAKEN: ["3.2", "3.3", "4.1.3", "4.1.4", "4.2.3", "4.2.4", "5.15", "3.4", "4.1.5", "4.2.5"],
        LATE: ["6.4.1", "6.4.2", "6.4.3", "6.4.4"],
    },
    "by hand": {LATE: ["6.4.1", "6.4.2", "6.4.3", "6.4.4"]},
}


def number(case):
    return [int(part) for part in case.split(".")]


def cases(report):
    """Each case: how it behaved, how it closed, and the code that it closed with."""
    return [
        [case, report[case]["behavior"], report[case]["behaviorClose"], report[case]["remoteCloseCode"]]
        for case in sorted(report, key=number)
    ]


def explained(agent):
    return [case for cases in EXPLAINED[agent].values() for case in cases]


def unexplained(agent, rows):
    allowed = explained(agent)
    for case, behaviour, close, _ in rows:
        if behaviour == "NON-STRICT" and case not in allowed:
            yield "%s: case %s is non-strict, and nobody says why" % (agent, case)
        elif behaviour not in ("OK", "NON-STRICT", "INFORMATIONAL") or close not in ("OK", "INFORMATIONAL"):
            yield "%s: case %s is %s, its close %s" % (agent, case, behaviour, close)


def write(agents):
    lines = ['{', '  "date": "%s",' % datetime.date.today().isoformat()]
    lines += ['  "suite": "autobahntestsuite 25.10.1, sections 1 to 7 and 10",']
    lines += ['  "each case": ["number", "behaviour", "close behaviour", "close code"],']
    for agent in sorted(agents):
        lines.append('  "%s": [' % agent)
        lines.append(",\n".join("    " + json.dumps(row) for row in agents[agent]))
        lines.append("  ]" + ("" if agent == max(agents) else ","))
    with open(KEPT, "w") as file:
        file.write("\n".join(lines) + "\n}\n")


def main():
    with open(sys.argv[1]) as file:
        agents = {agent: cases(report) for agent, report in json.load(file).items()}
    problems = [problem for agent, rows in sorted(agents.items()) for problem in unexplained(agent, rows)]
    for agent, rows in sorted(agents.items()):
        counts = {}
        for row in rows:
            counts[row[1]] = counts.get(row[1], 0) + 1
        print("%s: %d cases, %s" % (agent, len(rows), ", ".join("%d %s" % (counts[it], it) for it in sorted(counts))))
    if "--keep" in sys.argv:
        write(agents)
    else:
        with open(KEPT) as file:
            kept = json.load(file)
        for agent, rows in sorted(agents.items()):
            before = {row[0]: row for row in kept[agent]}
            for row in rows:
                # Whether an explained case shows depends on how busy the machine is.
                if before.get(row[0]) != row and row[0] not in explained(agent):
                    problems.append("%s: case %s was %s, and is %s" % (agent, row[0], before.get(row[0]), row))
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main()
