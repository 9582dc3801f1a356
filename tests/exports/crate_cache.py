"""Fill the HTTP cache of rocrate-validator with the RO-Crate context that rocrate carries.

Run by the interpreter of rocrate-validator, which cannot be installed beside the laboratory: it
looks the context up on the web, which tests do not have; rocrate has the same file inside.
"""

import io
import sys
from pathlib import Path

URL = "https://w3id.org/ro/crate/1.3/context"


def main() -> None:
    import requests
    from requests_cache import CachedSession
    from urllib3.response import HTTPResponse

    cache, context = sys.argv[1:]
    content = Path(context).read_bytes()
    response = requests.Response()
    response.status_code = 200
    response.url = URL
    response.request = requests.Request(
        "GET", URL, headers={"Accept": "application/ld+json, application/json"}
    ).prepare()
    response.headers["Content-Type"] = "application/ld+json"
    response._content = content
    response.encoding = "utf-8"
    response.raw = HTTPResponse(
        body=io.BytesIO(content), headers=response.headers, status=200, preload_content=False
    )
    session = CachedSession(cache_name=cache, backend="sqlite", expire_after=-1)
    session.cache.save_response(response)


if __name__ == "__main__":
    main()
