"""With which settings does `gunicorn app:server` run? The same as `python app.py`."""

from api.serving.gunicorn_app import options
from api.serving.hooks import post_fork, post_worker_init, worker_exit
from services.settings import load_settings

__all__ = ["post_fork", "post_worker_init", "worker_exit"]

globals().update(options(load_settings()))
