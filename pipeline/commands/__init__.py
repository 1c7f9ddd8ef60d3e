"""The commands of `rasoat`, one file a subject: each loads the campaign, calls one step, and says what it found."""
