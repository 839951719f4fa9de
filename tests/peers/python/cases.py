"""Cases: functions whose names say what they show. `run()` prints one line of JSON for each."""

import json
import traceback

CASES = []


def case(function):
    CASES.append(function)
    return function


def run():
    for function in CASES:
        report = {"name": function.__name__.replace("_", " "), "failure": None}
        try:
            function()
        except Exception:
            report["failure"] = traceback.format_exc()
        print(json.dumps(report), flush=True)


def raises(kind, call, *arguments, **parameters):
    """The exception that a call must end in."""
    try:
        call(*arguments, **parameters)
    except kind as exception:
        return exception
    raise AssertionError(f"no {kind.__name__}")
