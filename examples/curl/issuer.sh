# Starts an issuer that ends with the script that reads this file by "source".

folder=$(mktemp -d)
npx eiam-token issuer --control --port 0 --ready-file "$folder/ready.json" >"$folder/log" &
issuer=$!
trap 'kill "$issuer" || true; wait; rm -r "$folder"' EXIT
until [ -e "$folder/ready.json" ]; do
  kill -0 "$issuer" # It fails, and ends the script, if the issuer did not start.
  sleep 0.1
done

# What the ready file has, such as "clients.web.tokenEndpoint". Node.js is there, because npx is.
ready() {
  node -p "JSON.parse(fs.readFileSync('$folder/ready.json')).$1"
}

# A request to the control: the method, the path and perhaps a body in JSON.
control() {
  curl -sS --fail-with-body -X "$1" "$(ready control)/$2" \
    -H "Authorization: Bearer $(ready controlToken)" ${3:+--json "$3"}
}
