#!/usr/bin/env bash
# Runs on a GPU host what our own CUDA kernels are held to: their tests, the conformance battery, NVIDIA's sanitizer.
#   check.sh TESTS ATTN OUTPUT_FOLDER [PART...]    TESTS: the executable Backends.Tests; ATTN: the executable attn
#                                                  PART: tests, verify, memcheck, racecheck; without any, all of them
# The host needs an NVIDIA driver and a PyTorch built for CUDA (docs/libtorch.md); memcheck and racecheck need compute-sanitizer.
# BACKENDS, JOBS and SECONDS_EACH change which backends are checked, how many processes run at once, and how long one may take.
set -uo pipefail
[ $# -ge 3 ] || { sed -n '2,6p' "$0"; exit 2; }
tests=$(realpath "$1"); attn=$(realpath "$2"); mkdir -p "$3"; out=$(realpath "$3"); shift 3
parts=" ${*:-tests verify memcheck racecheck} "
backends=${BACKENDS:-TRITON_ATTN FLASHINFER FLASH_ATTN}
jobs=${JOBS:-$(( ($(nproc) + 1) / 2 ))}
limit=${SECONDS_EACH:-900}
results="$out/results.txt"
: > "$results"
export attn out limit results

wants() { [[ $parts == *" $1 "* ]]; }

# One line: pass, fail or none; what; how it went.
say() { printf '%-4s  %s\n' "$1" "$2" | tee -a "$results"; }

counts() {
  local file=$1
  [ -s "$file" ] || { echo "no report"; return; }
  echo "$(grep -c '"verdict": "Passed"' "$file") passed, $(grep -c '"verdict": "Failed"' "$file") failed, $(grep -c '"verdict": "Refused"' "$file") refused"
}

why() {
  case $1 in
    0) echo "";; 9) echo "; the sanitizer found errors";; 124|137) echo "; stopped after $limit s";; *) echo "; exit code $1";;
  esac
}

# verify NAME FILTER BACKEND [COMMAND BEFORE...]: a part of the battery; a backend without such cases is no failure.
verify() {
  local name=$1 filter=$2 backend=$3 start=$(date +%s) code=0; shift 3
  local file="$out/${name//[ \/=]/-}-$backend"
  rm -f "$file.json"
  timeout -k 10 "$limit" "$@" "$attn" verify --device cuda --backend "$backend" --filter "$filter" ${full:-} --json "$file.json" > "$file.log" 2>&1 || code=$?
  local took="$(counts "$file.json")$(why $code), $(( $(date +%s) - start )) s"
  if [ $code = 0 ]; then say pass "$name $backend: $took"
  elif [ $code = 1 ] && [ -s "$file.json" ] && ! grep -q '"verdict"' "$file.json"; then say none "$name $backend: no such cases"
  else say fail "$name $backend: $took, see $file.log"; fi
}
export -f verify counts why say

if wants tests; then
  code=0
  ATTENTION_TEST_DEVICE=cuda timeout -k 10 "$limit" "$tests" -namespace AttentionGen.Tests.Cuda -result-xml "$out/tests.xml" > "$out/tests.log" 2>&1 || code=$?
  summary=$(grep -oE 'Total: [0-9]+.*Skipped: [0-9]+' "$out/tests.log" | tail -1)
  [ $code = 0 ] && say pass "tests: $summary" || say fail "tests: ${summary:-no summary}$(why $code), see $out/tests.log"
fi

if wants verify; then
  # Compiling the kernels is most of it, and the processes share what they compile. Each head size has kernels of its own, so these go
  # apart, by type and first digit.
  filters=(pairs/ declaration/ scores/ batches/ heads/ pages/ masks/ log-sum-exp/ "cache types/" encoder/ cross-attention/ tree/ cascade/ operands/ \
    invariance/ refusals/ "head sizes/mixed_small BFloat16" "head sizes/mixed_small Float32")
  for digit in 1 2 3 4 5 6 7 8 9; do filters+=("head sizes/mixed_small Float16 heads=4/2 size=$digit"); done
  for filter in "${filters[@]}"; do
    for backend in $backends; do
      printf 'verify %s\0%s\0%s\0' "${filter%/}" "$filter" "$backend"
    done
  done | xargs -0 -n 3 -P "$jobs" bash -c 'verify "$@"' verify
fi

# Decodes, prompts around tiles, keys cut and merged, shared keys, 8-bit caches; in bfloat16, so that long queries go to Hopper's kernel.
check_with() {
  local tool=$1 backend
  command -v compute-sanitizer > /dev/null || { say fail "$tool: there is no compute-sanitizer"; return; }
  local sanitizer=(compute-sanitizer --tool "$tool" --error-exitcode 9)
  # Without libtorch's kernels memcheck is faster. Racecheck (2025.3) ends in an internal error where some kernels are left out.
  for kernel in paged_attention hopper_attention combine_splits store_in_cache; do
    [ "$tool" = racecheck ] || sanitizer+=(--kernel-name "kns=$kernel")
  done
  for backend in $backends; do
    for filter in "batches/small_decode BFloat16" "batches/mixed_small BFloat16" "batches/tile_residues BFloat16" "cascade/common_prefix BFloat16" \
      "cache types/mixed_small BFloat16"; do
      verify "$tool $filter" "$filter" "$backend" "${sanitizer[@]}"
    done
    full=--full verify "$tool batches/very_long_decode BFloat16" "batches/very_long_decode BFloat16" "$backend" "${sanitizer[@]}"
  done
}
wants memcheck && check_with memcheck
wants racecheck && check_with racecheck

echo "$(grep -c ^pass "$results") passed, $(grep -c ^fail "$results") failed, $(grep -c ^none "$results") without cases"
! grep -q ^fail "$results"
