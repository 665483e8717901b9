#!/usr/bin/env bash
# Runs the CUDA benchmarks on a GPU host and keeps what they print.
#   run.sh OUTPUT_FOLDER COMMAND...    COMMAND: what starts Cuda.Benchmarks, with groups and options where not all are wanted
# The host needs an NVIDIA driver and a PyTorch built for CUDA (docs/libtorch.md).
# Build for it with -p:CarryLibtorch=false.
set -uo pipefail
[ $# -ge 2 ] || { sed -n '2,5p' "$0"; exit 2; }
out=$1; shift
mkdir -p "$out"

state() {
  date --utc +%Y-%m-%dT%H:%M:%SZ
  nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem,clocks.max.sm,power.draw --format=csv || true
}

{
  state
  "$@" --json "$out/cuda.json"
  status=$?
  state
  exit $status
} 2> >(tee "$out/cuda.err" >&2) | tee "$out/cuda.md"
exit "${PIPESTATUS[0]}"
