"""What the outside sets: the environment, logs, the web server, and the texts and rules that a unit may change."""
