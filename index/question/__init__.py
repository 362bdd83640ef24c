"""A question in, a `Query` out: its concepts, its conditions and the kind of answer it asks for."""
