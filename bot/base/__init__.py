"""A data folder in, what a running bot keeps there out: the database, its backups, the run lock, the log."""
