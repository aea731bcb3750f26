# One image for the site, the worker and beat, and one more that also holds the programs that convert
# what people have sent. They hold no secret and run as a user of their own.

FROM node:24-slim AS npm
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --ignore-scripts

FROM python:3.13-slim AS python
COPY requirements/base.txt /tmp/base.txt
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir --require-hashes --requirement /tmp/base.txt

FROM python:3.13-slim AS app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PRODUCTION=true \
    VAR_DIR=/var/lib/netthoring \
    STATIC_ROOT=/srv/static
RUN useradd --system --uid 10001 --home-dir /var/lib/netthoring --create-home netthoring
WORKDIR /app
COPY --from=python /venv /venv
COPY --from=npm /app/node_modules node_modules
COPY . .
# The settings refuse to start without these; nothing of them stays in the image.
RUN python -m compileall -q . /venv \
    && for catalogue in locale/*/LC_MESSAGES/*.po locale/library/*/LC_MESSAGES/*.po; do \
           pybabel --quiet compile --input-file "$catalogue" --output-file "${catalogue%.po}.mo"; \
       done \
    && SECRET_KEY=build SITE_URL=https://build.invalid DATABASE_URL=postgresql://build.invalid/build \
       REDIS_URL=redis://build.invalid EMAIL_HOST=build.invalid \
       python manage.py collectstatic --no-input --verbosity 0
USER netthoring
EXPOSE 8000

FROM app AS converter
USER root
RUN apt-get update \
    && apt-get install --yes --no-install-recommends \
        libreoffice-writer-nogui ghostscript bubblewrap \
        fonts-liberation fonts-dejavu-core fonts-crosextra-carlito fonts-crosextra-caladea \
    && rm -rf /var/lib/apt/lists/*
USER netthoring
