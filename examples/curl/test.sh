#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "$0")/issuer.sh"

expect() { # expect WHAT WANTED FOUND
  [ "$2" = "$3" ] && echo "ok: $1" && return
  echo "failed: $1: it is $3, and not $2" >&2
  exit 1
}
member() { # member NAME of the JSON that comes in
  node -p "JSON.parse(fs.readFileSync(0)).$1"
}

token_endpoint=$(ready clients.machine.tokenEndpoint)
secret=$(ready clients.machine.clientSecret)
userinfo_endpoint=$(ready clients.web.userinfoEndpoint)

ask() { # ask SECRET [OPTION of curl...]
  curl -sS -u "machine:$1" -d grant_type=client_credentials "$token_endpoint" "${@:2}"
}
status_of() { # status_of TOKEN
  curl -sS -o "$folder/answer" -w '%{http_code}' -H "Authorization: Bearer $1" "$userinfo_endpoint"
}

expect "a machine gets a token" Bearer "$(ask "$secret" | member token_type)"

alice=$(control POST tokens '{"client": "web", "user": "alice", "scope": "openid"}' | member access_token)
expect "a token works" 200 "$(status_of "$alice")"
control POST clock '{"advance": "20m"}' >"$folder/answer"
expect "it expires after twenty minutes" 400 "$(status_of "$alice")"

control POST faults '{"endpoint": "token", "fail": 503}' >"$folder/answer"
# Into a file: on standard output curl leaves the answers that it did not take as well.
ask "$secret" --retry 1 --retry-delay 1 -o "$folder/answer"
expect "curl asks again after a 503" Bearer "$(member token_type <"$folder/answer")"

control POST hostile '{"case": "token_type_missing"}' >"$folder/answer"
expect "the issuer lies once" undefined "$(ask "$secret" | member token_type)"

control POST reset
expect "a wrong secret is refused" invalid_client "$(ask wrong | member error)"
expect "the journal says so" refused "$(control GET "journal?endpoint=token" | member 'entries[0].decision')"
