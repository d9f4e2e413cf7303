"""Users of the web app: their names, roles and hashed passwords."""
