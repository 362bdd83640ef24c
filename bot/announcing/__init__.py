"""What announcements, outbox and sender are made of: values, people who want them, dates, pace, outcomes."""
