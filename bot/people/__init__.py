"""A chat or a person in; role, language, profile and subscriptions out."""
