# Reads the env file into the environment. Sourced by the other commands, which set $home.

# Reads KEY=VALUE lines. Variables that are already set take precedence. The file is not sourced, because a
# configuration file is not a program. A line that is not understood stops the command: a server must not run without
# the token that the line was to set.
read_env_file() {
  local file=$1 number=0 line name value
  # In other locales, a range such as a-z may hold capitals.
  local LC_ALL=C
  local bom=$'\xef\xbb\xbf' rest='[[:space:]]*(#.*)?$'
  while IFS= read -r line || [ -n "$line" ]; do
    number=$((number + 1))
    [ "$number" -gt 1 ] || line=${line#"$bom"}
    line=${line%$'\r'}
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)[[:space:]]*=[[:space:]]*(.*)$ ]] ||
      refuse_line "must be NAME=VALUE"
    name=${BASH_REMATCH[2]}
    value=${BASH_REMATCH[3]}
    [[ $name =~ [a-z] ]] && refuse_line "names are upper case: $name"
    if [[ $value =~ ^\'([^\']*)\'$rest || $value =~ ^\"([^\"\\$]*)\"$rest ]]; then
      value=${BASH_REMATCH[1]}
    elif [[ $value =~ ^[\'\"] ]]; then
      refuse_line "a value in quotes ends at the same quote, and holds no backslash or dollar sign in double quotes"
    elif [[ $value =~ [[:space:]]# ]]; then
      refuse_line "put a value with a # into single quotes, and a comment on a line of its own"
    else
      value=${value%"${value##*[![:space:]]}"}
    fi
    names+="${names:+ }$name"
    [ -n "${!name+set}" ] || export "$name=$value"
  done <"$file"
}

# The line itself is not shown, because it may hold a secret.
refuse_line() {
  echo "sentinel: $env_file line $number: $1" >&2
  exit 2
}

names=
env_file=${SENTINEL_ENV_FILE:-$home/conf/sentinel.env}
if [ -n "${SENTINEL_ENV_FILE:-}" ] && [ ! -r "$env_file" ]; then
  echo "sentinel: SENTINEL_ENV_FILE=$env_file cannot be read" >&2
  exit 1
fi
[ ! -r "$env_file" ] || read_env_file "$env_file"
# The server looks for misspelled names among them.
export SENTINEL_ENV_NAMES=$names
