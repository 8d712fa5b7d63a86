"""What the second reading reads: plan documents as text, small forms, expressions, calendars, facts as known
on a moment. No rule of pay stands here."""
