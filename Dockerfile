# The image of web, worker, beat and migrate; docker-compose.yml says which runs what. docs/operations.md explains.

FROM node:22-bookworm-slim AS npm
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/venv/bin:$PATH
# GDAL, GEOS and PROJ for GeoDjango; the database itself lives elsewhere.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libgdal32 \
    && rm -rf /var/lib/apt/lists/*

FROM base AS python
COPY requirements.lock ./
RUN python -m venv /venv \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock

FROM base
RUN useradd --system --uid 10001 --user-group --home-dir /app --shell /usr/sbin/nologin opensitrep
WORKDIR /app
COPY --from=python /venv /venv
COPY --from=npm /app/node_modules node_modules
COPY . .
# Static files are made once, here; the values only let the settings load and stay in this one command.
RUN install --directory --owner opensitrep var/media \
    && SECRET_KEY=not-kept DATABASE_URL=postgis:///none REDIS_URL=redis://none ALLOWED_HOSTS=none script/entry static
USER opensitrep
ENV BIND=0.0.0.0 PORT=8000
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s --retries=4 CMD ["script/entry", "health"]
ENTRYPOINT ["script/entry"]
CMD ["web"]
