"""Tables, migrations and the engine: SQLite by default, PostgreSQL by URL."""
