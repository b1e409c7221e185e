"""Makes the buckets that the settings name, where they are not there yet.

It acts as the keeper of the object store; the pipeline itself has no right to make a bucket.
"""

import os
from urllib.parse import urlsplit


def main() -> None:
    """One call a bucket; a bucket that is there is left alone."""
    from pyarrow.fs import S3FileSystem

    store = S3FileSystem(
        access_key=os.environ["WRES_S3_KEEPER_KEY"],
        secret_key=os.environ["WRES_S3_KEEPER_SECRET"],
        endpoint_override=os.environ["AWS_ENDPOINT_URL_S3"],
        region=os.environ["AWS_REGION"],
        allow_bucket_creation=True,
    )
    for variable in ("WRES_LANDING_URI", "WRES_WAREHOUSE_URI", "WRES_PUBLISHED_URI", "WRES_S3_URL"):
        store.create_dir(urlsplit(os.environ[variable]).netloc)


if __name__ == "__main__":
    main()
