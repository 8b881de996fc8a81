"""What the process counts about itself, for `/metrics`; labels are closed sets and never hold a person."""

from prometheus_client import Counter, Histogram

WEBHOOKS = Counter(
    "hotline_webhooks_total", "Requests of the carrier, by kind and status answered.", ("kind", "status")
)
WEBHOOK_SECONDS = Histogram(
    "hotline_webhook_seconds",
    "Time from the first byte of a webhook to its answer.",
    ("kind",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0),
)
CARRIER_ANSWERS = Counter("hotline_carrier_answers_total", "Our requests to the carrier, by outcome.", ("outcome",))
DOORBELL_FAILURES = Counter("hotline_doorbell_failures_total", "Rings that Redis did not hear.")
