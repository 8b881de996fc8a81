"""The tests: tables and properties for the pure core, the real thing at the edges."""
