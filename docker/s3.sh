#!/bin/sh
# The object store with two identities from the environment: the keeper, who makes buckets and lets senders in, and the
# pipeline, which reads and writes its four buckets and nothing else.
set -eu
umask 077

may=
for bucket in wres-landing wres-warehouse wres-published wres-returns; do
  may="$may${may:+,}\"Read:$bucket\",\"Write:$bucket\",\"List:$bucket\""
done
config=$(mktemp)
cat >"$config" <<JSON
{"identities": [
  {"name": "keeper", "actions": ["Admin", "Read", "Write", "List"],
   "credentials": [{"accessKey": "$WRES_S3_KEEPER_KEY", "secretKey": "$WRES_S3_KEEPER_SECRET"}]},
  {"name": "pipeline", "actions": [$may],
   "credentials": [{"accessKey": "$WRES_S3_ACCESS_KEY", "secretKey": "$WRES_S3_SECRET_KEY"}]}
]}
JSON
unset WRES_S3_KEEPER_KEY WRES_S3_KEEPER_SECRET WRES_S3_ACCESS_KEY WRES_S3_SECRET_KEY

# Small volumes and as many as the disk holds: each bucket has volumes of its own, and eight, the default, are too few.
exec weed server -dir=/data -ip=127.0.0.1 -ip.bind=127.0.0.1 -s3.ip.bind=0.0.0.0 -master.telemetry=false \
  -volume.max=0 -master.volumeSizeLimitMB=512 -s3 -s3.iam=false -s3.port.iceberg=0 -s3.port.lance=0 \
  -s3.config="$config" "$@"
