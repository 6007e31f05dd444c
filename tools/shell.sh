# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# What the command scripts share. Source it before changing the folder, which is then the root of the
# repository; words go to stderr.

script=$(realpath -- "$0")

say() { printf '%s\n' "$*" >&2; }

# fail CODE WHAT [NEXT STEP]
fail() {
  local code=$1
  shift
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  [ $# -lt 2 ] || printf '  %s\n' "$2" >&2
  exit "$code"
}

# The comment on top of the calling script, from its third line to the first that is none.
usage() { sed -n '3,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$script"; }

# Whether process $1 itself listens on port $2 of 127.0.0.1.
listens() {
  local inode
  inode=$(awk -v at="$(printf '0100007F:%04X' "$2")" '$2 == at && $4 == "0A" { print $10 }' /proc/net/tcp)
  [ -n "$inode" ] && [ -n "$(find "/proc/$1/fd" -lname "socket:\[$inode\]" -print -quit 2>/dev/null)" ]
}

# quietly LOG WHAT COMMAND...: runs the command into LOG and shows what and how far on one line;
# prints the end of the log when the command fails, and gives the command's exit code.
quietly() {
  local log=$1 what=$2 child step='' began=$SECONDS code=0
  shift 2
  mkdir -p "$(dirname "$log")"
  printf '\n== %s: %s\n' "$what" "$*" >>"$log"
  [ -t 2 ] || say "$what (log: $log)"
  "$@" >>"$log" 2>&1 </dev/null &
  child=$!
  # A background child does not hear Ctrl-C by itself.
  trap 'kill "$child" 2>/dev/null; wait "$child" 2>/dev/null; exit 130' INT TERM
  while [ -t 2 ] && kill -0 "$child" 2>/dev/null; do
    step=$(tail -c 4096 "$log" | grep -o '^\[[0-9]*/[0-9]*\]' | tail -n 1) || step=''
    printf '\r\033[K%s %s %ds' "$what" "$step" $((SECONDS - began)) >&2
    sleep 0.2
  done
  wait "$child" || code=$?
  trap - INT TERM
  [ ! -t 2 ] || printf '\r\033[K' >&2
  [ "$code" = 0 ] || {
    tail -n 40 "$log" >&2
    say "$what failed (exit code $code); the whole log is $log"
  }
  return "$code"
}

# build PRESET FOLDER LOG [TARGET...]: configures when that was never done, then builds. Ninja
# itself notices changed lists of files and changed CMake files.
build() {
  local preset=$1 folder=$2 log=$3
  shift 3
  [ -f "$folder/build.ninja" ] ||
    quietly "$log" "Configuring $folder" cmake --preset "$preset" || return 1
  quietly "$log" "Building $folder" ninja -C "$folder" -j "$(nproc)" "$@"
}
