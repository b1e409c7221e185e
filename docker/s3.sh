#!/bin/sh
# The object store with four identities from the environment: the keeper, who makes buckets and lets senders in; the
# pipeline's workers; publication staff, who read what is published; and whoever serves the public, who reads what is for
# everybody. What each may do, but the keeper, says its file in policies/.
set -eu
umask 077

policies=
for policy in "$(dirname "$0")"/policies/*.json; do
  content=$(tr -d '\n' <"$policy" | sed 's/\\/\\\\/g; s/"/\\"/g')
  policies="$policies${policies:+, }{\"name\": \"$(basename "$policy" .json)\", \"content\": \"$content\"}"
done
config=$(mktemp)
cat >"$config" <<JSON
{"policies": [$policies],
 "identities": [
  {"name": "keeper", "actions": ["Admin", "Read", "Write", "List"],
   "credentials": [{"accessKey": "$WRES_S3_KEEPER_KEY", "secretKey": "$WRES_S3_KEEPER_SECRET"}]},
  {"name": "pipeline", "policyNames": ["pipeline"],
   "credentials": [{"accessKey": "$WRES_S3_ACCESS_KEY", "secretKey": "$WRES_S3_SECRET_KEY"}]},
  {"name": "staff", "policyNames": ["staff"],
   "credentials": [{"accessKey": "$WRES_S3_STAFF_KEY", "secretKey": "$WRES_S3_STAFF_SECRET"}]},
  {"name": "public", "policyNames": ["public"],
   "credentials": [{"accessKey": "$WRES_S3_PUBLIC_KEY", "secretKey": "$WRES_S3_PUBLIC_SECRET"}]}
]}
JSON
unset WRES_S3_KEEPER_KEY WRES_S3_KEEPER_SECRET WRES_S3_ACCESS_KEY WRES_S3_SECRET_KEY
unset WRES_S3_STAFF_KEY WRES_S3_STAFF_SECRET WRES_S3_PUBLIC_KEY WRES_S3_PUBLIC_SECRET

# Small volumes and as many as the disk holds: each bucket has volumes of its own, and eight, the default, are too few.
exec weed server -dir=/data -ip=127.0.0.1 -ip.bind=127.0.0.1 -s3.ip.bind=0.0.0.0 -master.telemetry=false \
  -volume.max=0 -master.volumeSizeLimitMB=512 -s3 -s3.iam=false -s3.port.iceberg=0 -s3.port.lance=0 \
  -s3.config="$config" "$@"
