#!/usr/bin/env bash
# Runs the published sample on a GPU host and compares its answers with the fixtures.
#   check.sh OUTPUT_FOLDER COMMAND...    COMMAND: what starts TextGeneration, for example publish/TextGeneration
# The host needs an NVIDIA driver and a PyTorch built for CUDA (docs/libtorch.md), and Python for the comparison.
set -uo pipefail
[ $# -ge 2 ] || { sed -n '2,4p' "$0"; exit 2; }
out=$1; shift
here=$(cd "$(dirname "$0")" && pwd)
fixtures="$here/../../tests/fixtures/tiny-tasks"
mkdir -p "$out"
status=0

python3 -c 'import json,sys; print("\n".join(p["prompt"] for p in json.load(open(sys.argv[1]))["prompts"]))' "$fixtures/transformers.json" > "$out/fixture-prompts.txt"
python3 -c 'import json,sys; print("\n".join(json.loads(line)["prompt"] for line in open(sys.argv[1])))' "$fixtures/held-out.jsonl" > "$out/held-out-prompts.txt"

for type in float32 bfloat16; do
  "$@" --device cuda --dtype $type --max-tokens 32 --json < "$out/fixture-prompts.txt" > "$out/fixture-$type.json" || status=1
  python3 "$here/compare.py" fixture "$out/fixture-$type.json" || status=1
  "$@" --device cuda --dtype $type --max-batch 256 --json < "$out/held-out-prompts.txt" > "$out/held-out-$type.json" || status=1
  python3 "$here/compare.py" held-out "$out/held-out-$type.json" || status=1
done

"$@" --device cuda 'add 123 456' 'sort 7 3 9 1' 'reverse attention' 'recall ax=17 q=3 zed=88 ? q' || status=1
exit $status
