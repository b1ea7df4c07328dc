# Reads the env file into the environment. Sourced by the other commands, which set $home.

# Reads KEY=VALUE lines. Variables that are already set take precedence. The file is not sourced, because a
# configuration file is not a program.
read_env_file() {
  local line name
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*([A-Z][A-Z0-9_]*)=(.*)$ ]] || continue
    name=${BASH_REMATCH[1]}
    [ -n "${!name+set}" ] || export "$name=${BASH_REMATCH[2]}"
  done <"$1"
}

env_file=${SENTINEL_ENV_FILE:-$home/conf/sentinel.env}
if [ -n "${SENTINEL_ENV_FILE:-}" ] && [ ! -r "$env_file" ]; then
  echo "sentinel: SENTINEL_ENV_FILE=$env_file cannot be read" >&2
  exit 1
fi
[ ! -r "$env_file" ] || read_env_file "$env_file"
