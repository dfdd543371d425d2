# One image for web, worker and migrations: the command decides which.
FROM python:3.11-slim-bookworm
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 MKL_NUM_THREADS=1 VAR_DIR=/srv/var NUMBA_CACHE_DIR=/srv/numba
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends fonts-dejavu-core && rm -rf /var/lib/apt/lists/*
RUN useradd --create-home --uid 10001 qpo && mkdir -p /srv/app /srv/var /srv/numba && chown qpo /srv/var /srv/numba
WORKDIR /srv/app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY . .
RUN python manage.py vendor && chown -R root:root /srv/app
USER qpo
RUN python manage.py compile
EXPOSE 8050
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s CMD ["python", "-c", "import urllib.request,os; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ.get('PORT','8050')}/healthz\", timeout=4)"]
CMD ["python", "app.py"]
