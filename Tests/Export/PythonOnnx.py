# Checks ONNX files: reads a path per line, answers with a line of JSON: "" for a model that is accepted, otherwise what is wrong with it.
import json
import sys


def answer(text):
    print(json.dumps(text), flush=True)


try:
    import onnx
    answer("")
except Exception as problem:
    answer(f"{type(problem).__name__}: {problem}")
    sys.exit()

for line in sys.stdin:
    try:
        onnx.checker.check_model(json.loads(line), full_check=True)
        answer("")
    except Exception as problem:
        answer(f"{type(problem).__name__}: {problem}")
