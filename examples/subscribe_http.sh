#!/bin/sh
# Another system of the union reads events over HTTP: a token, the feed, a webhook.
#
#   .venv/bin/python -m services clients add 市总工会统计系统 --office 0012     # prints client_id and client_secret
#   CLIENT_ID=… CLIENT_SECRET=… examples/subscribe_http.sh https://receiver.example/hook
#
# GATEWAY is http://127.0.0.1:8000 unless set. AFTER is where reading goes on: keep the last `next`.
# Needs curl and python3 (to read JSON). Secrets go in by stdin, so that no process list shows them.
set -eu

api="${GATEWAY:-http://127.0.0.1:8000}/api/v1"
receiver="${1:?the https address that webhooks are to be sent to}"

field() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
call() { printf 'header = "Authorization: Bearer %s"\n' "$token" | curl --fail-with-body -sS --config - "$@"; }

token=$(printf 'user = "%s:%s"\n' "$CLIENT_ID" "$CLIENT_SECRET" |
    curl --fail-with-body -sS --config - -d grant_type=client_credentials "$api/oauth/token" | field access_token)

# A page at a time until nothing is left; the last call waits up to WAIT seconds for something new.
after="${AFTER:-0}"
while :; do
    page=$(call -G -d "after=$after" -d "wait=${WAIT:-20}" -d 'topics=enrollment.*' "$api/event-feed")
    printf '%s' "$page" | python3 -c '
import json, sys
for event in json.load(sys.stdin)["items"]:
    print("event", event["type"], event["subject"])'
    after=$(printf '%s' "$page" | field next)
    [ "$(printf '%s' "$page" | field items)" != '[]' ] || break
done
echo "next $after"

# The key makes it one subscription however often this call is repeated.
webhook=$(call -H 'Content-Type: application/json' -H "Idempotency-Key: ${KEY:-$(date +%s)-$$}" \
    -d "{\"url\": \"$receiver\", \"topics\": [\"enrollment.*\"]}" "$api/webhooks")
echo "webhook $(printf '%s' "$webhook" | field webhook_id)"
echo "secret $(printf '%s' "$webhook" | field secret)"
