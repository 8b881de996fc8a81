"""Every change of the tables since the first day; `alembic upgrade head` is the release step."""
