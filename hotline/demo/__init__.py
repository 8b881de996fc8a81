"""The demo: the whole service on one computer, with an invented unit and a simulated carrier."""
