"""The database: tables, sessions, encryption and one module of queries per noun."""
