"""The page that describes and tries every JSON route: Swagger UI from this machine, without a script in the page itself.

FastAPI's own page holds one, which no content security policy should allow.
"""

import json
from html import escape

from fastapi import FastAPI, Response

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="static-offline-docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="static-offline-docs/swagger-ui-bundle.js"></script>
<script src="docs.js"></script>
</body>
</html>
"""

_SETTINGS = {
    "url": "openapi.json",
    "dom_id": "#swagger-ui",
    "layout": "BaseLayout",
    "deepLinking": True,
    "defaultModelsExpandDepth": -1,
    "tryItOutEnabled": True,
}


def add_docs_page(api: FastAPI) -> None:
    """Add the page `/docs` to an application that serves Swagger's files under `/static-offline-docs`."""
    page = _PAGE.format(title=escape(f"{api.title}: JSON"))
    start = f"SwaggerUIBundle({{...{json.dumps(_SETTINGS)}, presets: [SwaggerUIBundle.presets.apis]}});\n"

    @api.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return Response(page, media_type="text/html")

    @api.get("/docs.js", include_in_schema=False)
    async def script() -> Response:
        return Response(start, media_type="text/javascript")
